import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

import neura, * as named from '../index.mjs'

const folder = fileURLToPath(new URL('..', import.meta.url))

/** Runs a program of the package; what it printed is why it failed. */
function succeeds(...words) {
  const options = { cwd: folder, encoding: /** @type {const} */ ('utf8') }
  const { status, stdout, stderr } = spawnSync(process.execPath, words, options)
  assert.equal(status, 0, stdout + stderr)
}

for (const [what, project] of [
  ['the types hold what they promise, strictly', 'tests/types'],
  ["the package's own code fits its types", 'tests/types/lib.json'],
  ['so do the examples', 'tests/types/examples.json'],
  ['and the tests that use it as it is meant', 'tests/types/tests.json']
]) {
  test(what, () => succeeds('node_modules/typescript/bin/tsc', '--project', project))
}

test('the types of chat and embeddings are those of the shapes', () => {
  succeeds('scripts/chat-types.mjs', '--check')
})

test('the types declare every name, and no other', async () => {
  const { readFile } = await import('node:fs/promises')
  const declared = []
  for (const file of ['../index.d.ts', '../lib/error-types.d.ts', '../lib/response-types.d.ts']) {
    const text = await readFile(new URL(file, import.meta.url), 'utf8')
    for (const [, name] of text.matchAll(/^export (?:class|function|const) (\w+)/gm))
      declared.push(name)
    for (const [, names] of text.matchAll(/^export \{(.+)\}/gm))
      for (const [, name] of names.matchAll(/\w+ as (\w+)/g)) declared.push(name)
  }
  assert.deepEqual(declared.sort(), Object.keys(neura).sort())
  assert.deepEqual(Object.keys(named).sort(), Object.keys(neura).concat('default').sort())
})
