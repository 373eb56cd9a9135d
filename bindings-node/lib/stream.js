'use strict'

const { closedStreamFailure, eventJsonFailure } = require('./native.js')
const { onAbort } = require('./abort.js')
const { ReplyHead, withResponse } = require('./reply-head.js')
const { cancel, run, unwrap } = require('./runtime.js')
const { StreamMethods } = require('./stream-methods.js')

/** An event as the service sent it. */
class Event {
  constructor(event, data, id) {
    this.event = event
    this.data = data
    this.id = id
  }

  /** Parses the data as JSON; a DecodeError if it is not JSON. */
  json() {
    try {
      return JSON.parse(this.data)
    } catch (error) {
      unwrap(eventJsonFailure(this.data))
      throw error
    }
  }
}

/**
 * What a stream yields, as an async iterable that is read once. The socket is
 * closed when the loop is left, at the end, on close() and when the signal aborts.
 * While the items are used, the native side reads on, into a bounded buffer.
 */
class NeuraStream extends StreamMethods {
  #begin = null
  #client
  #upload
  #native = null
  #itemsOf
  #signal
  /** The native call under way. */
  #call = null
  #step = null
  #ready = []
  #place = 0
  #done = false
  /**
   * Why it ended early: a native failure, or `thrown`, what a step threw. That may be anything, also an
   * Error of another realm.
   * @type {any}
   */
  #fault = null
  /** It was closed before its end. */
  #closed = false
  /** That was before all of it was read. */
  #left = false
  /** That was done by the controller. */
  #abandoned = false
  /** An item was asked for. */
  #begun = false
  /** The answer that final() gives. */
  #answer = null
  #forget = () => {}

  /**
   * @param {object | ((client: object) => number)} opened the native stream, or the
   *   native call that opens it at the first step
   * @param {(batch: object) => Array} itemsOf what a native batch yields
   * @param {AbortSignal} [signal]
   * @param {object} [client] the native client for that call
   * @param {Uint8Array} [upload] the body that it is asked for in pieces
   */
  constructor(opened, itemsOf, signal, client, upload) {
    super()
    this.#itemsOf = itemsOf
    this.#signal = signal
    this.#client = client
    this.#upload = upload
    if (typeof opened === 'function') this.#begin = opened
    else this.#adopt(opened)
  }

  next() {
    this.#begun = true
    // What is there already needs no async function, which costs as much as the item.
    if (this.#place < this.#ready.length) return Promise.resolve(this.#take())
    return this.#await()
  }

  #take() {
    return { value: this.#ready[this.#place++], done: false }
  }

  async #await() {
    for (;;) {
      if (this.#place < this.#ready.length) return this.#take()
      if (this.#abandoned) return { value: undefined, done: true }
      if (this.#closed) unwrap(closedStreamFailure(), this.#signal)
      // Again and again: a stream that failed must not look like one that ended.
      if (this.#fault !== null) this.#answer?.catch(() => {}) // The loop has the error.
      this.#throwFault()
      if (this.#done) return { value: undefined, done: true }
      // Steps asked for while one is under way share it, in the order they came.
      this.#step ??= this.#read()
      await this.#step
    }
  }

  async #read() {
    try {
      if (this.#native === null) this.#adopt(await this.#run(this.#client, this.#begin))
      const batch = await this.#run(this.#native, (native) => native.next())
      if (this.#closed) return
      this.#add(batch)
      this.#fault = batch.failure ?? null
      if (batch.last) this.#end()
    } catch (error) {
      if (this.#closed) return // What close() interrupted.
      this.#fault = { thrown: error }
      this.#drop()
      throw error
    } finally {
      this.#step = null
    }
  }

  #add(batch) {
    // Without a loop, the items have no reader: final() asks the native side.
    if (this.#answer !== null && !this.#begun) return
    const items = this.#itemsOf(batch)
    if (this.#place < this.#ready.length) {
      for (const item of items) this.#ready.push(item)
      return
    }
    this.#ready = items
    this.#place = 0
  }

  /**
   * The whole answer of a chat once the stream has ended, in the form of a chat completion. It
   * reads what is left; items that a loop has yet to read are kept for it.
   */
  final() {
    return (this.#answer ??= this.#readOut())
  }

  async #readOut() {
    await null // A loop that begins at once gets all items.
    if (this.#itemsOf !== chunksOf) throw new TypeError('final() is for the streams of chats')
    while (!this.#done) {
      this.#step ??= this.#read()
      await this.#step
    }
    this.#throwFault()
    if (this.#left) unwrap(closedStreamFailure(), this.#signal)
    const answer = JSON.parse(unwrap(this.#native.answer()))
    return withResponse(answer, /** @type {any} */ (this)._response)
  }

  #throwFault() {
    if (this.#fault === null) return
    unwrap(this.#fault, this.#signal)
    throw this.#fault.thrown
  }

  async #run(owner, begin) {
    try {
      return await run(owner, begin, this.#signal, (call) => (this.#call = call), this.#upload)
    } finally {
      this.#call = null
    }
  }

  #adopt(native) {
    this.#native = native
    withResponse(this, new ReplyHead(native))
    const signal = this.#signal
    // Closed or aborted after the headers came, before they were told here.
    if (this.#done || signal?.aborted) native.close()
    else if (signal) {
      this.#forget = onAbort(signal, () => {
        this.#ready = []
        this.#interrupt()
      })
    }
  }

  get isClosed() {
    return this.#closed
  }

  /** Closes it; a loop ends without an error. */
  abandon() {
    if (this.#closed || this.#isOver()) return
    this.#abandoned = true
    this.close()
  }

  #isOver() {
    return this.#done && this.#place === this.#ready.length
  }

  /** Closes the socket at once; reading on before the end fails. Further calls do nothing. */
  close() {
    const early = !this.#isOver()
    this.#closed ||= early
    this.#left ||= !this.#done
    this.#drop()
    if (early) this.leave()
  }

  #drop() {
    this.#end()
    this.#ready = []
    this.#interrupt()
  }

  /** Closes the socket; a step that waits for it is cancelled first. */
  #interrupt() {
    if (this.#call !== null) cancel(this.#call)
    this.#native?.close()
  }

  #end() {
    this.#done = true
    this.#forget()
  }
}

/** Events as they came. */
function eventsOf(batch) {
  const flat = batch.events
  const events = []
  for (let place = 0; place < flat.length; place += 3) {
    events.push(new Event(flat[place], flat[place + 1], flat[place + 2]))
  }
  return events
}

/** Chunks of a chat: the batch is one text, parsed at once. */
function chunksOf(batch) {
  return JSON.parse(batch.chunks)
}

module.exports = { NeuraStream, chunksOf, eventsOf }
