// Builds the addon with cargo and lays it beside package.json, under the name that
// lib/native.js looks for. `--debug` builds without optimisation.

import { spawnSync } from 'node:child_process'
import { copyFileSync, renameSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const { targets } = createRequire(import.meta.url)('../lib/target.js')
const folder = dirname(dirname(fileURLToPath(import.meta.url)))

const profile = process.argv.includes('--debug') ? [] : ['--release']
const cargo = spawnSync(
  'cargo',
  ['build', '--locked', '-p', 'neura-node', ...profile, '--message-format=json-render-diagnostics'],
  { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'inherit'] },
)
if (cargo.error) {
  console.error(`cargo could not be started (${cargo.error.message}). Install Rust from https://rustup.rs`)
  process.exit(1)
}
if (cargo.status !== 0) process.exit(cargo.status ?? 1)

const built = cargo.stdout
  .split('\n')
  .filter((line) => line.startsWith('{'))
  .map((line) => JSON.parse(line))
  .find(({ reason, target }) => reason === 'compiler-artifact' && target.name === 'neura_node')
  ?.filenames.find((name) => /\.(so|dylib|dll)$/.test(name))
if (!built) {
  console.error('cargo built no library for neura-node')
  process.exit(1)
}

// By way of a second name: a process that holds the old file keeps it whole.
const addon = join(folder, `neura.${targets()[0]}.node`)
copyFileSync(built, `${addon}.new`)
renameSync(`${addon}.new`, addon)
