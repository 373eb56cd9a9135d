// Builds the programs of a package as they are published, into target/ARTIFACT-TARGET: on Linux for
// the same systems as the addon.
//
// node scripts/build-programs.mjs PACKAGE [TARGET]   a target of package.json; without one, this machine's

import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { fail } from './cargo.mjs'
import { problemsOf } from './floor.mjs'
import { programs } from './programs.mjs'
import { releaseTarget } from './release-target.mjs'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const { crate, bins, artifact } = programs()
const { target, triple, words, env } = releaseTarget(process.argv[3])
const cargo = spawnSync('cargo', [...words, '--release', '--locked', '-p', crate, '--bins'], {
  cwd: root,
  env: { ...process.env, ...env },
  stdio: 'inherit'
})
if (cargo.status !== 0) fail(`cargo: ${cargo.error?.message ?? `ended with ${cargo.status}`}`)

const from = join(env.CARGO_TARGET_DIR ?? join(root, 'target'), triple, 'release')
const into = join(root, 'target', `${artifact}-${target}`)
mkdirSync(into, { recursive: true })
for (const name of bins) {
  const file = target.startsWith('win32') ? `${name}.exe` : name
  copyFileSync(join(from, file), join(into, file))
  // They may be larger than an addon; the floor is the same.
  for (const problem of problemsOf(join(into, file), target, undefined, Infinity)) fail(problem)
  console.log(`${join(into, file)}: ${statSync(join(into, file)).size} bytes`)
}
