// What conformance/resolve.json cannot say: the forms that Node has of its own.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Client, MissingAPIKeyError, resolve } from '../index.mjs'
import { withPlace } from './place.mjs'
import { KEY, errorOf } from './servers.mjs'

const FIRST = 'nk-fake-first-0000000000001111'
const SECOND = 'nk-fake-second-000000000002222'

test('a key of the caller, in camelCase and without the key', () => {
  assert.deepEqual(resolve({ apiKey: FIRST, baseURL: 'http://localhost:1/v1' }), {
    source: 'caller',
    name: null,
    path: null,
    profile: null,
    mask: '…1111',
    fingerprint: '785b2c1943cc',
    baseURL: 'http://localhost:1/v1',
    baseURLSource: 'caller',
    keyAgeDays: null
  })
  assert.equal(resolve({ apiKey: [SECOND, FIRST] }).mask, '…2222')
})

test('resolve and new Client ask no function', () => {
  let asked = 0
  const apiKey = () => {
    asked++
    throw new Error('asked')
  }
  const { source, mask, fingerprint } = resolve({ apiKey })
  assert.deepEqual([source, mask, fingerprint], ['callable', null, null])
  new Client({ apiKey })
  assert.equal(asked, 0)
})

test('no key: resolve and new Client throw at once, and name every place', async () => {
  for (const act of [() => resolve(), () => new Client(), () => resolve({ profile: 'staging' })]) {
    const error = await errorOf(act)
    assert(error instanceof MissingAPIKeyError)
    const places = [/apiKey option/, /NEURA_API_KEY/, /_FILE/, /\.env/, /credentials\.toml/]
    for (const place of places) assert.match(error.message, place)
  }
})

test('an empty list is a ConfigError, an empty text malformed', async () => {
  assert.throws(() => resolve({ apiKey: [] }), { kind: 'config' })
  assert.throws(() => resolve({ apiKey: '' }), { kind: 'malformed_api_key', code: 'empty' })
})

test('what resolve is given wrong is a TypeError', () => {
  // @ts-expect-error no option
  assert.throws(() => resolve({ key: KEY }), /unknown option 'key' of resolve/)
  // @ts-expect-error no option
  assert.throws(() => resolve({ signal: AbortSignal.abort() }), TypeError)
  assert.throws(() => resolve(null), TypeError)
})

test('a client takes its key from where resolve says', async () => {
  const ask = `
    const { Authorization } = new neura.Client(given).authHeaders()
    const { source, name, path, profile } = neura.resolve(given)
    return { Authorization, source, name, path, profile }`
  await withPlace(async (place) => {
    place.write('run/secret', `${FIRST}\n`, 0o600)
    place.write('work/.env', `NEURA_API_KEY=${FIRST}\nNEURA_API_KEY_STAGING=${SECOND}\n`)
    place.write('etc/mine.env', `NEURA_API_KEY=${SECOND}\n`)
    const credentials = `[default]\napi_key = "${FIRST}"\n[eu]\napi_key = "${SECOND}"\n`
    place.write('home/.config/neura/credentials.toml', credentials, 0o600)
    const expect = async (key, source, name, path, profile, options) => {
      const { value, error } = await place.run(ask, options)
      const wanted = { Authorization: `Bearer ${key}`, source, name, path, profile }
      assert.deepEqual(value, wanted, error?.message)
    }
    const [variable, staging] = ['NEURA_API_KEY', 'NEURA_API_KEY_STAGING']
    const toml = place.path('home/.config/neura/credentials.toml')
    const environment = { env: { [variable]: SECOND } }
    await expect(SECOND, 'environment', variable, null, null, environment)
    const mounted = { env: { NEURA_API_KEY_FILE: '{root}/run/secret' } }
    const secret = place.path('run/secret')
    await expect(FIRST, 'secret_file', 'NEURA_API_KEY_FILE', secret, null, mounted)
    const found = place.path('work/.env')
    await expect(FIRST, 'env_file', variable, found, null, { cwd: 'work/a/b' })
    const named = place.path('etc/mine.env')
    await expect(SECOND, 'env_file', variable, named, null, { given: { envFile: named } })
    await expect(FIRST, 'credentials_file', null, toml, null, { given: { envFile: false } })
    const profiled = { given: { profile: 'staging' } }
    await expect(SECOND, 'env_file', staging, found, 'staging', profiled)
    await expect(SECOND, 'credentials_file', null, toml, 'eu', { env: { NEURA_PROFILE: 'eu' } })
    // Never the key without a profile, though there are three of them.
    const { error } = await place.run(ask, { given: { profile: 'prod' }, ...environment })
    assert.equal(error.kind, 'missing_api_key')
    assert.match(error.message, /NEURA_API_KEY_PROD/)
    assert(!error.message.includes(SECOND))
  })
})
