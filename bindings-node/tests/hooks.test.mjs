// The attempts of a call, as onAttempt and diagnostics_channel have them.

import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash } from 'node:crypto'
import { channel } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'

import { CancelledError, Client } from '../index.mjs'
import { HELLO, KEY, clientOf, errorOf, eventually, sandbox, withReplay } from './servers.mjs'

let server
before(async () => (server = await sandbox()))
after(() => server.stop())

const FINGERPRINT = createHash('sha256').update(KEY).digest('hex').slice(0, 12)

/** What the channels publish while `act` runs. */
async function published(act) {
  const messages = []
  const names = ['neura:attempt:headers', 'neura:attempt:error']
  const subscribed = names.map((name) => ({
    each: channel(name),
    listener: (message) => messages.push([name.split(':')[2], message])
  }))
  for (const { each, listener } of subscribed) each.subscribe(listener)
  try {
    await act(messages)
  } finally {
    for (const { each, listener } of subscribed) each.unsubscribe(listener)
  }
  return messages
}

test('onAttempt gets every attempt before the call settles', async () => {
  const replies = [{ status: 500, headers: [['x-request-id', 'req-1']] }, { status: 429, headers: [['retry-after', '0']] }, 200]
  await withReplay({ replies }, async (replay) => {
    const attempts = []
    const client = clientOf(replay, { onAttempt: (attempt) => attempts.push(attempt) })
    const began = Date.now()
    await client.get('/things', { params: { secret: 'word' } })
    assert.deepEqual(attempts.map(({ attempt, status }) => [attempt, status]), [[1, 500], [2, 429], [3, 200]])
    const [first, second] = attempts
    assert.deepEqual(Object.keys(first).sort(), [
      'attempt', 'elapsed', 'keyFingerprint', 'kind', 'method', 'path', 'requestId', 'startTime', 'status', 'wait'
    ])
    assert.deepEqual([first.method, first.path, first.kind, first.requestId], ['GET', '/v1/things', null, 'req-1'])
    assert.equal(first.keyFingerprint, FINGERPRINT)
    assert.deepEqual([first.wait, second.requestId], [0, null])
    assert(second.wait >= 0 && first.elapsed > 0 && first.elapsed < 5000)
    assert(Math.abs(first.startTime - began) < 5000, `${first.startTime} ${began}`)
    assert(!JSON.stringify(attempts).includes(KEY) && !JSON.stringify(attempts).includes('word'))
  })
})

test('an attempt without a reply has a kind, and the other channel', async () => {
  await withReplay({ replies: ['close', 200] }, async (replay) => {
    const messages = await published(() => clientOf(replay).get('/models'))
    assert.deepEqual(messages.map(([name, { status, kind }]) => [name, status, kind]), [
      ['error', null, 'connection'],
      ['headers', 200, null]
    ])
  })
})

test('every sort of call is reported', async () => {
  const attempts = []
  const client = clientOf(server, { onAttempt: ({ method, path }) => attempts.push(`${method} ${path}`) })
  await client.chat.completions.create(HELLO)
  for await (const _ of await client.chat.completions.create({ ...HELLO, stream: true }));
  for await (const _ of client.stream('/chat/completions', { json: { ...HELLO, stream: true } }));
  await client.models.list()
  await client.embeddings.create({ model: 'text-embedding-3-small', input: 'x' })
  await client.check()
  assert.deepEqual(attempts, [
    ...Array(3).fill('POST /v1/chat/completions'), 'GET /v1/models', 'POST /v1/embeddings', 'GET /v1/models'
  ])
})

test('each client has its own, and a channel hears all', async () => {
  const [one, two] = [[], []]
  const messages = await published(async () => {
    await Promise.all([
      clientOf(server, { onAttempt: (attempt) => one.push(attempt) }).get('/models'),
      clientOf(server, { onAttempt: (attempt) => two.push(attempt) }).get('/models/gpt-5'),
      clientOf(server).get('/models')
    ])
  })
  assert.deepEqual([one.length, two.length, messages.length], [1, 1, 3])
  assert.equal(two[0].path, '/v1/models/gpt-5')
})

test('an attempt that an abort cut short is reported, after the call', async () => {
  await withReplay({ replies: ['stall'] }, async (replay) => {
    const messages = await published(async (messages) => {
      const controller = new AbortController()
      setTimeout(() => controller.abort(), 50)
      await assert.rejects(clientOf(replay).get('/models', { signal: controller.signal }), CancelledError)
      await eventually(() => messages.length > 0, 'the attempt is reported')
    })
    assert.deepEqual(messages.map(([name, { kind }]) => [name, kind]), [['error', 'cancelled']])
  })
})

test('a hook that throws harms no call, and is a warning', async () => {
  for (const onAttempt of [
    () => { throw new Error('mine') },
    async () => { throw new Error('mine') },
    () => { throw Object.create(null) }
  ]) {
    const warned = once(process, 'warning')
    assert.equal((await clientOf(server, { onAttempt }).get('/models')).status, 200)
    const [warning] = await warned
    assert.match(warning.message, /^onAttempt threw (Error: mine|a value without a text)/)
    assert.equal(warning.name, 'NeuraWarning')
  }
})

test('onAttempt must be a function', () => {
  for (const onAttempt of [5, 'x', null, {}]) {
    // @ts-expect-error no function
    assert.throws(() => new Client({ apiKey: KEY, onAttempt }), /TypeError.*|onAttempt must be a function/)
  }
})

test('listeners run in the asynchronous context of the call', async () => {
  const store = new AsyncLocalStorage()
  const seen = []
  const client = clientOf(server, { onAttempt: () => seen.push(store.getStore()) })
  await Promise.all(['a', 'b'].map((name) => store.run(name, () => client.get('/models'))))
  assert.deepEqual(seen.sort(), ['a', 'b'])
})

test('without a key of the client there is no fingerprint', async () => {
  await withReplay({ replies: [200] }, async (replay) => {
    const attempts = []
    const client = clientOf(replay, { onAttempt: (attempt) => attempts.push(attempt) })
    await client.get('/models', { headers: { authorization: 'Bearer other' } })
    assert.equal(attempts[0].keyFingerprint, null)
  })
})

test('a subscriber of later hears the next call, and of earlier no more', async () => {
  const client = clientOf(server)
  const messages = await published(() => client.get('/models'))
  await client.get('/models')
  await sleep(20)
  assert.equal(messages.length, 1)
})

test('many aborted calls leave nothing behind', async () => {
  await withReplay({ replies: ['stall'] }, async (replay) => {
    const client = clientOf(replay, { maxInFlight: 2, onAttempt() {} })
    const controller = new AbortController()
    const calls = Array.from({ length: 200 }, () => errorOf(() => client.get('/models', { signal: controller.signal })))
    await sleep(50)
    controller.abort()
    await Promise.all(calls)
    const { createRequire } = await import('node:module')
    const { watched } = createRequire(import.meta.url)('../lib/hooks.js')
    await eventually(() => watched() === 0, 'no call is listened to')
  })
})
