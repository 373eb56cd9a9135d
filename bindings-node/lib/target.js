'use strict'

const { readSync, openSync, closeSync } = require('./builtin.js').fs

/** The machines that there is an addon for, under the names that napi-rs uses. */
const TARGETS = [
  'linux-x64-gnu',
  'linux-x64-musl',
  'linux-arm64-gnu',
  'linux-arm64-musl',
  'darwin-x64',
  'darwin-arm64',
  'win32-x64-msvc',
  'win32-arm64-msvc'
]

/**
 * The names of the addons that fit this process, the best first: platform, processor and,
 * where a platform has several, its C library. Two where the C library is unknown.
 */
function targets({ platform, arch } = process, libc = libcOf) {
  if (platform === 'win32') return [`win32-${arch}-msvc`]
  if (platform !== 'linux') return [`${platform}-${arch}`]
  const family = libc()
  const families = family === null ? ['gnu', 'musl'] : [family]
  return families.map((name) => `linux-${arch}-${name}`)
}

/**
 * The C library of this process, `gnu` or `musl`: its program names the loader that it needs.
 * `process.report` would know as well, but takes 5 ms, and Deno asks for a permission. Deno
 * asks for one to read its own program, too, and has no build for musl.
 */
function libcOf() {
  if (process.versions.deno) return 'gnu'
  try {
    const loader = interpreterOf(process.execPath)
    if (/\/ld-musl-/.test(loader)) return 'musl'
    return /\/ld-linux/.test(loader) ? 'gnu' : null
  } catch {
    return null
  }
}

/** The segment PT_INTERP of a 64-bit, little-endian ELF file; '' if it has none. */
function interpreterOf(path) {
  const file = openSync(path, 'r')
  try {
    const piece = (offset, length) => {
      const bytes = Buffer.alloc(length)
      return bytes.subarray(0, readSync(file, bytes, 0, length, offset))
    }
    const header = piece(0, 64)
    const entrySize = header.readUInt16LE(54)
    const entries = piece(Number(header.readBigUInt64LE(32)), entrySize * header.readUInt16LE(56))
    for (let entry = 0; entry < entries.length; entry += entrySize) {
      if (entries.readUInt32LE(entry) !== 3) continue
      const [offset, size] = [entry + 8, entry + 32].map((at) => Number(entries.readBigUInt64LE(at)))
      return piece(offset, Math.min(size, 4096)).toString('latin1')
    }
    return ''
  } finally {
    closeSync(file)
  }
}

module.exports = { TARGETS, targets }
