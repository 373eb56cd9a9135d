// What `make lint` checks of the package beside its types: what npm and TypeScript make of its
// manifest, and that the list of licences is current.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = dirname(dirname(fileURLToPath(import.meta.url)))
const packed = mkdtempSync(join(tmpdir(), 'neura.lint.'))
process.on('exit', () => rmSync(packed, { recursive: true }))

/** Runs a check, which prints what is wrong. */
function check(program, ...words) {
  const isWindows = process.platform === 'win32'
  const { status } = spawnSync(program, words, { cwd: folder, stdio: 'inherit', shell: isWindows })
  if (status !== 0) process.exit(1)
}
const tool = (name) => join(folder, 'node_modules', '.bin', name)

// Without the check of what is published: no addon is needed here.
check('npm', 'pack', '--ignore-scripts', '--silent', '--pack-destination', packed)
const tarball = join(packed, readdirSync(packed)[0])
check(tool('publint'), '--strict', tarball)
check(tool('attw'), tarball, '--exclude-entrypoints', 'openai')
// In CommonJS the SDK is a function with `default` beside it, and its types say only `default`. Ours
// are the same.
check(tool('attw'), tarball, '--entrypoints', 'openai', '--ignore-rules', 'missing-export-equals')
for (const name of ['neura-sandbox', 'neura-ai-cli']) check(tool('publint'), '--strict', join(folder, name))
check(process.execPath, join('scripts', 'third-party-licenses.mjs'), '--check')
