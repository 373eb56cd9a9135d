'use strict'

const builtin = require('./builtin.js')

/**
 * A FormData as multipart/form-data, as fetch writes it. Its files are read as they go out.
 * Source: HTML, "multipart/form-data encoding algorithm"; RFC 7578.
 * @param {FormData} form
 */
function multipart(form) {
  const boundary = `----formdata-neura-${builtin.crypto.randomUUID()}`
  /** Bytes and Blobs, in turn. */
  const parts = []
  for (const [name, value] of form) {
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${escaped(lines(name))}"`
    if (typeof value === 'string') {
      parts.push(Buffer.from(`${head}\r\n\r\n${lines(value)}\r\n`))
      continue
    }
    const type = value.type || 'application/octet-stream'
    const file = `filename="${escaped(value.name ?? 'blob')}"`
    parts.push(Buffer.from(`${head}; ${file}\r\nContent-Type: ${type}\r\n\r\n`), value)
    parts.push(Buffer.from('\r\n'))
  }
  parts.push(Buffer.from(`--${boundary}--\r\n`))
  const length = parts.reduce((sum, part) => sum + (part.size ?? part.byteLength), 0)
  return { length, open: () => read(parts), contentType: `multipart/form-data; boundary=${boundary}` }
}

async function* read(parts) {
  for (const part of parts) {
    if (part instanceof Uint8Array) yield part
    else yield* part.stream()
  }
}

/** Line breaks as the standard wants them. */
const lines = (text) => text.replace(/\r\n|\r|\n/g, '\r\n')

/** A name between quotes. */
const escaped = (name) =>
  name.replace(/\r/g, '%0D').replace(/\n/g, '%0A').replace(/"/g, '%22')

module.exports = { multipart }
