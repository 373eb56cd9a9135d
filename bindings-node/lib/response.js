'use strict'

const { inspect } = require('./builtin.js').util
const { unwrap } = require('./runtime.js')

/** What is known of a reply before its body; the native side keeps it. */
class ReplyHead {
  #native
  #headers

  constructor(native) {
    this.#native = native
  }

  get status() {
    return this.#native.status
  }

  get url() {
    return this.#native.url
  }

  /** fetch's own Headers, built when first asked for. */
  get headers() {
    return (this.#headers ??= toHeaders(this.#native.headers()))
  }

  get requestId() {
    return this.#native.requestId
  }

  get attempts() {
    return this.#native.attempts
  }

  get rateLimit() {
    return this.#native.rateLimit
  }
}

/**
 * A whole reply, read like fetch's Response. Unlike there the body is complete
 * already, and may be read any number of times.
 */
class NeuraResponse extends ReplyHead {
  #native
  /** A body that was too large to be there twice when it was handed out. */
  #given

  constructor(native) {
    super(native)
    this.#native = native
  }

  /** A response without a server, for tests. */
  static from(parts) {
    return new NeuraResponse(require('./made-response.js').madeReply(parts))
  }

  get ok() {
    return this.#native.ok
  }

  async json() {
    return JSON.parse(unwrap(this.#whole().jsonText()))
  }

  async text() {
    return unwrap(this.#whole().text())
  }

  async bytes() {
    return this.#bytes()
  }

  async arrayBuffer() {
    return this.#bytes().buffer
  }

  #bytes() {
    const native = this.#whole()
    const bytes = roomFor(native)
    if (native.fill(bytes)) this.#given = bytes
    return bytes
  }

  /** The native reply with its body, also where that was handed out. */
  #whole() {
    if (this.#given !== undefined) {
      unwrap(this.#native.takeBack(this.#given))
      this.#given = undefined
    }
    return this.#native
  }

  /** Throws the typed error outside 200 to 299; else this response. */
  throwForStatus() {
    const failure = this.#whole().check()
    if (failure !== null) unwrap(failure)
    return this
  }
}

/** An array for the body of a reply; where there is no memory for it, it is an error here. */
function roomFor(native) {
  try {
    return new Uint8Array(native.length)
  } catch {
    unwrap(native.noMemory())
  }
}

/**
 * A server may echo the key in a value, so names alone are printed.
 * @this {Headers}
 */
function inspectNames(_depth, options) {
  return `Headers ${inspect([...this.keys()], options)}`
}

function toHeaders(flat) {
  // Not a class of its own: to define one would load all of fetch with this file.
  const headers = new Headers()
  Object.defineProperty(headers, inspect.custom, { value: inspectNames })
  for (let place = 0; place < flat.length; place += 2) {
    headers.append(flat[place], byteString(flat[place + 1]))
  }
  return headers
}

/** Headers holds one character for each byte: beyond Latin-1 it shows UTF-8's, as in fetch. */
function byteString(text) {
  return /[^\x00-\xff]/.test(text) ? Buffer.from(text).toString('latin1') : text
}

/** `value` with the reply it came in, which neither its keys nor JSON show. */
function withResponse(value, response) {
  if (value === null || typeof value !== 'object') return value
  return Object.defineProperty(value, '_response', { value: response, configurable: true })
}

module.exports = { NeuraResponse, ReplyHead, withResponse }
