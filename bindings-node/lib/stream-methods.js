'use strict'

const { asyncDispose, dispose } = require('./dispose.js')

/**
 * What every stream can do with only its `next` and `close`. A subclass has `abandon` as well, which
 * closes it so that a loop ends without an error, and `isClosed`: before its end.
 */
class StreamMethods {
  #controller = null

  /**
   * This stream with the members of its class.
   * @type {any}
   */
  get #stream() {
    return this
  }

  /** Its `abort()` closes the stream; a loop ends without an error, as in the OpenAI SDK. */
  get controller() {
    if (this.#controller === null) {
      this.#controller = new AbortController()
      if (this.#stream.isClosed) this.#controller.abort()
      else this.#controller.signal.addEventListener('abort', () => this.#stream.abandon(), { once: true })
    }
    return this.#controller
  }

  /** Tells the controller, if there is one, that the stream was closed before its end. */
  leave() {
    this.#controller?.abort()
  }

  /** Two streams of the same items, each read at its own pace. */
  tee() {
    const { branches } = require('./tee.js')
    return branches(this)
  }

  /** Its items as bytes, each one line of JSON. */
  toReadableStream() {
    const encoder = new TextEncoder()
    return new ReadableStream(
      {
        pull: async (controller) => {
          const { value, done } = await this.#stream.next()
          if (done) controller.close()
          else controller.enqueue(encoder.encode(`${JSON.stringify(value)}\n`))
        },
        cancel: () => this.#stream.close()
      },
      { highWaterMark: 0 }
    )
  }

  /** What leaving a loop calls. */
  async return(value) {
    this.#stream.close()
    return { value, done: true }
  }

  [Symbol.asyncIterator]() {
    return this
  }

  [dispose]() {
    this.#stream.close()
  }

  async [asyncDispose]() {
    this.#stream.close()
  }
}

module.exports = { StreamMethods }
