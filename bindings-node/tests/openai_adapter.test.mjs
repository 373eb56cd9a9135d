// neura-ai/openai: the SDK's own class over our keys and connections.

import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { inspect } from 'node:util'

import * as sdk from 'openai'

import * as neura from '../index.mjs'
import OpenAI, * as ours from '../openai.mjs'
import { HELLO, KEY, errorOf, eventReply, refusal, sandbox, withReplay } from './servers.mjs'
import { sum, withSink } from './sink.mjs'

const require = createRequire(import.meta.url)

const OPENAI = {
  OPENAI_API_KEY: 'sk-of-openai-0123456789',
  OPENAI_ADMIN_KEY: 'sk-admin-0123456789',
  OPENAI_BASE_URL: 'http://127.0.0.1:9/openai',
  OPENAI_ORG_ID: 'org-openai',
  OPENAI_PROJECT_ID: 'proj-openai',
  OPENAI_LOG: 'debug',
  OPENAI_CUSTOM_HEADERS: 'Authorization: Bearer sk-custom\nX-Custom: openai'
}

let server
before(async () => {
  server = await sandbox()
  Object.assign(process.env, OPENAI)
})
after(() => server.stop())

const clientOf = (server, options) =>
  new OpenAI({ apiKey: server.api_key ?? KEY, baseURL: server.base_url, ...options })

/** @type {import('openai').OpenAI.ChatCompletionTool} */
const tool = {
  type: 'function',
  function: { name: 'weather', parameters: { type: 'object', properties: {} } }
}

test('it is the SDK, with another class', () => {
  assert.deepEqual(Object.keys(ours).sort(), Object.keys(sdk).sort())
  assert.equal(ours.OpenAI, OpenAI)
  assert.equal(OpenAI.OpenAI, OpenAI)
  assert.equal(ours.APIError, sdk.APIError)
  assert.ok(clientOf(server) instanceof sdk.OpenAI)
  const common = require('../openai.js')
  const theirs = require('openai')
  assert.deepEqual(Object.keys(common).sort(), Object.keys(theirs).sort())
  assert.ok(new common.OpenAI({ apiKey: KEY }) instanceof theirs.OpenAI)
  // @ts-expect-error the SDK's types say only `default` of its function
  assert.ok(new common({ apiKey: KEY }) instanceof common.OpenAI)
})

test('chat, stream, tools, models, embeddings', async () => {
  const client = clientOf(server)
  const whole = await client.chat.completions.create({ ...HELLO, tools: [tool] })
  assert.match(whole.choices[0].message.content, /Hello!/)
  assert.match(whole._request_id, /^req_/)
  let text = ''
  for await (const chunk of await client.chat.completions.create({ ...HELLO, stream: true })) {
    text += chunk.choices[0]?.delta?.content ?? ''
  }
  assert.equal(text, whole.choices[0].message.content)
  const runner = client.chat.completions.stream(HELLO)
  assert.equal((await runner.finalChatCompletion()).choices[0].message.content, text)
  const ids = []
  for await (const model of client.models.list()) ids.push(model.id)
  assert.equal(ids.length, 3)
  const { data, response } = await client.models.list().withResponse()
  assert.deepEqual([data.data.length, response.url], [3, `${server.base_url}/models`])
  const vectors = await client.embeddings.create({ model: 'text-embedding-3-small', input: 'a' })
  assert.ok(vectors.data[0].embedding.length > 0)
})

test('tool calls, responses and images of any service', async () => {
  const call = { id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"city":"Ulm"}' } }
  const chat = {
    choices: [{ index: 0, finish_reason: 'tool_calls', message: { role: 'assistant', content: null, tool_calls: [call] } }]
  }
  const response = { id: 'r1', object: 'response', output: [{ type: 'message', content: [{ type: 'output_text', text: 'Hi' }] }] }
  const events = `event: response.output_text.delta\ndata: {"type":"response.output_text.delta","delta":"Hi"}\n\n`
  const json = (body) => ({ status: 200, headers: [['content-type', 'application/json']], body: JSON.stringify(body) })
  const replies = [json(chat), json(response), eventReply(events), json({ created: 1, data: [{ b64_json: 'aGk=' }] })]
  await withReplay({ replies }, async (replay) => {
    const client = clientOf(replay)
    const whole = await client.chat.completions.create({ ...HELLO, tools: [tool] })
    const [made] = whole.choices[0].message.tool_calls
    assert.equal(made.type === 'function' && made.function.arguments, '{"city":"Ulm"}')
    assert.equal((await client.responses.create({ model: 'm', input: 'Hello' })).output_text, 'Hi')
    const deltas = []
    for await (const event of await client.responses.create({ model: 'm', input: 'a', stream: true })) {
      if (event.type === 'response.output_text.delta') deltas.push(event.delta)
    }
    assert.deepEqual(deltas, ['Hi'])
    assert.equal((await client.images.generate({ model: 'm', prompt: 'a cat' })).data[0].b64_json, 'aGk=')
    const { requests } = await replay.report()
    assert.deepEqual(requests.map(({ target }) => target.replace(/^\/v1/, '')), ['/chat/completions', '/responses', '/responses', '/images/generations'])
  })
})

test('a dispatcher is refused at once, in words that say what to do', async () => {
  const dispatcher = /** @type {any} */ ({})
  for (const given of [{ client: { fetchOptions: { dispatcher } } }, { call: { fetchOptions: { dispatcher } } }]) {
    const begin = Date.now()
    const error = await errorOf(() => clientOf(server, given.client).models.list(given.call))
    assert.ok(error instanceof sdk.OpenAIError && !(error instanceof sdk.APIError), String(error))
    assert.match(error.message, /the option proxy/)
    assert.ok(Date.now() - begin < 400) // The SDK would wait for longer before it tried again.
  }
})

test('files are uploaded, with no probe of fetch before them', async () => {
  const bytes = Buffer.alloc(3_000_000, 'ab')
  await withSink(async (_client, seen, baseURL) => {
    const client = clientOf({ base_url: baseURL })
    const file = await sdk.toFile(bytes, 'data.jsonl')
    await client.files.create({ file, purpose: 'batch' })
    assert.equal(seen.length, 1)
    assert.match(seen[0].headers['content-type'], /^multipart\/form-data; boundary=/)
    assert.match(seen[0].start, /filename="data.jsonl"/)
    assert.equal(seen[0].headers['content-length'], String(seen[0].length))
    assert.ok(seen[0].length > bytes.length)
    await client.post('/raw', { body: bytes })
    assert.equal(seen[1].hash, sum(bytes))
  })
})

test('no OPENAI_ variable matters, and the key is not in the SDK', async () => {
  Object.assign(process.env, { NEURA_API_KEY: KEY })
  await withSink(async (_client, seen, baseURL) => {
    process.env.NEURA_BASE_URL = baseURL
    try {
      const client = new OpenAI()
      await client.models.list()
      assert.deepEqual([client.apiKey, client.baseURL, client.logLevel], ['held-by-neura-ai', baseURL, 'warn'])
      assert.ok(!inspect(client, { depth: 5, showHidden: true }).includes(KEY))
    } finally {
      delete process.env.NEURA_API_KEY
      delete process.env.NEURA_BASE_URL
    }
    const [{ headers }] = seen
    assert.equal(headers.authorization, `Bearer ${KEY}`)
    assert.ok(!JSON.stringify(headers).match(/sk-|org-openai|proj-openai|x-custom/), JSON.stringify(headers))
  })
})

test("keepAuthorization sends the caller's own", async () => {
  await withSink(async (_client, seen, baseURL) => {
    const defaultHeaders = { Authorization: 'Bearer other', 'x-api-key': 'third' }
    await clientOf({ base_url: baseURL }, { defaultHeaders }).models.list()
    await clientOf({ base_url: baseURL }, { defaultHeaders, keepAuthorization: true }).models.list()
    await clientOf({ base_url: baseURL }, { keepAuthorization: true }).models.list()
    const sent = seen.map(({ headers }) => [headers.authorization, headers['x-api-key']])
    assert.deepEqual(sent, [[`Bearer ${KEY}`, undefined], ['Bearer other', 'third'], [`Bearer ${KEY}`, undefined]])
  })
})

test("a status is the SDK's error, with ours as its cause", async () => {
  for (const [apiKey, theirs, mine] of [
    [KEY, 'AuthenticationError', 'InvalidAPIKeyError'],
    [server.expired_api_key, 'AuthenticationError', 'ExpiredAPIKeyError']
  ]) {
    const error = await errorOf(() => clientOf(server, { apiKey }).models.list())
    assert.ok(error instanceof sdk[theirs], String(error))
    assert.ok(error.cause instanceof neura[mine], String(error.cause))
    assert.equal(error.status, 401)
    assert.equal(error.cause.requestId, error.requestID)
    assert.match(error.cause.message, /apiKey option/)
  }
  const missing = await errorOf(() => clientOf(server).models.retrieve('none'))
  assert.ok(missing instanceof sdk.NotFoundError)
  assert.ok(missing.cause instanceof neura.NotFoundError)
})

test('the SDK tries again, and we do not as well', async () => {
  const refused = refusal('busy', 503)
  await withReplay({ replies: [refused, refused, refused, refused, refused] }, async (replay) => {
    const error = await errorOf(() => clientOf(replay, { maxRetries: 1 }).models.list())
    assert.ok(error instanceof sdk.InternalServerError)
    assert.equal((await replay.report()).requests.length, 2)
  })
})

test('no connection is the SDK\'s error, with ours as its cause', async () => {
  const client = new OpenAI({ apiKey: KEY, baseURL: 'http://127.0.0.1:9/v1', maxRetries: 0 })
  const error = await errorOf(() => client.models.list())
  assert.ok(error instanceof sdk.APIConnectionError, String(error))
  assert.ok(error.cause instanceof neura.APIConnectionError)
  const cut = eventReply('data: {"choices":[]}\n\n', { headers: [['content-type', 'text/event-stream'], ['content-length', '999']] })
  await withReplay({ replies: [cut] }, async (replay) => {
    const error = await errorOf(async () => {
      for await (const _ of await clientOf(replay).chat.completions.create({ ...HELLO, stream: true }));
    })
    assert.ok(error instanceof sdk.APIConnectionError, String(error))
    assert.equal(/** @type {any} */ (error.cause).kind, 'connection')
  })
})

test('what is wrong with the key or the configuration fails at once', async () => {
  const build = (options) => errorOf(() => new OpenAI({ envFile: false, ...options }))
  for (const [options, kind] of [
    [{}, 'missing_api_key'],
    [{ apiKey: 'two\nlines' }, 'malformed_api_key'],
    [{ apiKey: KEY, baseURL: 'http://example.com' }, 'config'],
    [{ apiKey: KEY, adminAPIKey: 'a' }, 'config'],
    [{ apiKey: KEY, fetch }, 'config']
  ]) {
    const error = await build(options)
    assert.ok(error instanceof sdk.OpenAIError, String(error))
    assert.equal(/** @type {any} */ (error.cause).kind, kind)
  }
  const client = clientOf(server)
  client.baseURL = 'http://127.0.0.1:9/v1'
  const began = Date.now()
  const error = await errorOf(() => client.models.list())
  assert.ok(error instanceof sdk.OpenAIError)
  assert.ok(error.cause instanceof neura.ConfigError)
  const header = await errorOf(() => clientOf(server).models.list({ headers: { 'x-a': 'Grüße' } }))
  assert.ok(header instanceof sdk.OpenAIError && !(header instanceof sdk.APIError), String(header))
  assert.ok(header.cause instanceof neura.InvalidArgumentError)
  assert.ok(Date.now() - began < 400, 'it was not tried again')
})

test('an abort and a limit of time are those of the SDK', async () => {
  await withReplay({ replies: ['stall', 'stall'] }, async (replay) => {
    const client = clientOf(replay, { maxRetries: 0 })
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 30)
    const aborted = await errorOf(() => client.models.list({ signal: controller.signal }))
    assert.ok(aborted instanceof sdk.APIUserAbortError, String(aborted))
    const late = await errorOf(() => client.models.list({ timeout: 50 }))
    assert.ok(late instanceof sdk.APIConnectionTimeoutError, String(late))
  })
  const stream = await clientOf(server).chat.completions.create({ ...HELLO, stream: true })
  for await (const _ of stream) break
  assert.ok(stream.controller.signal.aborted)
})

test('a limit of time is tried again as in the SDK', async () => {
  await withReplay({ replies: ['stall', 'stall', 'stall'] }, async (replay) => {
    const late = await errorOf(() => clientOf(replay, { maxRetries: 2 }).models.list({ timeout: 50 }))
    assert.ok(late instanceof sdk.APIConnectionTimeoutError, String(late))
    assert.equal((await replay.report()).requests.length, 3)
  })
  const body = '{"object":"list","data":[]}'
  const answer = { status: 200, headers: [['content-type', 'application/json']], body }
  await withReplay({ replies: ['stall', answer] }, async (replay) => {
    const list = await clientOf(replay, { maxRetries: 1 }).models.list({ timeout: 200 })
    assert.deepEqual(list.data, [])
  })
})

test('keys of every sort, and another one later', async () => {
  await withSink(async (_client, seen, baseURL) => {
    const base = { base_url: baseURL }
    const client = clientOf(base, { apiKey: async () => `${KEY}-made` })
    await client.models.list()
    client.apiKey = `${KEY}-set`
    await client.models.list()
    const other = client.withOptions({ apiKey: `${KEY}-other`, timeout: 5000 })
    await other.models.list()
    await client.withOptions({ maxRetries: 0 }).models.list()
    const keys = seen.map(({ headers }) => headers.authorization.replace(`Bearer ${KEY}-`, ''))
    assert.deepEqual(keys, ['made', 'set', 'other', 'set'])
    assert.equal(other.timeout, 5000)
  })
})
