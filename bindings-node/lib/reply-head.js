'use strict'

const { inspect } = require('./builtin.js').util

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

  toJSON() {
    return shown(this)
  }

  [inspect.custom](_depth, options) {
    return `ReplyHead ${inspect(shown(this), options)}`
  }
}

/** What is printed of a reply: no value of a header, for a server may echo the key, and no query. */
function shown({ status, url, requestId, headers }) {
  return { status, url: url.split('?')[0], requestId, headers: [...headers.keys()] }
}

/**
 * A server may echo the key in a value, so only names are printed.
 * @this {Headers}
 */
function printed(_depth, options) {
  return `Headers ${inspect([...this.keys()], options)}`
}

/** @param {string[]} flat name, value, name, value */
function toHeaders(flat) {
  const headers = new Headers()
  // A class that extends Headers would load all of fetch with this package.
  Object.defineProperty(headers, inspect.custom, { value: printed })
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
  return Object.defineProperty(value, '_response', { value: response, configurable: true, enumerable: false })
}

module.exports = { ReplyHead, printed, shown, toHeaders, withResponse }
