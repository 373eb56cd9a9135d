// What the addon that is published may be: how large, and which glibc it may need.

import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'

export const GLIBC = '2.28'
const LARGEST = 4 << 20

/** The versions of glibc whose symbols a library needs. */
function needsOf(addon) {
  const { status, stdout, error } = spawnSync('objdump', ['-T', addon], { encoding: 'utf8', maxBuffer: 1 << 26 })
  if (status !== 0) throw new Error(`objdump -T ${addon}: ${error?.message ?? `ended with ${status}`}`)
  return [...new Set(Array.from(stdout.matchAll(/\bGLIBC_([\d.]+)/g), ([, version]) => version))]
}

const isNewer = (version, than) => version.localeCompare(than, 'en', { numeric: true }) > 0

/** What is wrong with the addon of a target, or with a program that may have another size. */
export function problemsOf(addon, target, glibc = GLIBC, largest = LARGEST) {
  const { size } = statSync(addon)
  const newer = target.endsWith('gnu') ? needsOf(addon).filter((version) => isNewer(version, glibc)) : []
  return [
    ...(size >= largest ? [`${addon} has ${size} bytes, and must have fewer than ${largest}`] : []),
    ...(newer.length > 0 ? [`${addon} needs glibc ${newer.join(', ')}, and may need ${glibc} at most`] : [])
  ]
}
