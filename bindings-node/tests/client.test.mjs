import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { inspect } from 'node:util'

import neura, { Client, InvalidArgumentError, NeuraResponse, NotFoundError } from '../index.mjs'
import { KEY, casesOf, clientOf, errorOf, sandbox, withReplay } from './servers.mjs'

let server
before(async () => (server = await sandbox()))
after(() => server.stop())

/** What the server received for one request. */
async function sent(ask, options) {
  return await withReplay({ replies: [200] }, async (replay) => {
    await ask(clientOf(replay, options))
    const [request] = (await replay.report()).requests
    return { ...request, headers: new Headers(request.headers) }
  })
}

test('every public name is there but those noted as missing', () => {
  const client = new Client({ apiKey: KEY })
  const missing = []
  const operations = casesOf('surface', 'operations')
  for (const name of operations.flatMap((operation) => operation.node)) {
    const [top, ...rest] = name.replace('Client()', 'client').split('.')
    let value = top === 'client' ? client : neura[top]
    for (const part of rest) value = value?.[part]
    if (value === undefined) missing.push(name)
  }
  assert.deepEqual(missing, casesOf('surface-missing', 'node'))
})

test('each verb sends its method', async () => {
  for (const verb of ['get', 'head', 'post', 'put', 'patch', 'delete']) {
    const request = await sent((client) => client[verb]('/things'))
    assert.equal(request.method, verb.toUpperCase())
    assert.equal(request.target, '/v1/things')
  }
  assert.equal((await sent((client) => client.request('patch', 'things'))).method, 'PATCH')
})

test('a request carries the key and says what it comes from', async () => {
  const { headers } = await sent((client) => client.get('/models'))
  assert.equal(headers.get('authorization'), `Bearer ${KEY}`)
  assert.match(
    headers.get('user-agent'),
    new RegExp(`^neura-ai-node/${neura.version} \\(.+; .+\\)$`)
  )
})

test('json is sent as JSON.stringify writes it', async () => {
  const value = {
    text: 'naïve \ud800 🚀',
    list: [NaN, undefined],
    left: undefined,
    date: new Date(0)
  }
  const { body, headers } = await sent((client) => client.post('/things', { json: value }))
  assert.equal(body, JSON.stringify(value))
  assert.equal(headers.get('content-type'), 'application/json')
})

test('json without a form is refused as JSON.stringify refuses it', async () => {
  const client = clientOf(server)
  const cycle = {}
  cycle.self = cycle
  for (const json of [cycle, 10n, () => {}]) {
    await assert.rejects(client.post('/things', { json }), TypeError)
  }
})

test('a body is sent byte by byte, without a content type of ours', async () => {
  const bytes = Uint8Array.from([0, 255, 10, 128])
  for (const body of [bytes, bytes.buffer, Buffer.from(bytes), new DataView(bytes.buffer)]) {
    const request = await sent((client) => client.put('/things', { body }))
    assert.equal(request.body_base64, Buffer.from(bytes).toString('base64'))
    assert.equal(request.headers.get('content-type'), null)
  }
  const text = await sent((client) => client.put('/things', { body: 'plain – text' }))
  assert.equal(text.body, 'plain – text')
})

test('a view sends its own part of the buffer', async () => {
  const words = Uint16Array.from([1, 2, 3]).subarray(1, 2)
  const request = await sent((client) => client.put('/things', { body: words }))
  assert.equal(request.body, '\u0002\u0000')
})

test('params: numbers, booleans, lists repeated, null and undefined left out', async () => {
  const params = {
    a: 'ä b&',
    n: 2,
    yes: true,
    no: false,
    list: [1, 'x'],
    none: null,
    left: undefined
  }
  const { target } = await sent((client) => client.get('/things', { params }))
  const query = new URL(target, 'http://localhost').searchParams
  assert.deepEqual(
    [...query],
    [
      ['a', 'ä b&'],
      ['n', '2'],
      ['yes', 'true'],
      ['no', 'false'],
      ['list', '1'],
      ['list', 'x']
    ]
  )
  const search = new URLSearchParams([
    ['k', '1'],
    ['k', '2']
  ])
  const again = await sent((client) => client.get('/things', { params: search }))
  assert.equal(again.target, '/v1/things?k=1&k=2')
})

test('headers: an object, pairs, a Map and a Headers', async () => {
  const forms = [
    { 'X-One': '1' },
    [['X-One', '1']],
    new Map([['X-One', 1]]),
    new Headers({ 'x-one': '1' })
  ]
  for (const headers of forms) {
    const request = await sent((client) => client.get('/things', { headers }))
    assert.equal(request.headers.get('x-one'), '1')
  }
  const ofClient = await sent((client) => client.get('/'), { headers: { 'X-All': 'yes' } })
  assert.equal(ofClient.headers.get('x-all'), 'yes')
})

test('params and headers are written as JavaScript writes their values', async () => {
  const params = [
    ['big', 2n ** 70n],
    ['half', 0.5],
    ['tiny', 1e-7],
    [7, -0],
    ['nested', [[1, true], null, ['x', undefined]]],
    ['empty', []],
    ['text', '']
  ]
  const { target } = await sent((client) => client.get('/things', { params }))
  const expected = [
    ['big', String(2n ** 70n)],
    ['half', '0.5'],
    ['tiny', '1e-7'],
    ['7', '0'],
    ['nested', '1'],
    ['nested', 'true'],
    ['nested', 'x'],
    ['text', '']
  ]
  assert.deepEqual([...new URL(target, 'http://localhost').searchParams], expected)
  const headers = { 'X-Number': 1.5, 'X-Big': 7n, 'X-Left': undefined }
  const request = await sent((client) => client.get('/things', { headers }))
  assert.equal(request.headers.get('x-number'), '1.5')
  assert.equal(request.headers.get('x-big'), '7')
  assert(!request.headers.has('x-left'))
})

test('params and headers of another type are a TypeError that names them', async () => {
  const values = 'a string, a number, a boolean, null or an array of these'
  await withReplay({ replies: [200] }, async (replay) => {
    const client = clientOf(replay)
    /** @type {[any, string][]} */
    const wrong = [
      [{ params: { a: {} } }, `a param must be ${values}, not object: 'a'`],
      [{ params: { a: [new Date()] } }, `a param must be ${values}, not object: 'a'`],
      [{ params: { a: [[[1]]] } }, `a param must be ${values}, not array: 'a'`],
      [{ params: { a: Symbol('s') } }, `a param must be ${values}, not symbol: 'a'`],
      [{ params: { a: () => 1 } }, `a param must be ${values}, not function: 'a'`],
      [{ params: [[null, 1]] }, 'the name of a param must be a string or a number, not null'],
      [{ params: [['a']] }, 'a list for params must contain pairs of a name and a value'],
      [{ params: ['ab'] }, 'a list for params must contain pairs of a name and a value'],
      [{ headers: ['ab'] }, 'a list for headers must contain pairs of a name and a value'],
      [{ headers: new Set([5]) }, 'a list for headers must contain pairs of a name and a value'],
      [{ headers: { a: null } }, "a header must be a string or a number, not null: 'a'"],
      [{ headers: { a: ['b'] } }, "a header must be a string or a number, not array: 'a'"],
      [{ headers: { a: true } }, "a header must be a string or a number, not boolean: 'a'"],
      [{ headers: [[{}, 'b']] }, 'a header must be a string or a number, not object']
    ]
    for (const [options, message] of wrong) {
      await assert.rejects(client.get('/x', options), { name: 'TypeError', message })
      assert.throws(() => client.stream('/x', options), { name: 'TypeError', message })
    }
    // @ts-expect-error a text in place of a pair
    await assert.rejects(client.models.list({ extraQuery: ['ab'] }), {
      name: 'TypeError',
      message: 'a list for extraQuery must contain pairs of a name and a value'
    })
    // @ts-expect-error an object as a value
    assert.throws(() => new Client({ apiKey: KEY, headers: { a: {} } }), {
      name: 'TypeError',
      message: "a header must be a string or a number, not object: 'a'"
    })
    assert.equal((await client.get('/x')).status, 200)
  })
})

test('an idempotency key is the same on every attempt', async () => {
  await withReplay({ replies: [500, 200] }, async (replay) => {
    await clientOf(replay).post('/things', { json: 1, idempotencyKey: 'order-7' })
    const { requests } = await replay.report()
    const keys = requests.map((request) => new Headers(request.headers).get('idempotency-key'))
    assert.deepEqual(keys, ['order-7', 'order-7'])
  })
})

test('a verb resolves whatever the status', async () => {
  const reply = await clientOf(server).get('/models/none')
  assert.equal(reply.status, 404)
  assert.equal(reply.ok, false)
  assert.throws(() => reply.throwForStatus(), NotFoundError)
})

test('a reply reads like a Response of fetch, any number of times', async () => {
  const reply = await clientOf(server).get('/models')
  assert(reply instanceof NeuraResponse)
  assert.equal(reply.status, 200)
  assert.equal(reply.ok, true)
  assert.equal(reply.url, `${server.base_url}/models`)
  assert(reply.headers instanceof Headers)
  assert.equal(reply.headers.get('content-type'), 'application/json')
  assert.equal(reply.headers, reply.headers)
  const text = await reply.text()
  assert.deepEqual(await reply.json(), JSON.parse(text))
  assert.equal(Buffer.from(await reply.bytes()).toString(), text)
  const buffer = await reply.arrayBuffer()
  assert(buffer instanceof ArrayBuffer)
  assert.equal(Buffer.from(buffer).toString(), text)
  assert.equal(await reply.text(), text)
  assert.equal(reply.throwForStatus(), reply)
  assert.match(reply.requestId, /^req_/)
  assert.equal(reply.attempts, 1)
})

test('rate limits are told in milliseconds, null where they are not', async () => {
  const headers = [
    ['x-ratelimit-limit-requests', '60'],
    ['x-ratelimit-remaining-requests', '0'],
    ['x-ratelimit-reset-requests', '1s']
  ]
  await withReplay({ replies: [{ status: 200, headers }] }, async (replay) => {
    const { rateLimit } = await clientOf(replay).get('/models')
    assert.deepEqual(rateLimit, {
      requests: { limit: 60, remaining: 0, resetMs: 1000 },
      tokens: { limit: null, remaining: null, resetMs: null }
    })
  })
})

test('fault 101: a reset is the time from now', async () => {
  const forms = [
    ['6m0s', 360_000],
    ['120ms', 120],
    ['1d', 86_400_000],
    ['30', 30_000],
    ['1600000000', 0],
    ['1600000000000', 0],
    ['2020-09-13T12:26:40Z', 0],
    ['soon', null]
  ]
  const replies = forms.map(([text]) => ({
    status: 200,
    headers: [['x-ratelimit-reset-tokens', text]]
  }))
  await withReplay({ replies }, async (replay) => {
    const client = clientOf(replay)
    for (const [text, millis] of forms) {
      const { rateLimit } = await client.get('/models')
      assert.equal(rateLimit.tokens.resetMs, millis, String(text))
    }
  })
})

test('headers that repeat and headers in other alphabets are kept', async () => {
  const headers = [
    ['set-cookie', 'a=1'],
    ['set-cookie', 'b=2'],
    ['x-city', 'Zürich'],
    ['x-word', '你好']
  ]
  await withReplay({ replies: [{ status: 200, headers }] }, async (replay) => {
    const reply = await clientOf(replay).get('/models')
    assert.deepEqual(reply.headers.getSetCookie(), ['a=1', 'b=2'])
    assert.equal(reply.headers.get('x-city'), 'Zürich')
    assert.equal(Buffer.from(reply.headers.get('x-word'), 'latin1').toString(), '你好')
  })
})

test('a large body comes whole', async () => {
  const body = 'x'.repeat(8 << 20)
  await withReplay({ replies: [{ status: 200, body }] }, async (replay) => {
    const reply = await clientOf(replay).get('/large')
    assert.equal((await reply.bytes()).byteLength, body.length)
    assert.equal(await reply.text(), body)
  })
})

test('calls side by side are not mixed up', async () => {
  const client = clientOf(server)
  const say = async (index) => {
    const messages = [{ role: 'user', content: `number ${index}` }]
    const answer = await client.chat.completions.create({ model: 'gpt-5', messages })
    return answer.choices[0].message.content
  }
  const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => say(index)))
  answers.forEach((answer, index) => assert.equal(answer, `You said: number ${index}`))
})

test('check says whether the key works, and raises nothing', async () => {
  const good = await clientOf(server).check()
  assert.equal(good.ok, true)
  assert.equal(good.kind, null)
  assert.equal(good.status, 200)
  assert(good.models >= 1)
  assert(good.latencyMs >= 0)
  assert.match(good.requestId, /^req_/)
  assert.equal(good.key.source, 'caller')
  assert.equal(good.key.baseURL, server.base_url)
  const bad = await clientOf(server, { apiKey: KEY }).check()
  assert.equal(bad.ok, false)
  assert.equal(bad.kind, 'invalid_api_key')
  assert.equal(bad.status, 401)
  const gone = await clientOf({ base_url: 'http://127.0.0.1:9/v1' }, { maxRetries: 0 }).check()
  assert.equal(gone.kind, 'connection')
  assert.equal(gone.status, null)
})

test('authHeaders gives the header alone', () => {
  assert.deepEqual(clientOf(server).authHeaders(), { Authorization: `Bearer ${server.api_key}` })
})

test('a closed client refuses calls, also after await using', async () => {
  const client = clientOf(server)
  const running = client.get('/models')
  client.close()
  client.close()
  assert.equal((await running).status, 200, 'a call in flight ends by itself')
  await assert.rejects(client.get('/models'), InvalidArgumentError)
  assert.throws(() => client.authHeaders(), InvalidArgumentError)
  assert.equal(inspect(client), 'Client (closed)')
  const disposed = clientOf(server)
  await disposed[Symbol.asyncDispose]()
  await assert.rejects(disposed.check(), InvalidArgumentError)
})

test('the verbs of the module use a client made from the environment', async () => {
  delete process.env.NEURA_API_KEY
  await assert.rejects(neura.get('/models'), { kind: 'missing_api_key', status: null })
  assert.throws(() => neura.authHeaders(), { kind: 'missing_api_key' })
  process.env.NEURA_API_KEY = server.api_key
  process.env.NEURA_BASE_URL = server.base_url
  assert.equal((await neura.get('/models')).status, 200)
  assert.equal((await neura.head('/models')).status, 200)
  assert.equal((await neura.post('/embeddings', { json: {} })).status, 400)
  assert.equal((await neura.request('GET', '/models')).status, 200)
  for (const verb of ['put', 'patch', 'delete']) {
    assert.equal((await neura[verb]('/models')).ok, false)
  }
  assert.equal(neura.authHeaders().Authorization, `Bearer ${server.api_key}`)
  // The client keeps what it was built with.
  delete process.env.NEURA_API_KEY
  assert.equal((await neura.get('/models')).status, 200)
})

test('the error of a bad argument leads to the caller', async () => {
  async function theCaller() {
    await clientOf(server).models.retrieve('none')
  }
  const error = await errorOf(theCaller)
  assert.match(error.stack, /at async theCaller /)
})

test('headers print by name: a server may echo the key in a value', async () => {
  const echo = { status: 200, headers: [['x-echo', `Bearer ${KEY}`]], body: '{}' }
  await withReplay({ replies: [echo] }, async (replay) => {
    const { headers } = await clientOf(replay).get('/models')
    assert.equal(headers.get('x-echo'), `Bearer ${KEY}`)
    assert(headers instanceof Headers)
    assert.match(inspect(headers), /^Headers \[ 'content-length', 'x-echo' \]$/)
  })
})
