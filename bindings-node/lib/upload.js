'use strict'

/** What is larger is not copied at once, but asked for in pieces of this size as it goes out. */
const PIECE = 1 << 20

/**
 * A body as the native side takes it: small ones whole, of large ones their length.
 * @param {string | undefined} json
 * @param {string | ArrayBuffer | ArrayBufferView | undefined} body
 */
function bodyParts(json, body) {
  const given = json ?? bytesOf(body)
  // A string has one to three bytes for each unit of its length.
  const large = (typeof given === 'string' ? given.length : given?.byteLength) > PIECE
  if (!large) return { parts: { json, body: json === undefined ? given : undefined } }
  const upload = typeof given === 'string' ? Buffer.from(given) : given
  const parts = { upload: upload.byteLength, uploadJson: json !== undefined }
  return { parts, upload }
}

function bytesOf(body) {
  if (body instanceof ArrayBuffer) return new Uint8Array(body)
  if (ArrayBuffer.isView(body) && !(body instanceof Uint8Array)) {
    return new Uint8Array(body.buffer, body.byteOffset, body.byteLength)
  }
  return body
}

/**
 * Gives a call the piece that it wants.
 * @param {Uint8Array} upload
 * @param {any} wanted the native question for it
 */
function give(upload, wanted) {
  try {
    wanted.give(upload.subarray(wanted.at, wanted.at + wanted.size))
  } catch (error) {
    wanted.fail(error.message) // Its memory was given away.
  }
}

module.exports = { bodyParts, give }
