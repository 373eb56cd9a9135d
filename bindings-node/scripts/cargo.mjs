// cargo, for the scripts that build the addon.

import { spawnSync } from 'node:child_process'
import { copyFileSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = dirname(dirname(fileURLToPath(import.meta.url)))

/** Builds the addon with a subcommand of cargo; the path of what was built. Ends the process if it cannot. */
export function build(words, env = {}) {
  const cargo = spawnSync(
    'cargo',
    [...words, '--locked', '-p', 'neura-node', '--message-format=json-render-diagnostics'],
    {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, ...env },
      maxBuffer: 1 << 28,
      stdio: ['ignore', 'pipe', 'inherit']
    }
  )
  if (cargo.error) fail(`cargo could not be started (${cargo.error.message}). Install Rust from https://rustup.rs`)
  if (cargo.status !== 0) process.exit(cargo.status ?? 1)

  const built = cargo.stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))
    .find(({ reason, target }) => reason === 'compiler-artifact' && target.name === 'neura_node')
    ?.filenames.find((name) => /\.(so|dylib|dll)$/.test(name))
  return built ?? fail('cargo built no library for neura-node')
}

/** Lays a built library beside package.json, as the addon of `target`; its path. */
export function place(built, target) {
  const addon = join(folder, `neura.${target}.node`)
  // By way of a second name: a process that holds the old file keeps it whole.
  copyFileSync(built, `${addon}.new`)
  renameSync(`${addon}.new`, addon)
  return addon
}

export function fail(message) {
  console.error(message)
  process.exit(1)
}
