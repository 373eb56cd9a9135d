import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { inspect } from 'node:util'

import {
  AuthenticationError,
  BadRequestError,
  DecodeError,
  IncompleteStreamError,
  InvalidAPIKeyError,
  NotFoundError
} from '../index.mjs'
import { HELLO, KEY, clientOf, errorOf, eventReply, sandbox, withReplay } from './servers.mjs'

let server
before(async () => (server = await sandbox()))
after(() => server.stop())

const chunk = (content) => `data: {"choices":[{"index":0,"delta":{"content":"${content}"}}]}\n\n`
const FINISH = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n'

/** What a chat stream yields, and the error that ends it. */
async function streamed(reply) {
  return await withReplay({ replies: [reply] }, async (replay) => {
    const said = []
    try {
      const stream = await clientOf(replay).chat.completions.create({ ...HELLO, stream: true })
      for await (const each of stream) said.push(each.choices?.[0]?.delta.content)
    } catch (error) {
      return { said, error }
    }
    return { said, error: null }
  })
}

/** The request that `create` sends. */
async function sent(body, options) {
  return await withReplay({ replies: [{ status: 200, body: '{"choices":[]}' }] }, async (replay) => {
    await clientOf(replay).chat.completions.create(body, options)
    return (await replay.report()).requests[0]
  })
}

test('a completion is the JSON of the service, as a plain object', async () => {
  const completion = await clientOf(server).chat.completions.create(HELLO)
  assert.equal(Object.getPrototypeOf(completion), Object.prototype)
  assert.equal(completion.choices[0].message.content, 'You said: Hello!')
  assert.equal(completion.object, 'chat.completion')
})

test('the reply stands beside a completion, and does not show', async () => {
  const completion = await clientOf(server).chat.completions.create(HELLO)
  const { _response: response } = completion
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('content-type'), 'application/json')
  assert.match(response.requestId, /^req_/)
  assert.equal(response.attempts, 1)
  assert.equal(response.rateLimit.requests.limit, null)
  assert(!Object.keys(completion).includes('_response'))
  assert(!JSON.stringify(completion).includes('_response'))
  assert(!inspect(completion).includes('_response'))
})

test('members of a reply with the names of ours do not show in its place', async () => {
  const json = { choices: [], _response: 'theirs', _request_id: 'theirs' }
  await withReplay({ replies: [{ status: 200, json }] }, async (replay) => {
    const completion = await clientOf(replay).chat.completions.create(HELLO)
    assert.equal(completion._response.status, 200)
    assert.equal(completion._request_id, completion._response.requestId)
    assert.equal(JSON.stringify(completion), '{"choices":[]}')
  })
})

test('stream: true resolves to the chunks once the headers came', async () => {
  const stream = await clientOf(server).chat.completions.create({ ...HELLO, stream: true })
  assert.equal(stream._response.status, 200)
  assert.match(stream._response.requestId, /^req_/)
  let text = ''
  for await (const each of stream) text += each.choices[0].delta.content ?? ''
  assert.equal(text, 'You said: Hello!')
})

test('a stream rejects where it is opened when the key is wrong', async () => {
  const client = clientOf(server, { apiKey: KEY })
  await assert.rejects(
    client.chat.completions.create({ ...HELLO, stream: true }),
    InvalidAPIKeyError
  )
})

test('options stay out of the body, in one object or in two', async () => {
  const options = {
    timeout: 5000,
    maxRetries: 0,
    idempotencyKey: 'k',
    extraHeaders: { 'X-A': '1' },
    extraQuery: { q: 1 },
    extraBody: { user: 'u', model: 'other' },
    signal: AbortSignal.timeout(5000)
  }
  for (const request of [await sent({ ...HELLO, ...options }), await sent(HELLO, options)]) {
    assert.deepEqual(JSON.parse(request.body), { ...HELLO, user: 'u', model: 'other' })
    assert.equal(request.target, '/v1/chat/completions?q=1')
    const headers = new Headers(request.headers)
    assert.equal(headers.get('x-a'), '1')
    assert.equal(headers.get('idempotency-key'), 'k')
  }
})

test('an option in the second object wins', async () => {
  const request = await sent({ ...HELLO, idempotencyKey: 'one' }, { idempotencyKey: 'two' })
  assert.equal(new Headers(request.headers).get('idempotency-key'), 'two')
})

test('keys that this package does not know pass through', async () => {
  const body = { ...HELLO, temperature: 0, tools: [{ type: 'function' }], new_one: { a: null } }
  assert.deepEqual(JSON.parse((await sent(body)).body), body)
})

test('models and embeddings', async () => {
  const client = clientOf(server)
  const models = await client.models.list()
  assert(models.data.some((model) => model.id === 'gpt-5'))
  assert.equal(models._response.status, 200)
  assert.equal((await client.models.retrieve('gpt-5')).id, 'gpt-5')
  const { data } = await client.embeddings.create({
    model: 'text-embedding-3-small',
    input: ['a', 'b']
  })
  assert.equal(data.length, 2)
  assert.equal(typeof data[0].embedding[0], 'number')
  assert.equal((await client.models.list({ extraQuery: { limit: 1 } }))._response.status, 200)
})

test('a named call throws the typed error by itself', async () => {
  const client = clientOf(server)
  await assert.rejects(client.models.retrieve('none'), NotFoundError)
  // @ts-expect-error no messages
  await assert.rejects(client.chat.completions.create({ model: 'gpt-5' }), BadRequestError)
  // @ts-expect-error neither model nor input
  await assert.rejects(client.embeddings.create({}), BadRequestError)
  const stranger = clientOf(server, { apiKey: KEY })
  await assert.rejects(stranger.models.list(), AuthenticationError)
})

test('a body that is not JSON is a DecodeError, also with status 200', async () => {
  for (const body of ['<html>login</html>', '{"choices": [', '']) {
    const reply = { status: 200, headers: [['content-type', 'text/html']], body }
    await withReplay({ replies: [reply] }, async (replay) => {
      await assert.rejects(clientOf(replay).chat.completions.create(HELLO), DecodeError)
    })
  }
})

test('a stream that ends without [DONE] or a finish_reason is incomplete, after its chunks', async () => {
  const { said, error } = await streamed(eventReply(chunk('a') + chunk('b')))
  assert.deepEqual(said, ['a', 'b'])
  assert(error instanceof IncompleteStreamError)
})

test('[DONE] or a finish_reason makes a stream whole', async () => {
  assert.deepEqual(await streamed(eventReply(`${chunk('a')}data: [DONE]\n\n`)), {
    said: ['a'],
    error: null
  })
  assert.deepEqual(await streamed(eventReply(chunk('a') + FINISH)), {
    said: ['a', undefined],
    error: null
  })
})

test('an error inside a chat stream is thrown, after the chunks before it', async () => {
  const body = '{"error":{"message":"slow down","code":"rate_limit_exceeded"}}'
  for (const event of [`data: ${body}\n\n`, `event: error\ndata: ${body}\n\n`]) {
    const { said, error } = await streamed(eventReply(chunk('a') + event + chunk('b')))
    assert.deepEqual(said, ['a'])
    assert.match(error.message, /slow down/)
    assert.equal(error.code, 'rate_limit_exceeded')
  }
})

test('a chunk that is not JSON is a DecodeError', async () => {
  const { said, error } = await streamed(eventReply(`${chunk('a')}data: {oops\n\n`))
  assert.deepEqual(said, ['a'])
  assert(error instanceof DecodeError)
})

test('a completion in place of a stream is one chunk, a page is a DecodeError', async () => {
  const whole = '{"choices":[{"index":0,"delta":{"content":"all"},"finish_reason":"stop"}]}'
  assert.deepEqual(
    (await streamed({ status: 200, body: whole, headers: [['content-type', 'application/json']] }))
      .said,
    ['all']
  )
  const page = await streamed({
    status: 200,
    body: '<html>',
    headers: [['content-type', 'text/html']]
  })
  assert(page.error instanceof DecodeError)
  assert.match(page.error.message, /text\/html/)
})

test('chunks with odd JSON come through a batch unharmed', async () => {
  const texts = ['\\ud800', '],[', '\\"', '1e400', '你好 🚀']
  const { said, error } = await streamed(eventReply(texts.map(chunk).join('') + FINISH))
  assert.deepEqual(
    said.slice(0, -1),
    texts.map((text) => JSON.parse(`"${text}"`))
  )
  assert.equal(error, null)
})

test('the error of a named call leads to the caller', async () => {
  async function theCaller() {
    // @ts-expect-error neither model nor messages
    await clientOf(server).chat.completions.create({})
  }
  assert.match((await errorOf(theCaller)).stack, /at async theCaller /)
})
