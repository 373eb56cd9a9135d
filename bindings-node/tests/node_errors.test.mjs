// Errors as Node's own tools read them: util.inspect, JSON, structuredClone, `code` and `cause`.

import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { after, before, test } from 'node:test'
import { inspect } from 'node:util'
import { receiveMessageOnPort } from 'node:worker_threads'

import neura, { Client, NeuraError } from '../index.mjs'
import { HELLO, KEY, clientOf, errorOf, refusal, sandbox, withReplay } from './servers.mjs'

let server
before(async () => (server = await sandbox()))
after(() => server.stop())

const FIELDS = [
  'kind', 'status', 'code', 'type', 'param', 'requestId', 'retryAfter', 'retryable', 'attempts',
  'rateLimit'
]

test('an error prints and is written with its fields, and never with a key', async () => {
  const body = JSON.stringify({ error: { message: `no ${KEY}`, code: 'rate_limit_exceeded', type: 't', param: 'p' } })
  const headers = [['x-request-id', 'req_1'], ['retry-after', '0.01'], ['x-echo', KEY]]
  await withReplay({ replies: [{ status: 429, headers, body }] }, async (replay) => {
    const client = clientOf(replay, { maxRetries: 0 })
    const raised = [
      await errorOf(() => client.models.list()),
      await errorOf(async () => (await client.get('/models')).throwForStatus())
    ]
    for (const error of raised) {
      const written = JSON.parse(JSON.stringify(error))
      assert.deepEqual(Object.keys(written), ['name', 'message', ...FIELDS])
      assert.equal(written.name, 'RateLimitError')
      assert.equal(written.message, error.message)
      const { kind, status, code, type, param, requestId } = written
      assert.deepEqual([kind, status, code, type, param, requestId], ['rate_limited', 429, 'rate_limit_exceeded', 't', 'p', 'req_1'])
      for (const name of FIELDS) assert(inspect(error).includes(`${name}: `), name)
      for (const text of [
        JSON.stringify(error),
        inspect(error, { showHidden: true, depth: Infinity }),
        inspect([...error.headers]),
        JSON.stringify(error.error)
      ]) {
        assert(!text.includes(KEY), text)
      }
    }
  })
})

test('a cloned error keeps its words, its stack and, as its last cause, its fields', async () => {
  const unreachable = new Client({ apiKey: KEY, baseURL: 'http://127.0.0.1:9/v1', maxRetries: 0 })
  for (const [error, kind, status] of [
    [await errorOf(() => clientOf(server, { apiKey: KEY }).models.list()), 'invalid_api_key', 401],
    [await errorOf(() => unreachable.models.list()), 'connection', null],
    [await errorOf(() => unreachable.get('https://other.invalid/')), 'config', null],
    [new neura.RateLimitError('mine', { status: 429 }), 'rate_limited', 429]
  ]) {
    const { port1, port2 } = new MessageChannel()
    port1.postMessage(error)
    const { message: posted } = /** @type {any} */ (receiveMessageOnPort(port2))
    port1.close()
    for (const clone of [structuredClone(error), posted]) {
      assert(clone instanceof Error)
      assert.equal(clone.message, error.message)
      assert.equal(clone.stack, error.stack)
      const fields = lastCause(clone)
      assert.deepEqual(fields, { ...error })
      assert.deepEqual([fields.kind, fields.status], [kind, status])
      assert(!inspect(clone, { depth: Infinity }).includes(KEY))
    }
    assert.deepEqual(structuredClone(error.toJSON()), JSON.parse(JSON.stringify(error)))
    // The fields are not printed twice.
    assert.equal(inspect(error, { depth: Infinity }).match(/\bkind: /g)?.length, 1)
    assert.equal(inspect(new Error('outer', { cause: error }), { depth: Infinity }).match(/\bkind: /g)?.length, 1)
  }
})

const lastCause = (error) => (error.cause === undefined ? error : lastCause(error.cause))

test('an error that a user makes has its cause, which prints', () => {
  const cause = new Error('the reason')
  const error = new neura.DecodeError('x', { cause })
  assert.equal(error.cause, cause)
  assert.match(inspect(error), /\[cause\]: Error: the reason/)
})

test('an error that a user makes has the kind of its class', () => {
  for (const [name, kind] of [
    ['RateLimitError', 'rate_limited'],
    ['QuotaExceededError', 'quota_exceeded'],
    ['AuthenticationError', 'authentication'],
    ['APIStatusError', 'api'],
    ['APIConnectionError', 'connection'],
    ['APITimeoutError', 'timeout'],
    ['CancelledError', 'cancelled'],
    ['NeuraError', null]
  ]) {
    assert.equal(new neura[name]('x').kind, kind)
    const Own = /** @type {any} */ (class extends neura[name] {})
    assert.equal(new Own('x').kind, kind)
  }
  assert.equal(new neura.RateLimitError('x', { kind: 'server', status: 500 }).kind, 'server')
  const headers = new Headers({ a: 'b' })
  assert.equal(new neura.NotFoundError('x', { headers, body: '{"error": {"code": 1}}' }).headers, headers)
})

test('a refused connection is as in Node: code, errno, syscall, address, port', async () => {
  const gone = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => gone.once('listening', resolve))
  const { port } = /** @type {import('node:net').AddressInfo} */ (gone.address())
  await new Promise((resolve) => gone.close(resolve))
  const baseURL = `http://127.0.0.1:${port}/v1`
  const own = (await errorOf(() => fetch(baseURL))).cause
  const client = new Client({ apiKey: KEY, baseURL, maxRetries: 0 })
  for (const act of [
    () => client.get('/models'),
    () => client.models.list(),
    () => client.chat.completions.create({ ...HELLO, stream: true }),
    () => client.stream('/events').next()
  ]) {
    const error = await errorOf(act)
    assert.equal(error.kind, 'connection')
    assert.equal(error.code, 'ECONNREFUSED')
    assert(error.cause instanceof Error)
    assert.equal(error.cause.message, own.message)
    assert.deepEqual({ ...error.cause }, { ...own })
    assert.match(inspect(error), /\[cause\]: Error: connect ECONNREFUSED/)
  }
})

test('a host that is not found is ENOTFOUND or EAI_AGAIN, with its name', async () => {
  const client = new Client({ apiKey: KEY, baseURL: 'https://host.invalid/v1', maxRetries: 0 })
  const error = await errorOf(() => client.models.list())
  assert.match(error.code, /^(ENOTFOUND|EAI_AGAIN)$/)
  const { message, ...fields } = { ...error.cause, message: error.cause.message }
  assert.equal(message, `getaddrinfo ${error.code} host.invalid`)
  assert(fields.errno < 0)
  assert.equal(fields.code, error.code)
  assert.equal(fields.syscall, 'getaddrinfo')
  assert.equal(fields.hostname, 'host.invalid')
})

test('a connection that ends or is too slow has a code and a cause', async () => {
  /** @type {any[][]} */
  const cases = [
    [{ raw: '' }, {}, 'ECONNRESET'],
    [{ raw: 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx' }, {}, 'ECONNRESET'],
    ['stall', { timeout: 300 }, 'ETIMEDOUT']
  ]
  for (const [reply, options, code] of cases) {
    await withReplay({ replies: [reply] }, async (replay) => {
      const error = await errorOf(() => clientOf(replay, { maxRetries: 0, ...options }).get('/x'))
      assert(error instanceof neura.APIConnectionError, inspect(error))
      assert.equal(error.code, code)
      assert.equal(error.cause.code, code)
      assert(error.cause instanceof Error)
    })
  }
})

test("a status has the service's code, and no cause but its fields", async () => {
  await withReplay({ replies: [refusal('expired_api_key')] }, async (replay) => {
    const error = await errorOf(() => clientOf(replay).models.list())
    assert.equal(error.code, 'expired_api_key')
    assert.deepEqual(error.cause, { ...error })
    assert(error instanceof NeuraError)
  })
})
