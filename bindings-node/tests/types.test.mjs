import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

import neura, * as named from '../index.mjs'

const folder = fileURLToPath(new URL('..', import.meta.url))

test('the types hold what they promise, strictly', () => {
  const options = ['node_modules/typescript/bin/tsc', '--project', 'tests/types']
  const { status, stdout } = spawnSync(process.execPath, options, { cwd: folder, encoding: 'utf8' })
  assert.equal(status, 0, stdout)
})

test('the types declare every name, and no other', async () => {
  const { readFile } = await import('node:fs/promises')
  const declared = []
  for (const file of ['../index.d.ts', '../lib/errors.d.ts', '../lib/response.d.ts']) {
    const text = await readFile(new URL(file, import.meta.url), 'utf8')
    for (const [, name] of text.matchAll(/^export (?:class|function|const) (\w+)/gm))
      declared.push(name)
  }
  assert.deepEqual(declared.concat('delete').sort(), Object.keys(neura).sort())
  assert.deepEqual(Object.keys(named).sort(), Object.keys(neura).concat('default').sort())
})
