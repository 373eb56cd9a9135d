// Several keys, a new key, and what each was used for.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { inspect } from 'node:util'

import { RevokedAPIKeyError } from '../index.mjs'
import { withPlace } from './place.mjs'
import { HELLO, KEY, clientOf, errorOf, keysSeen } from './servers.mjs'
import { refusal, sandbox, withReplay } from './servers.mjs'

const FIRST = 'nk-fake-first-0000000000001111'
const SECOND = 'nk-fake-second-000000000002222'
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/

let server
before(async () => (server = await sandbox()))
after(() => server.stop())

test('of a list whose first key is revoked the second is used, in the same call', async () => {
  const client = clientOf(server, { apiKey: [server.revoked_api_key, server.api_key] })
  const reply = await client.get('/models', { maxRetries: 0 })
  assert.equal(reply.status, 200)
  assert.equal(reply.attempts, 2)
  const [revoked, valid] = client.usage().keys
  assert.deepEqual([revoked.requests, revoked.unauthorized], [1, 1])
  assert.deepEqual([valid.requests, valid.unauthorized, valid.retries], [1, 0, 1])
  // It remembers which one is dead.
  assert.equal((await client.get('/models')).attempts, 1)
  assert.equal(client.usage().keys[0].requests, 1)
})

test('when all keys of a list are dead the last refusal is the error', async () => {
  const apiKey = [server.expired_api_key, server.revoked_api_key]
  const error = await errorOf(() => clientOf(server, { apiKey }).models.list())
  assert(error instanceof RevokedAPIKeyError)
  assert.equal(error.attempts, 2)
  for (const key of apiKey) assert(!inspect(error, { showHidden: true }).includes(key))
})

test('a list goes on to no other key on 429', async () => {
  await withReplay({ replies: [refusal('rate_limit_exceeded', 429)] }, async (own) => {
    const client = clientOf(own, { apiKey: [FIRST, SECOND], maxRetries: 0 })
    assert.equal((await client.get('/models')).status, 429)
    assert.deepEqual(await keysSeen(own), [FIRST])
    assert.deepEqual(
      client.usage().keys.map((key) => key.rateLimited),
      [1, 0]
    )
  })
})

test('setApiKey holds from the next request on', async () => {
  await withReplay({ replies: [{ status: 200, delay_before_ms: 100 }] }, async (own) => {
    const client = clientOf(own, { apiKey: FIRST })
    const before = client.get('/models')
    await new Promise((resolve) => setTimeout(resolve, 50))
    assert.equal(client.setApiKey(SECOND), undefined)
    assert.deepEqual(client.authHeaders(), { Authorization: `Bearer ${SECOND}` })
    await Promise.all([before, client.get('/models')])
    assert.deepEqual(await keysSeen(own), [FIRST, SECOND])
    assert.deepEqual(
      client.usage().keys.map((key) => key.mask),
      ['…1111', '…2222']
    )
  })
})

test('keys change under load without a failed request', async () => {
  await withReplay({ replies: [200] }, async (own) => {
    const client = clientOf(own, { apiKey: FIRST, maxRetries: 0 })
    let asking = true
    const ask = async () => {
      let good = 0
      while (asking) if ((await client.get('/models')).status === 200) good++
      else return -1
      return good
    }
    const loads = Array.from({ length: 32 }, ask)
    for (let change = 0; change < 50; change++) {
      client.setApiKey(change % 2 ? FIRST : SECOND)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    asking = false
    const counts = await Promise.all(loads)
    assert(counts.every((good) => good > 0), String(counts))
    const { keys } = client.usage()
    assert.deepEqual(new Set(await keysSeen(own)), new Set([FIRST, SECOND]))
    const total = counts.reduce((sum, good) => sum + good, 0)
    assert.equal(keys[0].requests + keys[1].requests, total)
  })
})

test('a malformed new key is refused, and the old one stays', async () => {
  const client = clientOf(server)
  for (const key of ['', 'nk with a space', 'Bearer nk-fake']) {
    assert.throws(() => client.setApiKey(key), { kind: 'malformed_api_key' })
  }
  for (const key of [undefined, null, 5, [KEY], () => KEY, Buffer.from(KEY)]) {
    // @ts-expect-error no key
    assert.throws(() => client.setApiKey(key), TypeError)
  }
  assert.deepEqual(client.authHeaders(), { Authorization: `Bearer ${server.api_key}` })
  assert.equal((await client.get('/models')).status, 200)
})

test('setApiKey ends the asking of a function', async () => {
  let asked = 0
  const apiKey = () => {
    asked++
    return FIRST
  }
  await withReplay({ replies: [200, refusal('expired_api_key')] }, async (own) => {
    const client = clientOf(own, { apiKey })
    await client.get('/models')
    client.setApiKey(SECOND)
    assert.equal((await client.get('/models')).status, 401)
    assert.deepEqual(await keysSeen(own), [FIRST, SECOND])
  })
  assert.equal(asked, 1)
})

test('a client whose URL came from the file of its key takes no other key', async () => {
  await withPlace(async (place) => {
    place.write('work/.env', `NEURA_API_KEY=${FIRST}\nNEURA_BASE_URL=http://localhost:9/v1\n`)
    const script = `
      const client = new neura.Client()
      try {
        client.setApiKey(given.key)
      } catch (error) {
        return [error.kind, error.message, client.authHeaders().Authorization]
      }`
    const { value } = await place.run(script, { given: { key: SECOND } })
    const [kind, message, header] = value
    assert.equal(kind, 'config')
    assert(!message.includes(SECOND) && !message.includes(FIRST))
    assert.equal(header, `Bearer ${FIRST}`)
  })
})

test('a key in a file is read again after a 401', async () => {
  await withReplay({ replies: [refusal('expired_api_key'), 200] }, async (own) => {
    await withPlace(async (place) => {
      place.write('run/secret', FIRST, 0o600)
      const script = `
        const { writeFileSync } = await import('node:fs')
        const client = new neura.Client({ baseURL: given.url })
        writeFileSync(process.env.NEURA_API_KEY_FILE, given.next)
        const reply = await client.get('/models')
        return [reply.status, reply.attempts, client.usage().keys.map((key) => key.source)]`
      const { value } = await place.run(script, {
        given: { url: own.base_url, next: SECOND },
        env: { NEURA_API_KEY_FILE: '{root}/run/secret' }
      })
      assert.deepEqual(value, [200, 2, ['secret_file', 'secret_file']])
    })
    assert.deepEqual(await keysSeen(own), [FIRST, SECOND])
  })
})

test('a changed file gives its key without a refusal', async () => {
  await withReplay({ replies: [200] }, async (own) => {
    await withPlace(async (place) => {
      place.write('run/secret', FIRST, 0o600)
      place.write('run/next', SECOND, 0o600)
      const script = `
        const { renameSync } = await import('node:fs')
        const client = new neura.Client({ baseURL: given.url })
        await client.get('/models')
        renameSync(given.next, process.env.NEURA_API_KEY_FILE)
        await new Promise((resolve) => setTimeout(resolve, 10_200)) // between two looks
        return (await client.get('/models')).attempts`
      const { value } = await place.run(script, {
        given: { url: own.base_url, next: place.path('run/next') },
        env: { NEURA_API_KEY_FILE: '{root}/run/secret' }
      })
      assert.equal(value, 1)
    })
    assert.deepEqual(await keysSeen(own), [FIRST, SECOND])
  })
})

test('usage tells requests, tokens and times for each key, and no key', async () => {
  const client = clientOf(server)
  assert.deepEqual(client.usage().keys[0].firstUsed, null)
  const began = Date.now()
  const { usage } = await client.chat.completions.create(HELLO)
  await client.get('/models')
  const told = client.usage()
  const [key] = told.keys
  const { firstUsed, lastUsed, mask, fingerprint, ...counts } = key
  assert.deepEqual(counts, {
    source: 'caller',
    requests: 2,
    unauthorized: 0,
    rateLimited: 0,
    retries: 0,
    promptTokens: usage.prompt_tokens,
    completionTokens: usage.completion_tokens
  })
  assert(usage.prompt_tokens > 0 && usage.completion_tokens > 0)
  assert.match(fingerprint, /^[0-9a-f]{12}$/)
  assert.equal(mask, `…${server.api_key.slice(-4)}`)
  for (const time of [firstUsed, lastUsed]) {
    assert.match(time, RFC3339)
    assert(Date.parse(time) >= began - 1 && Date.parse(time) <= Date.now())
  }
  assert(Date.parse(firstUsed) <= Date.parse(lastUsed))
  assert(!JSON.stringify(told).includes(server.api_key))
})

test('a closed client takes no key and tells no usage', () => {
  const client = clientOf(server)
  client.close()
  assert.throws(() => client.setApiKey(KEY), { kind: 'invalid_argument' })
  assert.throws(() => client.usage(), { kind: 'invalid_argument' })
})
