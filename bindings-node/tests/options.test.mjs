import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { Client } from '../index.mjs'
import { KEY, clientOf, errorOf, sandbox, withReplay } from './servers.mjs'

let server
before(async () => (server = await sandbox()))
after(() => server.stop())

test('an unknown option is a TypeError that names it, without any value', async () => {
  assert.throws(
    // @ts-expect-error no option
    () => new Client({ apikey: KEY }),
    (error) => {
      assert(error instanceof TypeError)
      assert.match(error.message, /apikey/)
      return !error.message.includes(KEY)
    }
  )
  const client = clientOf(server)
  // @ts-expect-error no option
  await assert.rejects(client.get('/models', { timeOut: 5 }), /unknown option 'timeOut'/)
  // @ts-expect-error no option
  await assert.rejects(client.check({ retries: 5 }), /unknown option 'retries'/)
  // @ts-expect-error no option
  assert.throws(() => client.stream('/x', { body: 'x', verb: 'PUT' }), /unknown option 'verb'/)
})

test('an option of another type is a TypeError that names it', async () => {
  const wrong = {
    timeout: '5',
    connectTimeout: true,
    idleTimeout: {},
    maxRetries: 1.5,
    maxInFlight: 'x',
    replayUnsentOnly: 1,
    headers: 'x',
    caFile: 7,
    allowHttp: 'yes',
    baseURL: ['http://a'],
    defaultHeaders: 'x',
    defaultQuery: 5,
    logLevel: 'loud',
    profile: 5,
    envFile: true,
    proxy: true,
    clientCert: Buffer.from('x'),
    clientKey: ['x'],
    maxBodyBytes: '1',
    maxEventBytes: 1.5,
    maxHeaderBytes: null
  }
  for (const [name, value] of Object.entries(wrong)) {
    assert.throws(
      () => new Client({ apiKey: KEY, [name]: value }),
      (error) => {
        return error instanceof TypeError && error.message.startsWith(`${name} must be `)
      }
    )
  }
  const client = clientOf(server)
  for (const options of [
    { signal: {} },
    { idempotencyKey: 1 },
    { body: 5 },
    { params: 'a=b' },
    { params: { a: {} } },
    { headers: { a: null } },
    { json: 1, body: 'x' },
    null,
    5
  ]) {
    await assert.rejects(client.get('/models', /** @type {any} */ (options)), TypeError)
  }
  // @ts-expect-error no path
  await assert.rejects(client.get(7), TypeError)
  // @ts-expect-error no id
  await assert.rejects(client.models.retrieve(7), TypeError)
  // @ts-expect-error no body
  await assert.rejects(client.chat.completions.create(), TypeError)
})

test('limits of 0 or less are a ConfigError when the client is built, null is none', async () => {
  for (const name of ['timeout', 'connectTimeout', 'idleTimeout']) {
    for (const value of [0, -1, NaN]) {
      assert.throws(() => new Client({ apiKey: KEY, [name]: value }), { kind: 'config' })
    }
    const client = clientOf(server, { [name]: null })
    assert.equal((await client.get('/models')).status, 200)
  }
  assert.throws(() => new Client({ apiKey: KEY, maxRetries: -1 }), { kind: 'config' })
  assert.throws(() => new Client({ apiKey: KEY, maxInFlight: 0 }), { kind: 'config' })
  await assert.rejects(clientOf(server).get('/models', { timeout: 0 }), { kind: 'config' })
})

test('a certificate file that is not there is a ConfigError that names it', () => {
  const caFile = '/nowhere/authorities.pem'
  assert.throws(
    () => new Client({ apiKey: KEY, caFile }),
    (/** @type {any} */ error) => {
      return error.kind === 'config' && error.message.includes(caFile)
    }
  )
})

test('maxInFlight keeps further calls waiting, and serves all', async () => {
  const replies = [{ status: 200, delay_before_ms: 100 }]
  await withReplay({ replies }, async (replay) => {
    const client = clientOf(replay, { maxInFlight: 1 })
    const began = performance.now()
    await Promise.all([client.get('/a'), client.get('/b'), client.get('/c')])
    assert(performance.now() - began >= 300)
  })
})

test('the time of a call counts while it waits for its turn', async () => {
  await withReplay({ replies: ['stall'] }, async (replay) => {
    const client = clientOf(replay, { maxInFlight: 1 })
    const leave = new AbortController()
    const running = client.get('/first', { signal: leave.signal })
    const began = performance.now()
    const error = await errorOf(() => client.get('/second', { timeout: 300 }))
    const took = performance.now() - began
    assert(took >= 300 && took < 2000, `${took} ms`)
    assert.equal(error.kind, 'timeout')
    assert.equal(error.attempts, 0)
    assert.match(error.message, /300 ms \(timeout\).*another call to end.*maxInFlight/)
    assert.equal((await client.check({ timeout: 100 })).kind, 'timeout')
    leave.abort()
    await assert.rejects(running, { kind: 'cancelled' })
    assert.equal((await replay.report()).requests.length, 1)
  })
})
