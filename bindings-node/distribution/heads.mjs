// Files of other platforms, as far as their heads.

/** The head of a file of a platform that is not this one. */
export function headFor(target) {
  const bytes = Buffer.alloc(128)
  const arm = target.includes('arm64')
  if (target.startsWith('linux')) {
    bytes.write('\x7fELF', 'latin1')
    bytes.writeUInt16LE(arm ? 183 : 62, 18)
  } else if (target.startsWith('darwin')) {
    bytes.writeUInt32LE(0xfeedfacf, 0)
    bytes.writeUInt32LE(arm ? 0x0100000c : 0x01000007, 4)
  } else {
    bytes.write('MZ', 'latin1')
    bytes.writeUInt32LE(64, 60)
    bytes.writeUInt16LE(arm ? 0xaa64 : 0x8664, 68)
  }
  return bytes
}
