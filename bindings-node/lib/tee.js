'use strict'

const { closedStreamFailure } = require('./native.js')
const { unwrap } = require('./runtime.js')
const { StreamMethods } = require('./stream-methods.js')

/** One of two readers of a stream; the stream is closed when both are. */
class Branch extends StreamMethods {
  #source
  #other
  /** Steps of the source, as promises, that the other branch asked for. */
  #ahead = []
  #ended = false
  #closed = false
  #abandoned = false

  constructor(source) {
    super()
    this.#source = source
  }

  /** The two branches of a stream. */
  static pair(source) {
    const pair = [new Branch(source), new Branch(source)]
    pair[0].#other = pair[1]
    pair[1].#other = pair[0]
    return pair
  }

  async next() {
    if (this.#abandoned) return { value: undefined, done: true }
    if (this.#closed) unwrap(closedStreamFailure())
    if (this.#ended) return { value: undefined, done: true }
    if (this.#ahead.length === 0) {
      const step = this.#source.next()
      step.catch(() => {}) // Each branch that reads so far gets the error.
      this.#ahead.push(step)
      if (!this.#other.isClosed) this.#other.#ahead.push(step)
    }
    try {
      const step = await this.#ahead.shift()
      if (this.#abandoned) return { value: undefined, done: true }
      if (this.#closed) unwrap(closedStreamFailure())
      this.#ended ||= step.done
      return step
    } catch (error) {
      this.#ended = true
      throw error
    }
  }

  get isClosed() {
    return this.#closed
  }

  get _response() {
    return this.#source._response
  }

  /** This branch as after `controller.abort()`. */
  abandon() {
    if (this.#closed || this.#ended) return
    this.#abandoned = true
    this.close()
  }

  /** Drops what this branch has not read; the other one reads on. */
  close() {
    const left = !this.#ended && !this.#closed
    this.#closed ||= left
    this.#ahead = []
    if (left) this.leave()
    const other = this.#other
    if (this.#closed && other.#closed) this.#source.close()
  }
}

module.exports = { branches: Branch.pair }
