'use strict'

const { fs } = require('./builtin.js')

const ELF = { 62: 'x64', 183: 'arm64' }
const MACH_O = { 0x01000007: 'x64', 0x0100000c: 'arm64' }
const PE = { 0x8664: 'x64', 0xaa64: 'arm64' }

/**
 * The platform and processor that a native library was built for, as in `linux-x64`; undefined if
 * its head is of an unknown kind. On Linux the error for a file of another processor says that it does not exist.
 */
function builtFor(path) {
  try {
    return headOf(fs.readFileSync(path))
  } catch {
    return undefined // Not to be read, or too short.
  }
}

function headOf(bytes) {
  const known = (platform, arch) => arch && `${platform}-${arch}`
  if (bytes.subarray(0, 4).toString('latin1') === '\x7fELF') {
    return known('linux', ELF[bytes.readUInt16LE(18)])
  }
  if (bytes.readUInt32LE(0) === 0xfeedfacf) return known('darwin', MACH_O[bytes.readUInt32LE(4)])
  if (bytes.subarray(0, 2).toString('latin1') === 'MZ') {
    return known('win32', PE[bytes.readUInt16LE(bytes.readUInt32LE(60) + 4)])
  }
  return undefined
}

module.exports = { builtFor }
