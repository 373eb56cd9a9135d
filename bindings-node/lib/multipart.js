'use strict'

const { FormHeads } = require('./native.js')
const { unwrap } = require('./runtime.js')

/**
 * A FormData as multipart/form-data, as fetch writes it. Its files are read as they go out.
 * Source: HTML, "multipart/form-data encoding algorithm".
 * @param {FormData} form
 */
function multipart(form) {
  const heads = new FormHeads()
  /** Bytes and Blobs, in turn. */
  const parts = []
  for (const [name, value] of form) {
    if (typeof value === 'string') {
      parts.push(unwrap(heads.next(name)), Buffer.from(lines(value)))
    } else {
      const type = value.type || 'application/octet-stream'
      parts.push(unwrap(heads.next(name, value.name ?? 'blob', type)), value)
    }
  }
  parts.push(Buffer.from(heads.end()))
  const length = parts.reduce((sum, part) => sum + (part.size ?? part.byteLength), 0)
  return { length, open: () => read(parts), contentType: heads.contentType() }
}

async function* read(parts) {
  for (const part of parts) {
    if (part instanceof Uint8Array) yield part
    else yield* part.stream()
  }
}

/** Line breaks as the standard wants them. */
const lines = (text) => text.replace(/\r\n|\r|\n/g, '\r\n')

module.exports = { multipart }
