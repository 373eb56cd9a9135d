// What users of the OpenAI SDK write.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { after, before, test } from 'node:test'

import neura, { Client, NeuraResponse } from '../index.mjs'
import { index } from './place.mjs'
import { HELLO, KEY, clientOf, errorOf, sandbox, withReplay } from './servers.mjs'

let server
before(async () => (server = await sandbox()))
after(() => server.stop())

/** The requests that a client made, as the server received them. */
async function received(options, use) {
  const answer = { status: 200, body: '{"data": [], "choices": [], "id": "m"}' }
  return await withReplay({ replies: Array(10).fill(answer) }, async (replay) => {
    await use(clientOf(replay, options))
    const { requests } = await replay.report()
    return requests.map(({ target, headers }) => {
      const { pathname, searchParams } = new URL(target, 'http://localhost')
      return { path: pathname, query: Object.fromEntries(searchParams), headers: new Headers(headers) }
    })
  })
}

test('the errors have the names of the SDK too', async () => {
  assert.equal(neura.APIError, neura.NeuraError)
  assert.equal(neura.APIUserAbortError, neura.CancelledError)
  assert.equal(neura.APIConnectionTimeoutError, neura.APITimeoutError)
  const error = await errorOf(() => clientOf(server, { apiKey: KEY }).models.list())
  assert(error instanceof neura.APIError)
  assert(error.headers instanceof Headers)
  assert.equal(error.headers.get('content-type'), 'application/json')
  assert.equal(error.headers, error.headers)
  assert.equal(error.error.code, error.code)
  assert.equal(error.requestID, error.requestId)
  assert.match(error.requestID, /^req_/)
  const gone = await errorOf(() => clientOf({ base_url: 'http://127.0.0.1:9/v1' }, { maxRetries: 0 }).models.list())
  assert.deepEqual([gone.headers, gone.error, gone.requestID], [null, null, null])
})

test('a named call has withResponse, asResponse and _request_id', async () => {
  const client = clientOf(server)
  for (const act of [
    () => client.chat.completions.create(HELLO),
    () => client.models.list(),
    () => client.models.retrieve('gpt-5'),
    () => client.embeddings.create({ model: 'text-embedding-3-small', input: 'a' })
  ]) {
    const value = await act()
    assert.match(value._request_id, /^req_/)
    assert(!Object.keys(value).includes('_request_id'))
    const { data, response, request_id: id } = await act().withResponse()
    assert.deepEqual(Object.keys(data), Object.keys(value))
    assert(response instanceof NeuraResponse)
    assert.equal(id, response.requestId)
    assert.equal(id, data._request_id)
    assert.equal((await act().asResponse()).status, 200)
    assert.deepEqual(Object.keys(act()), [])
  }
  const streamed = client.chat.completions.create({ ...HELLO, stream: true })
  const { data, response } = await streamed.withResponse()
  assert.equal(response.status, 200)
  let chunks = 0
  for await (const _ of data) chunks++
  assert(chunks > 0)
})

test('what a named call returns is a promise like any other', async () => {
  const client = clientOf(server)
  const promise = client.models.list()
  assert(promise instanceof Promise)
  assert.equal(promise.constructor, Promise)
  for (const next of [promise.then(() => 1), promise.catch(() => 1), promise.finally(() => {})]) {
    assert.equal(Object.getPrototypeOf(next), Promise.prototype)
  }
  assert.equal(Promise.resolve(promise), promise)
  assert.equal((await promise).data[0].object, 'model')
})

test('the body of a named call may be any object with the parameters', async () => {
  const client = clientOf(server)
  class Question {
    model = 'gpt-5'
    messages = HELLO.messages
    toJSON() {
      throw new Error('only its own members count')
    }
  }
  const bodies = [new Question(), Object.assign(Object.create(null), HELLO), Object.freeze({ ...HELLO })]
  for (const body of bodies) {
    const reply = await client.chat.completions.create(/** @type {any} */ (body))
    assert.equal(/** @type {any} */ (reply).object, 'chat.completion')
  }
})

test('both reject as the call does, and nothing is left unhandled', async () => {
  const client = clientOf(server, { apiKey: KEY })
  const act = () => client.models.list()
  await assert.rejects(act().withResponse(), { kind: 'invalid_api_key' })
  await assert.rejects(act().asResponse(), { kind: 'invalid_api_key' })
  await assert.rejects(async () => {
    for await (const _ of act());
  }, { kind: 'invalid_api_key' })
  await assert.rejects(client.models.retrieve(/** @type {any} */ (5)), TypeError)
  await new Promise(setImmediate)
})

test('a list of models is read one by one', async () => {
  const client = clientOf(server)
  const ids = []
  for await (const model of client.models.list()) ids.push(model.id)
  const page = await client.models.list()
  assert.deepEqual(ids, page.data.map(({ id }) => id))
  assert(ids.length > 0)
  for await (const model of page) assert.equal(model.id, ids.shift())
  assert.deepEqual(Object.keys(page).sort(), ['data', 'object'])
})

test('headers and query as options of a named call', async () => {
  const options = { headers: { 'X-A': '1', 'x-both': 'h' }, query: { a: 1, both: 'q' } }
  const extra = { extraHeaders: { 'X-Both': 'e' }, extraQuery: { both: 'e' } }
  const requests = await received({}, async (client) => {
    await client.models.list({ ...options, ...extra })
    await client.models.retrieve('m', options)
    await client.chat.completions.create(HELLO, options)
    await client.embeddings.create({ model: 'm', input: 'a', ...extra }, options)
  })
  assert.deepEqual(requests.map(({ query }) => query), [
    { a: '1', both: 'e' }, { a: '1', both: 'q' }, { a: '1', both: 'q' }, { a: '1', both: 'e' }
  ])
  const headers = requests.map(({ headers }) => [headers.get('x-a'), headers.get('x-both')])
  assert.deepEqual(headers, [['1', 'e'], ['1', 'h'], ['1', 'h'], ['1', 'e']])
})

test('defaultHeaders and defaultQuery go with every call, which may replace them', async () => {
  const options = {
    defaultHeaders: new Headers({ 'x-one': 'd', 'x-two': 'd' }),
    headers: { 'X-Two': 'h' },
    defaultQuery: { version: '1', more: 'm' }
  }
  const requests = await received(options, async (client) => {
    await client.get('/models')
    await client.get('/models', { params: [['version', 2]], headers: { 'X-One': 'c' } })
    await client.models.list()
    await client.models.list({ extraQuery: { more: 'x' } })
    await client.check()
    await client.stream('/events', { method: 'GET' }).next()
    await client.get('/models', { params: { version: null } })
  })
  assert.deepEqual(requests.map(({ query }) => [query.version, query.more].join(' ')), [
    '1 m', '2 m', '1 m', '1 x', '1 m', '1 m', ' m'
  ])
  assert.deepEqual(requests.map(({ headers }) => headers.get('x-one')), ['d', 'c', 'd', 'd', 'd', 'd', 'd'])
  assert(requests.every(({ headers }) => headers.get('x-two') === 'h'))
})

test('withOptions: another client, which shares what it can', async () => {
  const base = clientOf(server)
  const quick = base.withOptions({ timeout: 1, maxRetries: 0 })
  assert(quick instanceof Client)
  await withReplay({ replies: ['stall', 200] }, async (replay) => {
    const client = clientOf(replay)
    await assert.rejects(client.withOptions({ timeout: 200, maxRetries: 0 }).get('/x'), { kind: 'timeout' })
    const other = client.withOptions({ maxRetries: 0 }).withOptions({ defaultQuery: { a: 1 } })
    await other.get('/y', { timeout: 5000 })
    client.setApiKey('nk-another-key-0000000000')
    await other.get('/z')
    await other.withOptions({ baseURL: replay.base_url }).get('/w')
    await client.withOptions({ defaultHeaders: { 'X-A': 'b' } }).withOptions({ headers: { 'X-B': 'c' } }).get('/v')
    other.close()
    assert.equal((await client.get('/u')).status, 200, 'closed by itself')
    const { requests } = await replay.report()
    const seen = requests.map(({ target, headers }) => [target, new Headers(headers).get('authorization').slice(-4)])
    assert.deepEqual(seen.slice(1), [
      ['/v1/y?a=1', '9A0x'], ['/v1/z?a=1', '0000'], ['/v1/w?a=1', '0000'], ['/v1/v', '0000'], ['/v1/u', '0000']
    ])
    const fifth = new Headers(requests[4].headers)
    assert.deepEqual([fifth.get('x-a'), fifth.get('x-b')], ['b', 'c'])
  })
  const changed = base.withOptions({ apiKey: KEY })
  assert.equal((await changed.check()).kind, 'invalid_api_key')
  assert.equal((await base.check()).ok, true)
  assert.throws(() => base.withOptions(/** @type {any} */ ({ timeOut: 1 })), /did you mean 'timeout'/)
  base.close()
  assert.throws(() => base.withOptions({ timeout: 1 }), { kind: 'invalid_argument' })
})

test('a client with a function as key shares it with withOptions', async () => {
  let asked = 0
  const client = clientOf(server, { apiKey: () => (asked++, server.api_key) })
  assert.equal((await client.withOptions({ timeout: 5000 }).get('/models')).status, 200)
  assert.equal((await client.get('/models')).status, 200)
  assert.equal(asked, 1)
})

test('baseURL may be a URL', async () => {
  const client = new Client({ apiKey: server.api_key, baseURL: new URL(server.base_url) })
  assert.equal((await client.get('/models')).status, 200)
  assert.equal(neura.resolve({ apiKey: KEY, baseURL: new URL('https://gw.example/v1') }).baseURL, 'https://gw.example/v1')
  const { verdict } = await neura.diagnose({ apiKey: server.api_key, baseURL: new URL(server.base_url) })
  assert.equal(verdict, 'valid')
})

test('logLevel: a line for each attempt on stderr, without the key', async () => {
  const program = (logLevel, NEURA_LOG) => {
    const source = `
      import { Client } from ${JSON.stringify(index)}
      const client = new Client(${JSON.stringify({ apiKey: server.api_key, baseURL: server.base_url, logLevel })})
      await client.models.list()
      await client.withOptions({ logLevel: 'off' }).get('/models')`
    const env = { ...process.env, ...(NEURA_LOG && { NEURA_LOG }) }
    const { stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', source], { encoding: 'utf8', env })
    assert(!stderr.includes(server.api_key))
    return stderr
  }
  assert.match(program('info'), /^neura: GET \/v1\/models 200 attempt=1 [^\n]+\n$/)
  assert.match(program('debug'), /^neura: GET [^\n]+content-type=[^\n]+\n$/)
  for (const quiet of ['off', 'error', 'warn']) assert.equal(program(quiet, 'info'), '')
  assert.match(program(undefined, 'info'), /^neura: GET [^\n]+\n$/)
})
