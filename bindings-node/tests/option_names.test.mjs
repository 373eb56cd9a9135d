// Options in the words of Node, and names that were mistyped.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Client } from '../index.mjs'
import { HELLO, KEY, clientOf, errorOf, withReplay } from './servers.mjs'

test('a message names an option as Node spells it', () => {
  /** @type {[import('neura-ai').ClientOptions, string][]} */
  const messages = [
    [{ baseURL: 'http://gw.example/v1' }, 'allow it with allowHttp'],
    [{ baseURL: 'https://gw.example/v1?x=1' }, 'from the baseURL option has a query'],
    [{ timeout: 0 }, 'timeout must be more than 0. Leave it out for the default, or give null'],
    [{ connectTimeout: 0 }, 'connectTimeout must be more than 0'],
    [{ idleTimeout: -1 }, 'idleTimeout must be more than 0'],
    [{ maxRetries: -1 }, 'maxRetries must be between'],
    [{ maxInFlight: 0 }, 'maxInFlight must be 1 or more'],
    [{ maxBodyBytes: 0 }, 'maxBodyBytes must be more than 0'],
    [{ apiKey: undefined, envFile: '/nowhere/.env' }, 'name another file with envFile'],
    [{ apiKey: undefined, envFile: '/nowhere/.env' }, '(envFile: false)'],
    [{ apiKey: undefined, envFile: false }, 'the apiKey option (not given)'],
    [{ apiKey: '' }, 'the API key from the apiKey option is empty'],
    [{ apiKey: [] }, 'the list of keys (apiKey) is empty'],
    [{ clientKey: '/nowhere.pem' }, 'clientKey was given without clientCert'],
    [{ caFile: '/nowhere.pem' }, 'the caFile /nowhere.pem']
  ]
  for (const [options, words] of messages) {
    assert.throws(
      () => new Client({ apiKey: KEY, ...options }),
      (/** @type {Error} */ error) => {
        assert(error.message.includes(words), error.message)
        return true
      }
    )
  }
})

test('a key that is set later is named by the method', () => {
  const client = new Client({ apiKey: KEY })
  for (const key of ['', 'Bearer x']) {
    assert.throws(() => client.setApiKey(key), /^MalformedAPIKeyError: the API key from setApiKey /)
  }
})

test('a body over the limit and a spent time name the option', async () => {
  const replies = [{ status: 200, body: 'x'.repeat(100) }, 'stall']
  await withReplay({ replies }, async (replay) => {
    const client = clientOf(replay, { maxBodyBytes: 99, maxRetries: 0 })
    assert.match((await errorOf(() => client.get('/x'))).message, /Raise maxBodyBytes to/)
    const spent = await errorOf(() => client.get('/x', { timeout: 300 }))
    assert.match(spent.message, /300 ms \(timeout\).*Raise timeout/)
  })
})

test('an unknown option says which was meant', async () => {
  for (const [name, meant] of [
    ['api_key', 'apiKey'],
    ['apikey', 'apiKey'],
    ['base_url', 'baseURL'],
    ['baseUrl', 'baseURL'],
    ['max_retries', 'maxRetries'],
    ['maxRetrys', 'maxRetries'],
    ['timeOut', 'timeout'],
    ['alowHttp', 'allowHttp']
  ]) {
    assert.throws(() => new Client({ [name]: KEY }), (error) => {
      assert(error instanceof TypeError)
      assert(error.message.startsWith(`unknown option '${name}' of Client: did you mean '${meant}'?`))
      return !error.message.includes(KEY)
    })
  }
  for (const [name, said] of [
    ['apiBase', "did you mean 'baseURL'?"],
    ['numRetries', "did you mean 'maxRetries'?"],
    ['organization', 'accounts of OpenAI'],
    ['httpAgent', 'proxy, caFile and clientCert of a Client configure them']
  ]) {
    assert.throws(
      () => new Client({ [name]: KEY }),
      (error) => error instanceof TypeError && error.message.includes(said)
    )
  }
  // @ts-expect-error no option
  assert.throws(() => new Client({ colour: 1 }), /unknown option 'colour' of Client; it takes/)
  const client = new Client({ apiKey: KEY, baseURL: 'http://127.0.0.1:9' })
  // @ts-expect-error no option
  await assert.rejects(client.get('/x', { idempotency_key: 'x' }), /mean 'idempotencyKey'/)
  // @ts-expect-error no option
  await assert.rejects(client.models.list({ signl: 1 }), /did you mean 'signal'/)
})

test('a mistyped parameter of create is refused', async () => {
  await withReplay({ replies: [200] }, async (replay) => {
    const client = clientOf(replay)
    for (const [name, meant] of [
      ['temprature', '"temperature"'],
      ['max_token', '"max_tokens"'],
      ['maxTokens', '"max_tokens"'],
      ['Messages', '"messages"'],
      ['Stream', '"stream"'],
      ['max_retries', 'the option maxRetries'],
      ['extra_body', 'the option extraBody'],
      ['time_out', 'the option timeout']
    ]) {
      for (const stream of [false, true]) {
        const body = { ...HELLO, stream, [name]: 1 }
        const error = await errorOf(() => client.chat.completions.create(body))
        assert.equal(error.kind, 'invalid_argument')
        const wanted = `unknown parameter "${name}": did you mean ${meant}?`
        assert(error.message.includes(wanted), error.message)
        assert.match(error.message, /put it into extraBody/)
      }
    }
    const embedding = { model: 'm', input: 'x', dimension: 3 }
    const error = await errorOf(() => client.embeddings.create(embedding))
    assert.match(error.message, /did you mean "dimensions"/)
    assert.equal((await replay.report()).requests.length, 0)
  })
})

test('extraBody and verbs send any parameter', async () => {
  const answer = { status: 200, body: '{"choices": [], "data": []}' }
  await withReplay({ replies: [answer, answer, answer, answer] }, async (replay) => {
    const client = clientOf(replay)
    const extraBody = { temprature: 1, max_retries: 2 }
    await client.chat.completions.create({ ...HELLO, extraBody })
    await client.chat.completions.create(HELLO, { extraBody })
    // @ts-expect-error no parameters that are known
    await client.chat.completions.create({ ...HELLO, seed2: 1, top_a: 0.5 })
    await client.post('/chat/completions', { json: extraBody })
    const sent = (await replay.report()).requests.map(({ body }) => body.includes('"temprature":1'))
    assert.deepEqual(sent, [true, true, false, true])
  })
})
