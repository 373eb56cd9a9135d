// The Vercel AI SDK over client.fetch, the real packages.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { APICallError, embed, generateText, jsonSchema, streamText, tool } from 'ai'

import { APIConnectionError } from '../index.mjs'
import { KEY, clientOf, errorOf, refusal, sandbox, withReplay } from './servers.mjs'

let server
before(async () => (server = await sandbox()))
after(() => server.stop())

const providerOf = (server, options) =>
  createOpenAICompatible({
    name: 'neura',
    apiKey: 'sk-other',
    baseURL: server.base_url,
    fetch: clientOf(server, options).fetch
  })

const prompt = 'Hello!'

test('a text, plain and streaming', async () => {
  const model = providerOf(server)('gpt-5')
  const { text, usage } = await generateText({ model, prompt })
  assert.match(text, /Hello!/)
  assert.ok(usage.inputTokens > 0)
  let streamed = ''
  const result = streamText({ model, prompt })
  for await (const part of result.textStream) streamed += part
  assert.equal(streamed, text)
  assert.equal(await result.finishReason, 'stop')
})

test('an embedding', async () => {
  const model = providerOf(server).textEmbeddingModel('text-embedding-3-small')
  assert.ok((await embed({ model, value: 'a' })).embedding.length > 0)
})

test('a tool call', async () => {
  const call = { id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"city":"Ulm"}' } }
  const message = { role: 'assistant', content: null, tool_calls: [call] }
  const body = JSON.stringify({ choices: [{ index: 0, finish_reason: 'tool_calls', message }] })
  await withReplay({ replies: [{ status: 200, headers: [['content-type', 'application/json']], body }] }, async (replay) => {
    const weather = tool({ description: 'w', inputSchema: jsonSchema({ type: 'object', properties: { city: { type: 'string' } } }) })
    const { toolCalls } = await generateText({ model: providerOf(replay)('m'), prompt, tools: { weather } })
    assert.deepEqual(toolCalls.map(({ toolName, input }) => [toolName, input]), [['weather', { city: 'Ulm' }]])
  })
})

test('a refusal is its own error, with the words of the server', async () => {
  const model = providerOf(server, { apiKey: KEY })('gpt-5')
  const error = await errorOf(() => generateText({ model, prompt }))
  assert.ok(APICallError.isInstance(error), String(error))
  assert.equal(error.statusCode, 401)
  assert.match(error.message, /Incorrect API key/)
  assert.ok(!JSON.stringify(error).includes(KEY))
})

test('with maxRetries 0 there the retries are ours alone', async () => {
  const refused = refusal('busy', 503)
  await withReplay({ replies: Array(5).fill(refused) }, async (replay) => {
    const model = providerOf(replay, { maxRetries: 1 })('m')
    const error = await errorOf(() => generateText({ model, prompt, maxRetries: 0 }))
    assert.equal(error.statusCode, 503)
    assert.equal((await replay.report()).requests.length, 2)
  })
})

test('no connection is an error that it takes for one', async () => {
  const model = providerOf({ base_url: 'http://127.0.0.1:9/v1' }, { maxRetries: 0 })('m')
  const error = await errorOf(() => generateText({ model, prompt, maxRetries: 0 }))
  assert.ok(APICallError.isInstance(error), String(error))
  assert.ok(error.isRetryable)
  assert.match(error.message, /^Cannot connect to API: could not connect to 127\.0\.0\.1:9/)
  assert.ok(error.cause instanceof APIConnectionError)
})

test('an abort is one there too', async () => {
  await withReplay({ replies: ['stall'] }, async (replay) => {
    const abortSignal = AbortSignal.timeout(50)
    const error = await errorOf(() => generateText({ model: providerOf(replay)('m'), prompt, abortSignal }))
    assert.equal(error.name, 'TimeoutError')
  })
})
