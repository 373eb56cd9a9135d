'use strict'

const { util } = require('./builtin.js')

/** What is larger is not copied at once, but asked for in pieces of this size as it goes out. */
const PIECE = 512 << 10
/** What of them goes out together with the head. */
const FIRST = 16 << 10

const FORM = 'application/x-www-form-urlencoded;charset=UTF-8'

/**
 * A body as the native side takes it: small ones whole, others in pieces that it asks for while it sends them.
 * @param {string | undefined} json
 * @param {any} body anything that `isBody` takes
 * @returns {{ parts: object, upload?: any, contentType?: string }} `contentType` as
 *   fetch sets it; absent for a string and for bytes
 */
function bodyParts(json, body) {
  if (json !== undefined) return inMemory(json, true)
  const tag = tagOf(body)
  if (tag === 'URLSearchParams') return { ...inMemory(String(body)), contentType: FORM }
  if (tag === 'FormData') {
    const { multipart } = require('./multipart.js')
    const { contentType, ...form } = multipart(body)
    return { ...inPieces(piecesOf(form)), contentType }
  }
  if (isBlob(tag)) {
    const blob = piecesOf({ length: body.size, open: () => body.stream() })
    return { ...inPieces(blob), contentType: body.type || undefined }
  }
  if (isStream(body)) {
    const used = body.locked ? 'locked' : body.readableEnded || body.destroyed ? 'already read' : null
    if (used !== null) throw new TypeError(`the body is a stream that is ${used}`)
    return inPieces(piecesOf({ stream: body }))
  }
  return inMemory(bytesOf(body))
}

/** @param {string | Uint8Array | undefined} given */
function inMemory(given, isJson = false) {
  // A string has one to three bytes for each unit of its length.
  const large = (typeof given === 'string' ? given.length : given?.byteLength) > PIECE
  if (!large) return { parts: isJson ? { json: given } : { body: given } }
  const upload = new Memory(typeof given === 'string' ? Buffer.from(given) : given)
  const { length } = upload
  const first = upload.read(0, FIRST)
  return { parts: { upload: { length, again: true, json: isJson, first } }, upload }
}

/** Loaded for the first body of this kind, as `multipart.js` is. */
function piecesOf(source) {
  const { Pieces } = require('./pieces.js')
  return new Pieces(source)
}

/** @param {any} upload */
function inPieces(upload) {
  const { length, again } = upload
  return { parts: { upload: { length, again, json: false } }, upload }
}

/** Bytes of the caller's. */
class Memory {
  #bytes

  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.#bytes = bytes
    this.length = bytes.byteLength
  }

  read(at, size) {
    return this.#bytes.subarray(at, at + size)
  }

  end() {}
}

function bytesOf(body) {
  if (isArrayBuffer(body)) return new Uint8Array(body)
  if (ArrayBuffer.isView(body) && !(body instanceof Uint8Array)) {
    return new Uint8Array(body.buffer, body.byteOffset, body.byteLength)
  }
  return body
}

/** Also one of another realm, as a test runner has them. */
const isArrayBuffer = (value) => value instanceof ArrayBuffer || util.types.isArrayBuffer(value)

// By their tags and methods: the globals of fetch are slow to load, and packages have their own.
const tagOf = (value) => value?.[Symbol.toStringTag]
const isBlob = (tag) => tag === 'Blob' || tag === 'File'
const isStream = (value) =>
  typeof value === 'object' &&
  value !== null &&
  (typeof value.getReader === 'function' || typeof value[Symbol.asyncIterator] === 'function')

/** Whether a request may have this body. */
const isBody = (value) =>
  typeof value === 'string' ||
  isArrayBuffer(value) ||
  ArrayBuffer.isView(value) ||
  ['URLSearchParams', 'FormData'].includes(tagOf(value)) ||
  isBlob(tagOf(value)) ||
  isStream(value)

/**
 * Gives a call the piece that it wants.
 * @param {any} upload
 * @param {any} wanted the native question for it
 */
async function give(upload, wanted) {
  try {
    const piece = upload.read(wanted.at, wanted.size)
    wanted.give(piece instanceof Uint8Array ? piece : await piece)
  } catch (error) {
    // A stream's own error, or the memory was given away.
    wanted.fail(String(error?.message ?? error))
  }
}

module.exports = { bodyParts, give, isArrayBuffer, isBody }
