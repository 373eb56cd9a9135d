'use strict'

const { ArrivingBody } = require('./body.js')
const { withDefaults } = require('./defaults.js')
const { classes } = require('./errors.js')
const { ReplyHead } = require('./reply-head.js')
const { requestOf } = require('./request.js')
const { run, unlessAborted, unwrap } = require('./runtime.js')

/** The statuses of a redirect, of which `redirect: 'error'` makes an error. */
const REDIRECTS = [301, 302, 303, 307, 308]

/** The methods that fetch writes in upper case. */
const UPPER = /^(delete|get|head|options|post|put)$/i

/** Options of ours among those of fetch. */
const OURS = ['timeout', 'maxRetries', 'idempotencyKey']

/** What makes the typed error of each Response, by its headers: all that the OpenAI SDK keeps. */
const checks = new WeakMap()

/** The typed error of a Response of `client.fetch` outside 200 to 299, else null. */
const refusalOf = (headers) => {
  try {
    unwrap(checks.get(headers)?.() ?? null)
    return null
  } catch (error) {
    return error
  }
}

/** The errors that fetch has as a TypeError: no whole reply came. */
const isNetworks = (error) => error instanceof classes.APIConnectionError

/** @param {string} message what fetch's own error says, which libraries look for */
function likeFetch(error, message, signal) {
  if (signal?.aborted) return signal.reason
  return isNetworks(error) ? new TypeError(message, { cause: error }) : error
}

/**
 * fetch over a client's connections, with its key in place of any other; a real Response.
 * @param {object} native the client
 * @param {string | URL | Request} input
 * @param {object} [init]
 * @param {object} [as] how another library wants errors
 * @param {(error: unknown) => unknown} as.toError what a reader of the body gets; the call then
 *   rejects with our own errors
 */
async function fetchOver(native, input, init, as) {
  const request = await partsOf(input, init ?? {})
  const { signal } = request
  if (signal?.aborted) {
    request.upload?.end()
    throw signal.reason
  }
  const begin = (native) =>
    native.openReply(request.parts, withDefaults(native, request.call), true)
  let reply
  try {
    reply = unlessAborted(await run(native, begin, signal, undefined, request.upload), signal)
  } catch (error) {
    throw as === undefined ? likeFetch(error, 'fetch failed', signal) : error
  }
  if (request.redirect === 'error' && REDIRECTS.includes(reply.status)) {
    const cause = errorOf(() => unwrap(reply.check()))
    reply.close()
    throw new TypeError('fetch failed', { cause })
  }
  const toError = as?.toError ?? ((error) => likeFetch(error, 'terminated', signal))
  return responseOf(reply, signal, request.parts.method, toError)
}

function responseOf(reply, signal, method, toError) {
  const { responseOf } = require('./fetch-response.js')
  const { statusText } = reply
  const { status, url, headers } = new ReplyHead(reply)
  const body = new ArrivingBody(reply, signal)
  const source = () => body.stream(toError)
  const bodied = method === 'HEAD' ? null : { source }
  const response = responseOf({ status, statusText, url, headers }, bodied)
  if (response.body === null) reply.close()
  checks.set(response.headers, () => reply.check())
  return response
}

function errorOf(act) {
  try {
    return act()
  } catch (error) {
    return error
  }
}

/** The request that fetch's arguments describe. */
async function partsOf(input, init) {
  const given = isRequest(input) ? input : null
  const method = init.method ?? given?.method ?? 'GET'
  const of = { ...pick(init, OURS), signal: init.signal === undefined ? given?.signal : init.signal }
  const body = init.body === undefined ? await bodyOf(given) : init.body
  const headers = [...new Headers(init.headers ?? given?.headers)]
  const named = UPPER.test(method) ? String(method).toUpperCase() : method
  if (body != null && (named === 'GET' || named === 'HEAD')) {
    throw new TypeError(`a request with method ${named} cannot have a body`)
  }
  for (const name of ['dispatcher', 'agent']) {
    if (init[name] == null) continue
    throw new TypeError(`fetch of neura-ai has connections of its own, without ${name}: give the client the option proxy`)
  }
  const { parts, call, signal, upload } = requestOf(named, urlOf(given?.url ?? input), {
    ...of,
    signal: of.signal ?? undefined,
    headers,
    body: body ?? undefined
  })
  const options = { ...call, dropForeignCredentials: init.keepAuthorization !== true }
  if (typeof body === 'string') options.contentType = 'text/plain;charset=UTF-8'
  return { parts, call: options, signal, upload, redirect: init.redirect ?? given?.redirect }
}

// By what it has: packages have Request classes of their own.
const isRequest = (input) =>
  typeof input === 'object' && typeof input?.url === 'string' && typeof input.method === 'string'

function pick(from, names) {
  return Object.fromEntries(names.filter((name) => name in from).map((name) => [name, from[name]]))
}

/** A path, or a full URL as fetch sends it: encoded, and without its fragment. */
function urlOf(input) {
  const [url] = String(input).split('#')
  if (!URL.canParse(url)) return url
  const { protocol, href } = new URL(url)
  if (/^https?:$/.test(protocol)) return href
  const message = `client.fetch sends only to the base URL, not to ${protocol} URLs`
  throw new classes.ConfigError(message, { kind: 'config' })
}

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
  if (request.bodyUsed) throw new TypeError('the body of the request was already read')
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

module.exports = { fetchOver, isNetworks, refusalOf }
