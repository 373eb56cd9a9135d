'use strict'

const { closedStreamFailure, eventJsonFailure } = require('./native.js')
const { onAbort } = require('./abort.js')
const { asyncDispose } = require('./dispose.js')
const { ReplyHead, withResponse } = require('./reply-head.js')
const { cancel, run, unwrap } = require('./runtime.js')

/** An event as the service sent it. */
class Event {
  constructor(event, data, id) {
    this.event = event
    this.data = data
    this.id = id
  }

  /** The data as JSON; a DecodeError when it is none. */
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
 */
class NeuraStream {
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
  #failure = null
  #done = false
  /** It was closed before its end. */
  #closed = false
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
    this.#itemsOf = itemsOf
    this.#signal = signal
    this.#client = client
    this.#upload = upload
    if (typeof opened === 'function') this.#begin = opened
    else this.#adopt(opened)
  }

  async next() {
    for (;;) {
      if (this.#place < this.#ready.length) {
        return { value: this.#ready[this.#place++], done: false }
      }
      if (this.#failure !== null) {
        const failure = this.#failure
        this.#failure = null
        unwrap(failure, this.#signal)
      }
      if (this.#closed) unwrap(closedStreamFailure(), this.#signal)
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
      this.#ready = this.#itemsOf(batch)
      this.#place = 0
      this.#failure = batch.failure
      if (batch.last) this.#end()
    } catch (error) {
      if (this.#closed) return // What close() interrupted.
      this.#drop()
      throw error
    } finally {
      this.#step = null
    }
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
    else if (signal !== undefined) {
      this.#forget = onAbort(signal, () => {
        this.#ready = []
        native.close()
      })
    }
  }

  /** What leaving a loop calls. */
  async return(value) {
    this.close()
    return { value, done: true }
  }

  /** Closes the socket at once; reading on before the end fails. Further calls do nothing. */
  close() {
    const left = !this.#done || this.#place < this.#ready.length
    this.#closed ||= left
    this.#drop()
  }

  #drop() {
    this.#end()
    this.#ready = []
    this.#failure = null
    this.#native?.close()
    if (this.#call !== null) cancel(this.#call)
  }

  #end() {
    this.#done = true
    this.#forget()
  }

  [Symbol.asyncIterator]() {
    return this
  }

  async [asyncDispose]() {
    this.close()
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
