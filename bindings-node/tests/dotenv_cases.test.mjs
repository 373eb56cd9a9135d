// conformance/dotenv.json: what a client reads from a `.env` file, as it would send it.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'

import { Client } from '../index.mjs'
import { casesOf, testCase } from './servers.mjs'

const folder = mkdtempSync(join(tmpdir(), 'neura.dotenv.'))
const envFile = join(folder, '.env')
after(() => rmSync(folder, { recursive: true }))

/** The key that a client has, as it sends it, or the error that there is none. */
function keyOf(options) {
  try {
    return { key: new Client(options).authHeaders().Authorization.slice('Bearer '.length) }
  } catch ({ kind, code }) {
    return { kind, code }
  }
}

for (const script of casesOf('dotenv')) {
  const { name, file, env, expect, ...more } = script
  testCase('dotenv', name, name, () => {
    assert.deepEqual(more, {}, 'a field that is not known')
    writeFileSync(envFile, file)
    Object.assign(process.env, env)
    const found = keyOf({ envFile })
    for (const name of Object.keys(env)) delete process.env[name]
    // What cannot be a key is refused like one of the caller's; an empty one is none.
    const isAbsent = expect === null || expect.trim() === ''
    assert.deepEqual(found, isAbsent ? { kind: 'missing_api_key', code: null } : keyOf({ apiKey: expect }))
    if (found.code === undefined) assert.equal(found.key, expect)
  })
}
