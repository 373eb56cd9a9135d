// The service's page recommends the OpenAI SDK: it and this package must agree.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import OpenAI from 'openai'

import { HELLO, KEY, clientOf, errorOf, sandbox } from './servers.mjs'

let server
before(async () => (server = await sandbox()))
after(() => server.stop())

const sdkOf = (apiKey = server.api_key) =>
  new OpenAI({ apiKey, baseURL: server.base_url, maxRetries: 0 })

test('a completion is the same', async () => {
  const theirs = await sdkOf().chat.completions.create(HELLO)
  const ours = await clientOf(server).chat.completions.create(HELLO)
  assert.deepEqual(ours.choices, theirs.choices)
  assert.deepEqual(ours.usage, theirs.usage)
  assert.deepEqual(Object.keys(ours).sort(), Object.keys(theirs).sort())
})

test('a stream has the same chunks', async () => {
  const request = { ...HELLO, stream: true, stream_options: { include_usage: true } }
  const collected = async (client) => {
    const chunks = []
    for await (const chunk of await client.chat.completions.create(request)) {
      chunks.push({ choices: chunk.choices, usage: chunk.usage })
    }
    return chunks
  }
  const theirs = await collected(sdkOf())
  assert(theirs.length > 2)
  assert.deepEqual(await collected(clientOf(server)), theirs)
})

test('models and embeddings are the same', async () => {
  const theirs = await sdkOf().models.list()
  assert.deepEqual((await clientOf(server).models.list()).data, theirs.data)
  /** @type {OpenAI.EmbeddingCreateParams} */
  const request = { model: 'text-embedding-3-small', input: 'a', encoding_format: 'float' }
  const { data } = await sdkOf().embeddings.create(request)
  assert.deepEqual((await clientOf(server).embeddings.create(request)).data, data)
})

test('a key that does not work is the same error', async () => {
  for (const key of [KEY, server.expired_api_key, server.revoked_api_key]) {
    const theirs = await errorOf(() => sdkOf(key).chat.completions.create(HELLO))
    const ours = await errorOf(() =>
      clientOf(server, { apiKey: key }).chat.completions.create(HELLO)
    )
    assert(theirs instanceof OpenAI.AuthenticationError)
    for (const field of ['status', 'code', 'type']) assert.equal(ours[field], theirs[field])
    assert.equal(ours.kind, theirs.code)
  }
})

test('authHeaders serves the SDK of another vendor as its header', async () => {
  const { Authorization } = clientOf(server).authHeaders()
  const sdk = new OpenAI({
    apiKey: 'unused',
    baseURL: server.base_url,
    defaultHeaders: { Authorization }
  })
  assert.equal((await sdk.models.list()).data.length, 3)
})
