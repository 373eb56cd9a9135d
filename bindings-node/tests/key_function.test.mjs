// A function as key: when it is asked, what it may give, and how it fails.

import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { after, before, test } from 'node:test'
import { inspect } from 'node:util'

import { CancelledError, Client, ConfigError, ExpiredAPIKeyError, diagnose } from '../index.mjs'
import { HELLO, clientOf, errorOf, eventually, keysSeen } from './servers.mjs'
import { refusal, sandbox, withReplay } from './servers.mjs'

const FIRST = 'nk-fake-first-0000000000001111'
const SECOND = 'nk-fake-second-000000000002222'

const later = (milliseconds, value) =>
  new Promise((resolve) => setTimeout(resolve, milliseconds, value))

let server
before(async () => (server = await sandbox()))
after(() => server.stop())

/** A function that gives these in turn, the last for ever, and counts. */
function giving(...keys) {
  const give = () => keys[Math.min(give.asked++, keys.length - 1)]
  give.asked = 0
  return give
}

test('it is asked at the first request, once for all of them', async () => {
  const apiKey = giving(server.api_key)
  const slow = async () => await later(50, apiKey())
  const client = clientOf(server, { apiKey: slow })
  await later(20)
  assert.equal(apiKey.asked, 0)
  const replies = await Promise.all(Array.from({ length: 32 }, () => client.get('/models')))
  assert(replies.every((reply) => reply.status === 200))
  assert.equal((await client.get('/models')).status, 200)
  assert.equal(apiKey.asked, 1)
  assert.equal(client.usage().keys[0].source, 'callable')
})

test('every kind of call asks it', async () => {
  const kinds = [
    (client) => client.chat.completions.create(HELLO),
    (client) => client.chat.completions.create({ ...HELLO, stream: true }),
    (client) => client.models.list(),
    (client) => client.embeddings.create({ model: 'text-embedding-3-small', input: 'a' }),
    (client) => client.check()
  ]
  for (const call of kinds) {
    const apiKey = giving(server.api_key)
    await call(clientOf(server, { apiKey }))
    assert.equal(apiKey.asked, 1)
  }
  const apiKey = giving(FIRST)
  await withReplay({ replies: [200] }, async (own) => {
    await clientOf(own, { apiKey }).stream('/x').next().catch(() => {})
    assert.deepEqual(await keysSeen(own), [FIRST])
  })
})

test('a function without a promise, and a key with white space around it', async () => {
  const client = clientOf(server, { apiKey: () => ` ${server.api_key}\n` })
  assert.equal((await client.get('/models')).status, 200)
})

test('after a 401 it is asked again, and the request is sent once more', async () => {
  const apiKey = giving(FIRST, SECOND)
  await withReplay({ replies: [refusal('expired_api_key'), 200] }, async (own) => {
    const reply = await clientOf(own, { apiKey, maxRetries: 0 }).get('/models')
    assert.equal(reply.status, 200)
    assert.equal(reply.attempts, 2)
    assert.deepEqual(await keysSeen(own), [FIRST, SECOND])
  })
  assert.equal(apiKey.asked, 2)
})

test('where it gives the same key the 401 stands', async () => {
  const apiKey = giving(FIRST)
  await withReplay({ replies: [refusal('expired_api_key')] }, async (own) => {
    await assert.rejects(clientOf(own, { apiKey }).models.list(), ExpiredAPIKeyError)
    assert.equal((await own.report()).requests.length, 1)
  })
  assert.equal(apiKey.asked, 2)
})

test('what it throws is a ConfigError with its words, and nothing is sent', async () => {
  /** @type {[() => any, string][]} */
  /** @type {[() => any, string][]} */
  const failing = [
    [() => Promise.reject(new Error('the vault is sealed')), 'the vault is sealed'],
    [
      () => {
        throw new RangeError('the vault is empty')
      },
      'the vault is empty'
    ],
    [() => Promise.reject('only words'), 'only words'],
    [() => Promise.reject(undefined), 'undefined'],
    [() => Promise.reject(Symbol('odd')), 'Symbol(odd)'],
    [() => Promise.reject(Object.create(null)), 'without a message'],
    [() => undefined, 'it must return a string or a promise of one, not undefined'],
    [async () => Buffer.from(FIRST), 'not object'],
    [() => 5, 'not number']
  ]
  await withReplay({ replies: [200] }, async (own) => {
    for (const [apiKey, words] of failing) {
      const error = await errorOf(() => clientOf(own, { apiKey }).get('/models'))
      assert(error instanceof ConfigError, inspect(error))
      assert(error.message.includes(words), error.message)
      assert.equal(error.attempts, 0)
      assert(!inspect(error, { showHidden: true }).includes(FIRST))
    }
    assert.deepEqual((await own.report()).requests, [])
  })
})

test('a function that fails is asked again by the next call', async () => {
  let asked = 0
  const apiKey = async () => {
    if (asked++ === 0) throw new Error('not yet')
    return server.api_key
  }
  const client = clientOf(server, { apiKey })
  await assert.rejects(client.get('/models'), /not yet/)
  assert.equal((await client.get('/models')).status, 200)
})

test('its words do not show a key that the client has', async () => {
  let asked = 0
  const apiKey = () => {
    if (asked++ === 0) return FIRST
    throw new Error(`no successor of ${FIRST}`)
  }
  await withReplay({ replies: [refusal('expired_api_key')] }, async (own) => {
    const client = clientOf(own, { apiKey })
    const error = await errorOf(() => client.models.list())
    assert.equal(asked, 2)
    assert.equal(error.kind, 'expired_api_key')
    assert.match(error.message, /no successor of \[redacted\]/)
    assert(!inspect(error, { showHidden: true }).includes(FIRST))
    assert(!inspect(client, { showHidden: true, depth: 9 }).includes(FIRST))
  })
})

test('a malformed key from it is malformed, and names it', async () => {
  const error = await errorOf(() => clientOf(server, { apiKey: () => 'nk a b' }).get('/models'))
  assert.equal(error.kind, 'malformed_api_key')
  assert.match(error.message, /callable/)
})

test('it is called with nothing, and without the client as this', async () => {
  let call
  const client = clientOf(server, {
    apiKey: function (...given) {
      call = { self: this, given }
      return server.api_key
    }
  })
  await client.get('/models')
  assert.deepEqual(call, { self: undefined, given: [] })
})

test('it runs in the asynchronous context of the call that asks', async () => {
  const store = new AsyncLocalStorage()
  for (const name of ['a', 'b']) {
    const seen = []
    const client = clientOf(server, { apiKey: async () => (seen.push(store.getStore()), server.api_key) })
    await store.run(name, () => client.get('/models'))
    await store.run(`${name} streams`, async () => {
      for await (const _ of await client.chat.completions.create({ ...HELLO, stream: true }));
    })
    assert.deepEqual(seen, [name])
  }
})

test('authHeaders throws a ConfigError until a call asked', async () => {
  const refused = () => {
    assert.throws(() => client.authHeaders(), { kind: 'config', message: /Make a call first/ })
  }
  const apiKey = async () => {
    // It must not wait for an answer that comes from the thread that it is on.
    refused()
    await later(10)
    refused()
    return server.api_key
  }
  const client = clientOf(server, { apiKey })
  refused()
  assert.equal((await client.check()).ok, true)
  assert.deepEqual(client.authHeaders(), { Authorization: `Bearer ${server.api_key}` })
})

test('a call that is aborted leaves a function that never answers', async () => {
  let asked = 0
  const apiKey = () => (asked++ === 0 ? new Promise(() => {}) : server.api_key)
  const client = clientOf(server, { apiKey })
  const controller = new AbortController()
  const aborted = assert.rejects(
    client.get('/models', { signal: controller.signal }),
    CancelledError
  )
  await eventually(() => asked === 1, 'it is asked')
  const waiting = client.get('/models')
  const began = performance.now()
  controller.abort()
  await aborted
  assert(performance.now() - began < 200)
  // The one behind it asks anew.
  assert.equal((await waiting).status, 200)
  assert.equal(asked, 2)
})

test('an answer that comes after the call was aborted is not used', async () => {
  const answers = []
  const apiKey = () => new Promise((resolve) => answers.push(resolve))
  const client = clientOf(server, { apiKey })
  const controller = new AbortController()
  const aborted = assert.rejects(
    client.get('/models', { signal: controller.signal }),
    CancelledError
  )
  await eventually(() => answers.length === 1, 'it is asked')
  controller.abort()
  await aborted
  const call = client.get('/models')
  await eventually(() => answers.length === 2, 'it is asked again')
  answers[0](FIRST)
  answers[1](server.api_key)
  assert.equal((await call).status, 200)
  assert.equal(client.usage().keys.length, 1)
})

test('the event loop turns while it is asked', async () => {
  let turns = 0
  const timer = setInterval(() => turns++, 5)
  const client = clientOf(server, { apiKey: () => later(300, server.api_key) })
  const calls = Array.from({ length: 64 }, () => client.get('/models'))
  const replies = await Promise.all(calls)
  clearInterval(timer)
  assert(replies.every((reply) => reply.status === 200))
  assert(turns >= 20, `${turns} turns in 300 ms`)
})

test('it may use another client, and after a 401 its own with a header of its own', async () => {
  const other = clientOf(server)
  const through = async () => {
    assert.equal((await other.get('/models')).status, 200)
    return server.api_key
  }
  assert.equal((await clientOf(server, { apiKey: through }).get('/models')).status, 200)

  const renewal = { status: 200, body: JSON.stringify({ key: SECOND }) }
  const replies = [refusal('expired_api_key'), renewal, 200]
  await withReplay({ replies }, async (own) => {
    let key = FIRST
    const renew = async () => {
      if (client.usage().keys.length === 0) return key
      const headers = { Authorization: 'Basic bm8=' }
      key = (await (await client.post('/renew', { headers })).json()).key
      return key
    }
    const client = clientOf(own, { apiKey: renew })
    assert.equal((await client.get('/models')).status, 200)
    assert.equal((await keysSeen(own)).at(-1), SECOND)
  })
})

test('several clients have each their own function', async () => {
  await withReplay({ replies: [200] }, async (own) => {
    const keys = Array.from({ length: 20 }, (_, index) => `nk-fake-of-client-${index}-000000`)
    const clients = keys.map((key) => new Client({ apiKey: () => key, baseURL: own.base_url }))
    await Promise.all(clients.map((client) => client.get('/models')))
    assert.deepEqual((await keysSeen(own)).sort(), [...keys].sort())
  })
})

test('diagnose asks it as a client would, and can be aborted meanwhile', async () => {
  const report = await diagnose({ apiKey: async () => server.api_key, baseURL: server.base_url })
  assert.equal(report.verdict, 'valid')
  assert.equal(report.key.source, 'callable')
  assert.equal(report.key.mask, `…${server.api_key.slice(-4)}`)
  const controller = new AbortController()
  const apiKey = () => {
    controller.abort(new Error('enough'))
    return new Promise(() => {})
  }
  const { signal } = controller
  const error = await errorOf(() => diagnose({ apiKey, baseURL: server.base_url, signal }))
  assert(error instanceof CancelledError)
  assert.equal(error.cause.message, 'enough')
})
