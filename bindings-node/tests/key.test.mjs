import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'

import { Client, MalformedAPIKeyError, MissingAPIKeyError } from '../index.mjs'
import { KEY, casesOf, testCase, errorOf } from './servers.mjs'

const index = new URL('../index.mjs', import.meta.url).href

async function inEnvironment(key, use) {
  if (key === undefined) delete process.env.NEURA_API_KEY
  else process.env.NEURA_API_KEY = key
  try {
    return await use()
  } finally {
    delete process.env.NEURA_API_KEY
  }
}

async function assertMalformed(build, problem, given) {
  const error = await errorOf(build)
  assert(error instanceof MalformedAPIKeyError, inspect(error))
  assert.equal(error.kind, 'malformed_api_key')
  assert.equal(error.code, problem)
  assert.equal(error.status, null)
  if (given.trim().length >= 8) assert(!inspect(error, { showHidden: true }).includes(given))
}

describe('what an API key may be', () => {
  for (const { id, given, expect } of casesOf('key')) {
    testCase('key', id, `${id}, given by the caller`, async () => {
      const build = () => new Client({ apiKey: given })
      if (expect.error) await assertMalformed(build, expect.problem, given)
      else assert.equal(build().authHeaders().Authorization, `Bearer ${expect.key}`)
    })

    // No environment holds a NUL, and a blank variable is one that is not set.
    if (given.includes('\0')) continue
    testCase('key', id, `${id}, in the environment`, async () => {
      await inEnvironment(given, async () => {
        const build = () => new Client()
        if (expect.problem === 'empty') assert.throws(build, MissingAPIKeyError)
        else if (expect.error) await assertMalformed(build, expect.problem, given)
        else assert.equal(build().authHeaders().Authorization, `Bearer ${expect.key}`)
      })
    })
  }
})

test('no key anywhere: the error names the places, when the client is built', async () => {
  await inEnvironment(undefined, () => {
    for (const build of [() => new Client(), () => new Client({ apiKey: undefined })]) {
      assert.throws(build, (error) => {
        assert(error instanceof MissingAPIKeyError)
        assert.match(error.message, /NEURA_API_KEY/)
        return error.status === null
      })
    }
  })
})

test('fault 51: a key that is not text is a TypeError that does not show it', () => {
  const alike = [Buffer.from(KEY), new String(KEY), [KEY, 5], [[KEY]], new Set([KEY])]
  for (const apiKey of [null, 5, true, ...alike]) {
    assert.throws(
      // @ts-expect-error no key
      () => new Client({ apiKey }),
      (error) => {
        assert(error instanceof TypeError)
        assert.match(error.message, /^apiKey must be a string, an array of strings, or a function/)
        assert(!error.message.includes(KEY))
        return true
      }
    )
  }
})

test('a variable that is not UTF-8 is malformed, and is named', () => {
  const script = `import('${index}').then(({ Client }) => {
    try { new Client() } catch (error) { console.log(error.kind, error.message) }
  })`
  const command = 'NEURA_API_KEY="$(printf "nk-\\377-key")" exec "$0" -e "$1"'
  const out = execFileSync('sh', ['-c', command, process.execPath, script], { encoding: 'utf8' })
  assert.match(out, /^malformed_api_key .*NEURA_API_KEY/)
})

test('deleting the variable in JavaScript deletes it for the client', async () => {
  await inEnvironment(KEY, () => new Client())
  assert.throws(() => new Client(), MissingAPIKeyError)
})
