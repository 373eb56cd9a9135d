'use strict'

const { closedStreamFailure } = require('./native.js')
const { onAbort } = require('./abort.js')
const { classes } = require('./errors.js')
const { run, runtime, unwrap } = require('./runtime.js')
const { NeuraStream, eventsOf } = require('./stream.js')

/** Statuses whose replies have no body, for fetch's Response. */
const WITHOUT_BODY = [101, 103, 204, 205, 304]

/** A body in memory. It may be read any number of times. */
class WholeBody {
  #native
  /** A body that was too large to be there twice when it was handed out. */
  #given
  used = false

  constructor(native) {
    this.#native = native
  }

  /** Without a byte order mark, as in fetch. */
  text() {
    const text = unwrap(this.#whole().text())
    return text.startsWith('\ufeff') ? text.slice(1) : text
  }

  jsonText() {
    return unwrap(this.#whole().jsonText())
  }

  bytes() {
    const native = this.#whole()
    const bytes = roomFor(native)
    if (native.fill(bytes)) this.#given = bytes
    return bytes
  }

  /** What fetch's Response takes. */
  source() {
    return this.bytes()
  }

  /** Its bytes in one piece, copied: who reads them may give their memory away. */
  stream() {
    const pull = (controller) => {
      const bytes = this.bytes().slice()
      if (bytes.byteLength > 0) controller.enqueue(bytes)
      controller.close()
      controller.byobRequest?.respond(0)
    }
    return new ReadableStream({ type: 'bytes', pull }, { highWaterMark: 0 })
  }

  events() {
    return new NeuraStream(unwrap(runtime.eventsOf(this.#whole())), eventsOf)
  }

  check() {
    return this.#whole().check()
  }

  /** It is read as often as one likes. */
  clone() {
    return this
  }

  close() {}

  /** The native reply with its body, also where that was handed out. */
  #whole() {
    if (this.#given !== undefined) {
      unwrap(this.#native.takeBack(this.#given))
      this.#given = undefined
    }
    return this.#native
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
 * A signal may live longer than the replies that it is for. A function of its own: a closure keeps
 * all that closures beside it use.
 */
const closeOnAbort = (signal, body) => onAbort(signal, () => body.deref()?.close())

/** Forgets the signals of bodies that were dropped unread. */
const dropped = new FinalizationRegistry((forget) => forget())

/**
 * A body that is read as it arrives: in pieces, as events, or whole; once it is whole, it stays in
 * memory. The socket is closed at its end, by close(), when the signal aborts, and when nothing
 * refers to it any more.
 */
class ArrivingBody {
  #native
  #signal
  #forget = () => {}
  /** @type {Promise<WholeBody> | null} */
  #whole = null
  /** @type {ReadableStream | null} */
  #stream = null
  #ended = false
  #closed = false
  used = false

  /**
   * @param {any} native
   * @param {AbortSignal} [signal]
   */
  constructor(native, signal) {
    this.#native = native
    this.#signal = signal
    if (signal === undefined) return
    const forget = closeOnAbort(signal, new WeakRef(native))
    this.#forget = () => {
      forget()
      dropped.unregister(this)
    }
    dropped.register(this, forget, this)
  }

  async text() {
    return await (await this.#read()).text()
  }

  async jsonText() {
    return await (await this.#read()).jsonText()
  }

  async bytes() {
    return await (await this.#read()).bytes()
  }

  /** Its bytes as they arrive; null at the end. */
  async next() {
    if (this.#closed) unwrap(closedStreamFailure(), this.#signal)
    if (this.#whole !== null) return await this.#rest()
    if (this.#ended) return null
    this.used = true
    const piece = await run(this.#native, (native) => native.next(), this.#signal)
    if (piece === null) {
      this.#ended = true
      this.#forget()
    }
    return piece
  }

  /**
   * One piece is read for each that is asked for, and none ahead.
   * @param {(error: unknown) => unknown} [toError] what a reader gets for an error of ours
   */
  stream(toError = (error) => error) {
    if (this.#stream !== null) return this.#stream
    const pull = async (controller) => {
      try {
        const piece = await this.next()
        if (piece !== null) return controller.enqueue(piece)
        controller.close()
        controller.byobRequest?.respond(0)
      } catch (error) {
        controller.error(toError(error))
      }
    }
    const cancel = () => this.close()
    return (this.#stream = new ReadableStream({ type: 'bytes', pull, cancel }, { highWaterMark: 0 }))
  }

  source() {
    return this.stream()
  }

  events() {
    this.used = true
    return new NeuraStream((/** @type {any} */ native) => native.events(), eventsOf, this.#signal, this.#native)
  }

  check() {
    return this.#native.check()
  }

  /** @param {() => Response} toResponse this reply as fetch's */
  clone(toResponse) {
    return new TeedBody(toResponse(), this, new Set())
  }

  close() {
    this.#closed ||= !this.#ended
    this.#ended = true
    this.#forget()
    this.#native.close()
  }

  /** The body in one piece, once it is in memory. */
  async #rest() {
    const whole = await this.#read()
    if (this.used) return null
    this.used = true
    const bytes = await whole.bytes()
    return bytes.byteLength > 0 ? bytes.slice() : null
  }

  #read() {
    if (this.#closed) unwrap(closedStreamFailure(), this.#signal)
    const reading = async () => {
      const whole = await run(this.#native, (native) => native.readWhole(), this.#signal)
      this.#ended = true
      return new WholeBody(whole)
    }
    return (this.#whole ??= reading().finally(() => this.#forget()))
  }
}

/** A body that arrives and was cloned, so that two read it: fetch's Response splits it. */
class TeedBody {
  #response
  #arriving
  #open

  /**
   * @param {Response} response
   * @param {ArrivingBody} arriving
   * @param {Set<TeedBody>} open those of its readers that are not closed
   */
  constructor(response, arriving, open) {
    this.#response = response
    this.#arriving = arriving
    this.#open = open
    open.add(this)
  }

  get used() {
    return this.#response.bodyUsed
  }

  async text() {
    return await this.#response.text()
  }

  async jsonText() {
    const text = await this.text()
    try {
      JSON.parse(text)
    } catch (cause) {
      const message = 'the body is not valid JSON'
      throw new classes.DecodeError(message, { cause })
    }
    return text
  }

  async bytes() {
    return new Uint8Array(await this.#response.arrayBuffer())
  }

  stream() {
    return this.#response.body
  }

  source() {
    return this.stream()
  }

  events() {
    const message = 'a reply that was cloned while its body arrives cannot be read as events'
    throw new classes.InvalidArgumentError(message, { kind: 'invalid_argument' })
  }

  check() {
    return this.#arriving.check()
  }

  clone() {
    return new TeedBody(this.#response.clone(), this.#arriving, this.#open)
  }

  /** The others read on; the last one closes the socket. */
  close() {
    this.#open.delete(this)
    if (this.#open.size === 0) return this.#arriving.close()
    // What this one does not read is not kept for it. While it is read, its stream is locked.
    this.#response.body?.cancel().catch(() => {})
  }
}

module.exports = { ArrivingBody, TeedBody, WITHOUT_BODY, WholeBody }
