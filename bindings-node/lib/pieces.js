'use strict'

const { isArrayBuffer } = require('./upload.js')

const EMPTY = new Uint8Array(0)

/**
 * A body that is read while it goes out: one piece at a time, when the native side asks for it,
 * so that no more of it is in memory than the piece that its source gave last.
 */
class Pieces {
  #open
  #stream
  /** @type {any} */
  #pieces = null
  /** @type {Uint8Array} */
  #rest = EMPTY
  #ended = false
  /** Where a piece is awaited, its source is closed when that one came. */
  #over = false

  /**
   * @param {object} source
   * @param {number} [source.length] how many bytes there are, where that is known
   * @param {() => ReadableStream | AsyncIterable<any>} [source.open] begins at the start, also again
   * @param {any} [source.stream] a ReadableStream or an async iterable, which can be read once
   */
  constructor({ length, open, stream }) {
    this.length = length
    this.again = open !== undefined
    /** Whether the length is what the caller says of a stream. */
    this.isDeclared = false
    /** What the source threw, for the caller as it is. */
    this.raised = undefined
    this.#open = open ?? (() => stream)
    this.#stream = stream
    // Read or not, its error would end the process: fs.createReadStream('missing').
    if (isNodes(stream)) stream.on('error', () => {})
  }

  /** Holds the stream to a length, which is returned. */
  declare(length) {
    this.isDeclared = true
    return (this.length = length)
  }

  /** The bytes from `at`, at most `size`; none at the end. */
  async read(at, size) {
    let piece
    try {
      if (at === 0) this.#restart()
      await this.#fill()
      piece = this.#rest.subarray(0, size)
      this.#rest = this.#rest.subarray(piece.byteLength)
      // What comes behind the length would be left out in silence.
      if (this.isDeclared && at + piece.byteLength === this.length) await this.#expectEnd()
    } catch (error) {
      this.#ended = true
      this.raised = { error }
      throw error
    }
    return piece
  }

  async #fill() {
    while (this.#rest.byteLength === 0 && !this.#ended) {
      const { value, done } = await this.#pieces.next()
      if (done) this.#ended = true
      else this.#rest = bytesOf(value)
    }
  }

  async #expectEnd() {
    await this.#fill()
    if (this.#rest.byteLength === 0) return
    this.#close()
    throw new TypeError(`the body's stream gives more than the ${this.length} bytes that its Content-Length says`)
  }

  #restart() {
    if (this.#pieces !== null) this.#close()
    this.#pieces = iteratorOf(this.#open())
    this.#rest = EMPTY
    this.#ended = false
  }

  /** The call is over: what was not read of the source is closed. */
  end() {
    if (this.#over) return
    this.#over = true
    this.#rest = EMPTY
    this.#close()
  }

  #close() {
    if (this.#ended) return
    this.#ended = true
    // What closing throws comes too late for the call.
    const close = async () => {
      // A generator that waits for its next piece would end only when that one came.
      if (isNodes(this.#stream)) this.#stream.destroy()
      else if (this.#pieces !== null) await this.#pieces.return?.()
      else if (typeof this.#stream?.cancel === 'function') await this.#stream.cancel()
      else await this.#stream?.return?.()
    }
    close().catch(() => {})
  }
}

const isNodes = (stream) =>
  typeof stream?.pipe === 'function' && typeof stream.destroy === 'function'

function iteratorOf(source) {
  if (typeof source.getReader !== 'function') return source[Symbol.asyncIterator]()
  const reader = source.getReader()
  return { next: () => reader.read(), return: () => reader.cancel() }
}

/** A piece of a stream. Node's streams and generators may give text. */
function bytesOf(piece) {
  if (piece instanceof Uint8Array) return piece
  if (typeof piece === 'string') return Buffer.from(piece)
  if (ArrayBuffer.isView(piece)) {
    return new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength)
  }
  if (isArrayBuffer(piece)) return new Uint8Array(piece)
  throw new TypeError(`a body's stream must give bytes or strings, not ${typeof piece}`)
}

module.exports = { Pieces }
