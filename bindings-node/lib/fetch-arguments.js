'use strict'

const { classes } = require('./errors.js')
const { quoted } = require('./native.js')
const { requestOf } = require('./request.js')

/** The methods that fetch writes in upper case. */
const UPPER = /^(delete|get|head|options|post|put)$/i
/** Those that are sent. */
const SENT = /^(delete|get|head|options|patch|post|put)$/i

/** Options of ours among those of fetch. */
const OURS = ['timeout', 'maxRetries', 'idempotencyKey']

/** Options of fetch that change nothing here. Of a cache the mode says which are good. */
const UNUSED = ['mode', 'credentials', 'cache', 'referrer', 'referrerPolicy', 'duplex', 'window']

const REDIRECT = ['follow', 'manual', 'error']

/** What fetch takes in no header, beside what Headers refuses. */
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/

/** What a URL begins with; everything else is a path. */
const SCHEME = /^[\x00-\x20]*[a-z][a-z0-9+.-]*:/i

/** An argument that fetch refuses too. No value of the caller's is in the message: it may be a key. */
const refused = (message) => new classes.InvalidArgumentError(message)

/**
 * The request that fetch's arguments describe. Rejects with an InvalidArgumentError for what fetch
 * refuses as well.
 */
async function partsOf(input, init) {
  if (typeof init !== 'object' && typeof init !== 'function') throw refused('the options of fetch must be an object')
  const given = isRequest(input) ? input : null
  const url = urlOf(given?.url ?? input)
  const { method, named } = methodOf(init.method ?? given?.method ?? 'GET')
  const redirect = redirectOf(init, given)
  checkUnused(init)
  checkPassedOver(init, given)
  const headers = headersOf(init.headers === undefined ? given?.headers : init.headers)
  const of = { ...pick(init, OURS), signal: init.signal === undefined ? given?.signal : init.signal }
  const body = textOr(init.body ?? (await bodyOf(given)))
  if (body != null && (named === 'GET' || named === 'HEAD')) {
    throw refused(`a request with method ${named} cannot have a body`)
  }
  const { parts, call, signal, upload } = requestOf(named, url, {
    ...of,
    signal: of.signal ?? undefined,
    headers,
    body: body ?? undefined
  })
  // Fetch takes bytes as they are when it is called; what asks for them comes later.
  if (ArrayBuffer.isView(parts.body)) parts.body = new Uint8Array(parts.body)
  const options = {
    ...call,
    dropForeignCredentials: init.keepAuthorization !== true,
    libraryUrl: url,
    libraryLength: lengthOf(parts, upload, headers)
  }
  if (typeof body === 'string') options.contentType = 'text/plain;charset=UTF-8'
  return { parts, call: options, signal, upload, redirect, method, url, headers }
}

/**
 * Whether fetch too refuses what a call was refused for before it was sent. What only the client
 * refuses (another origin, a path that leaves the base URL, a reserved header) keeps its own class.
 */
function fetchRefuses(error, { method, url, headers, upload }) {
  if (error instanceof classes.InvalidArgumentError) return !SENT.test(method) || upload?.isDeclared === true
  if (!(error instanceof classes.ConfigError)) return false
  if (headers.some(([, value]) => CONTROL.test(value))) return true
  if (!URL.canParse(url)) return /[^\x21-\x7e]|\\/.test(url)
  const { username, password } = new URL(url)
  return username !== '' || password !== ''
}

// By what it has: packages have Request classes of their own.
const isRequest = (input) =>
  typeof input === 'object' && typeof input?.url === 'string' && typeof input.method === 'string'

function pick(from, names) {
  return Object.fromEntries(names.filter((name) => name in from).map((name) => [name, from[name]]))
}

/** A path, or a full URL as fetch sends it: encoded, and without its fragment. */
function urlOf(input) {
  const isObject = typeof input === 'object' && input !== null
  if (typeof input !== 'string' && !isObject) {
    throw refused('the first argument of fetch must be a URL, a path or a Request')
  }
  const text = String(input)
  if (text === '') throw refused('the URL is empty: give a URL or a path')
  const [url] = text.split('#')
  if (!URL.canParse(url)) {
    if (isObject || SCHEME.test(url)) throw refused('the URL cannot be parsed')
    return url
  }
  const { protocol, href } = new URL(url)
  if (/^https?:$/.test(protocol)) return href
  const message = `client.fetch sends only to the base URL, not to ${quoted(protocol)} URLs`
  throw new classes.ConfigError(message)
}

/** A method as it was given, and as fetch writes it. */
function methodOf(given) {
  if (typeof given === 'symbol') throw refused('the method must be a string')
  const method = String(given)
  return { method, named: UPPER.test(method) ? method.toUpperCase() : method }
}

function redirectOf(init, given) {
  if (init.redirect === undefined) return given?.redirect
  if (!REDIRECT.includes(init.redirect)) throw refused('redirect must be follow, manual or error')
  return init.redirect
}

/** fetch's own Request says which values it takes. */
function checkUnused(init) {
  const taken = {}
  for (const name of UNUSED) {
    if (init[name] === undefined) continue
    taken[name] = init[name]
    try {
      new Request('http://localhost/', taken)
    } catch {
      throw refused(`${name} has a value that fetch does not take`)
    }
  }
}

/** What must not be passed over in silence: ways to the service, and a check of its reply. */
function checkPassedOver(init, given) {
  for (const name of ['dispatcher', 'agent']) {
    if (init[name] == null) continue
    throw refused(`fetch of neura-ai has connections of its own, without ${name}: give the client the option proxy`)
  }
  if (init.integrity ?? given?.integrity) throw refused('fetch of neura-ai does not check integrity: leave it out')
}

/** Pairs whose text goes out as the bytes that fetch sends. */
function headersOf(given) {
  let headers
  try {
    headers = [...new Headers(given)]
  } catch {
    throw refused('the headers of fetch have a name or a value that HTTP does not allow')
  }
  return headers.map(([name, value]) => [name, textOfBytes(name, value)])
}

/**
 * fetch sends one byte for each character, the client UTF-8: the text whose UTF-8 is these bytes.
 * @param {string} name
 * @param {string} value
 */
function textOfBytes(name, value) {
  if (!/[\x80-\xff]/.test(value)) return value
  const bytes = Buffer.from(value, 'latin1')
  const text = bytes.toString()
  if (Buffer.from(text).equals(bytes)) return text
  throw refused(
    `the value of the header ${quoted(name)} would go out in Latin-1, which neura-ai does not send: ` +
      "for UTF-8 give Buffer.from(value).toString('latin1')"
  )
}

/**
 * The length of the body that goes out. That of a stream is what its caller says, as in fetch.
 * @param {any} parts
 * @param {any} upload
 * @param {string[][]} headers
 * @returns {number | undefined}
 */
function lengthOf(parts, upload, headers) {
  if (upload === undefined) return Buffer.byteLength(parts.body ?? '')
  if (upload.length !== undefined) return upload.length
  const [, length = ''] = headers.find(([name]) => name === 'content-length') ?? []
  if (/^[1-9]\d{0,14}$/.test(length)) parts.upload.length = upload.declare(Number(length))
  return upload.length
}

/** fetch sends these as text. Of objects it sends what is not meant: [object Object]. */
function textOr(body) {
  return ['number', 'boolean', 'bigint'].includes(typeof body) ? String(body) : body
}

/** fetch's error where the body's own stream failed. */
const bodyFailed = (cause) => new TypeError('fetch failed', { cause })

/** How much of a Request's body is taken whole, and how long that may take in milliseconds. */
const SMALL = 1 << 20
const SOON = 10

const LATER = Symbol('later')

/**
 * The body of a Request. A small one that is there is taken whole, so that it goes out with its
 * length and can be sent again; of any other the pieces that were read come first.
 */
async function bodyOf(request) {
  if (request?.body == null) return undefined
  if (request.bodyUsed) throw refused('the body of the request was already read')
  // Packages' own Requests have Node's streams.
  if (typeof request.body.getReader !== 'function') return request.body
  const reader = request.body.getReader()
  const read = []
  let length = 0
  let timer
  const later = new Promise((resolve) => (timer = setTimeout(resolve, SOON, LATER)))
  try {
    for (;;) {
      const next = reader.read()
      const soon = length > SMALL ? LATER : await Promise.race([next, later])
      if (soon === LATER) {
        // Closed also where the call fails before it is begun.
        return Object.assign(rest(read, next, reader), { cancel: () => reader.cancel() })
      }
      if (soon.done) return Buffer.concat(read)
      read.push(soon.value)
      length += soon.value.byteLength
    }
  } catch (error) {
    throw error?.name === 'AbortError' ? error : bodyFailed(error)
  } finally {
    clearTimeout(timer)
  }
}

/** What was read, what is being read, and what comes. */
async function* rest(read, next, reader) {
  try {
    yield* read.splice(0)
    for (let last = await next; !last.done; last = await reader.read()) yield last.value
  } finally {
    await reader.cancel()
  }
}

module.exports = { bodyFailed, fetchRefuses, partsOf }
