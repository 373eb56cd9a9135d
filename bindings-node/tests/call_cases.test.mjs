// conformance/call.json: a client, its calls in turn, and a server that judges them.

import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { inspect } from 'node:util'

import { Client } from '../index.mjs'
import { casesOf, testCase, withReplay, words } from './servers.mjs'

const CLIENT = {
  api_key: 'apiKey',
  api_keys: 'apiKey',
  headers: 'headers',
  max_retries: 'maxRetries',
  replay_unsent_only: 'replayUnsentOnly'
}
const CALL = {
  headers: 'headers',
  idempotency_key: 'idempotencyKey',
  max_retries: 'maxRetries',
  timeout_ms: 'timeout'
}
const KEY = 'nk-fake-0123456789abcdef'
const OUTCOME = [
  'absent_message', 'attempts', 'chunks', 'code', 'events', 'kind', 'message', 'retryable', 'status'
]

/** The names of `given` in JavaScript; one that is not in the table fails. */
function translated(given, table) {
  const entries = Object.entries(given).map(([name, value]) => {
    assert(Object.hasOwn(table, name), `unknown field ${name}`)
    return [table[name], value]
  })
  return Object.fromEntries(entries)
}

/** The calls that have a name. */
const CALLS = {
  chat: (client, json, _path, options) => client.chat.completions.create(json, options),
  embeddings: (client, json, _path, options) => client.embeddings.create(json, options),
  models: (client, _json, _path, options) => client.models.list(options),
  model: (client, _json, path, options) =>
    client.models.retrieve(path.slice(path.lastIndexOf('/') + 1), options)
}

/**
 * What one call comes to: `status` and `attempts`, or `error`; of a stream `chunks` before it.
 * @returns {Promise<any>}
 */
async function outcomeOf(client, { method, path, json, stream, named, ...call }) {
  const { json_reply: parse, ...given } = call
  const { headers, ...options } = translated(given, CALL)
  const chunks = []
  try {
    if (named !== undefined) {
      const { status, attempts } = (await CALLS[named](client, json, path, options))._response
      return { status, attempts }
    }
    if (stream === undefined) {
      const reply = await client.request(method, path, { json, headers, ...options })
      const { status, attempts } = reply.throwForStatus()
      if (parse) await reply.json()
      return { status, attempts }
    }
    assert.equal(stream, 'chat')
    const body = { ...json, stream: true }
    const opened = await client.chat.completions.create(body, { extraHeaders: headers, ...options })
    for await (const chunk of opened) chunks.push(chunk)
    return { chunks }
  } catch (error) {
    if (error.kind === undefined) throw error
    return { error, status: error.status, attempts: error.attempts, chunks }
  }
}

function compare({ error, ...found }, wanted, absentText) {
  for (const name of Object.keys(wanted)) assert(OUTCOME.includes(name), `unknown field ${name}`)
  assert.equal(error?.kind, wanted.kind, inspect(error))
  for (const name of ['status', 'attempts']) {
    if (wanted[name] !== undefined) assert.equal(found[name], wanted[name], name)
  }
  for (const name of ['code', 'retryable']) {
    if (wanted[name] !== undefined) assert.equal(error[name], wanted[name], name)
  }
  if (wanted.events !== undefined) assert.equal(found.chunks.length, wanted.events)
  if (wanted.chunks !== undefined) {
    const contents = found.chunks.map((chunk) => chunk?.choices?.[0]?.delta?.content)
    assert.deepEqual(contents.filter((content) => typeof content === 'string'), wanted.chunks)
  }
  for (const part of wanted.message ?? []) {
    assert(error.message.includes(words(part)), error.message)
  }
  for (const part of wanted.absent_message ?? []) assert(!error.message.includes(part), part)
  const texts = inspect(error, { showHidden: true, depth: 9 })
  for (const part of absentText) assert(!texts.includes(part), `${part} in ${texts}`)
}

describe('one client, its calls and their replies', { concurrency: 4 }, () => {
  for (const script of casesOf('call')) {
    if (script.not_in?.node) continue
    testCase('call', script.id, script.id, async () => {
      const { outcomes, usage = [], absent_text: absentText = [], ...judged } = script.expect
      assert.equal(script.calls.length, outcomes.length)
      await withReplay({ replies: script.replies, expect: judged }, async (replay) => {
        const { base_path: basePath = '/v1', ...given } = script.client ?? {}
        const options = { apiKey: KEY, ...translated(given, CLIENT) }
        const client = new Client({ ...options, baseURL: replay.base_url.replace('/v1', basePath) })
        for (const [index, call] of script.calls.entries()) {
          compare(await outcomeOf(client, call), outcomes[index], absentText)
        }
        const { keys } = client.usage()
        for (const [index, counts] of usage.entries()) {
          for (const [name, count] of Object.entries(counts)) {
            const camel = name.replace(/_(.)/g, (_, letter) => letter.toUpperCase())
            assert.equal(keys[index][camel], count, name)
          }
        }
        assert.deepEqual((await replay.report()).problems, [])
      })
    })
  }
})
