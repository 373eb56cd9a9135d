'use strict'

const { inspect } = require('./builtin.js').util
const { OpenReply } = require('./native.js')
const { ArrivingBody, TeedBody, WITHOUT_BODY, WholeBody } = require('./body.js')
const { asyncDispose } = require('./dispose.js')
const { ReplyHead, shown } = require('./reply-head.js')
const { unwrap } = require('./runtime.js')

/**
 * A reply, read like fetch's Response. Unlike there a body in memory may be read any number of
 * times; with `stream: true` it is read as it arrives.
 */
class NeuraResponse extends ReplyHead {
  #native
  #body

  /**
   * @param {object} native a native Reply or OpenReply
   * @param {AbortSignal} [signal] closes a body that arrives
   * @param {object} [body] that of a clone
   */
  constructor(native, signal, body) {
    super(native)
    this.#native = native
    if (body !== undefined) this.#body = body
    else if (native instanceof OpenReply) this.#body = new ArrivingBody(native, signal)
    else this.#body = new WholeBody(native)
  }

  /** A response without a server, for tests. */
  static from(parts) {
    return new NeuraResponse(require('./made-response.js').madeReply(parts))
  }

  get ok() {
    return this.#native.ok
  }

  get statusText() {
    return this.#native.statusText
  }

  get type() {
    return 'basic'
  }

  /** Redirects are not followed. */
  get redirected() {
    return false
  }

  /** Made when it is asked for. */
  get body() {
    return WITHOUT_BODY.includes(this.status) ? null : (this.#stream ??= this.#body.stream())
  }
  #stream

  get bodyUsed() {
    return this.#body.used
  }

  async json() {
    return JSON.parse(await this.#body.jsonText())
  }

  async text() {
    return await this.#body.text()
  }

  async bytes() {
    return await this.#body.bytes()
  }

  async arrayBuffer() {
    return (await this.bytes()).buffer
  }

  async blob() {
    return new Blob([await this.bytes()], { type: this.headers.get('content-type') ?? '' })
  }

  async formData() {
    return await new Response(await this.bytes(), { headers: this.headers }).formData()
  }

  /** The body as events, as they arrive; whatever the status. */
  events() {
    return this.#body.events()
  }

  /** The body in pieces, as they arrive. */
  async *[Symbol.asyncIterator]() {
    if (this.body !== null) yield* this.body
  }

  /** Throws the typed error outside 200 to 299; else this response. */
  throwForStatus() {
    const failure = this.#body.check()
    if (failure !== null) unwrap(failure)
    return this
  }

  /** Another reader of the same reply. */
  clone() {
    if (this.bodyUsed) throw new TypeError('the body was already read: clone the response before')
    if (this.#body instanceof ArrivingBody) this.#body = this.#body.clone(() => this.toResponse())
    this.#stream = undefined
    return new NeuraResponse(this.#native, undefined, this.#body.clone())
  }

  /** fetch's own Response. It takes over a body that arrives. */
  toResponse() {
    const { responseOf } = require('./fetch-response.js')
    return responseOf(this, this.#body)
  }

  /** Closes the socket of a body that arrives. */
  close() {
    this.#body.close()
  }

  async [asyncDispose]() {
    this.close()
  }

  toJSON() {
    return shown(this)
  }

  [inspect.custom](_depth, options) {
    return `NeuraResponse ${inspect(shown(this), options)}`
  }
}

module.exports = { NeuraResponse }
