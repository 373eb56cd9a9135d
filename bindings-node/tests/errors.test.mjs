import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createRequire } from 'node:module'
import { inspect } from 'node:util'

import neura, {
  APIConnectionError,
  APIStatusError,
  DecodeError,
  NeuraError,
  ProtocolError
} from '../index.mjs'
import { HELLO, KEY, casesOf, testCase, clientOf, errorOf, replay, sandbox, withReplay } from './servers.mjs'

const { CLASSES } = createRequire(import.meta.url)('../lib/errors.js')
const { errorKinds } = createRequire(import.meta.url)('../lib/native.js')

let server
before(async () => (server = await sandbox()))
after(() => server.stop())

describe('one reply is the same error in every language', { concurrency: 4 }, () => {
  for (const { id, reply, expect } of casesOf('error')) {
    const { message, ...fields } = expect
    testCase('error', id, id, async () => {
      await withReplay({ replies: [reply] }, async (replay) => {
        const response = await clientOf(replay, { maxRetries: 0 }).get('/models')
        const error = await errorOf(() => response.throwForStatus())
        assert(error instanceof CLASSES[expect.kind])
        assert(error instanceof APIStatusError)
        assert.deepEqual(
          {
            kind: error.kind,
            status: error.status,
            code: error.code,
            type: error.type,
            param: error.param,
            request_id: error.requestId,
            retryable: error.retryable,
            retry_after_ms: error.retryAfter === null ? null : error.retryAfter * 1000
          },
          fields
        )
        if (message !== null) assert(error.message.includes(message), error.message)
        assert.equal(error.attempts, 1)
        assert.deepEqual(Object.keys(error.rateLimit), ['requests', 'tokens'])
      })
    })
  }
})

test('every kind of the core has its class, and every class its name', () => {
  assert.deepEqual(Object.keys(CLASSES), errorKinds())
  for (const [kind, each] of Object.entries(CLASSES)) {
    const error = new each('text', { kind })
    assert(error instanceof NeuraError && error instanceof Error)
    assert.equal(error.name, kind === 'cancelled' ? 'AbortError' : each.name)
    assert.equal(neura[each.name], each)
    assert.equal(String(error), `${error.name}: text`)
  }
})

test('the tree is the one that is promised', () => {
  const tree = {
    APITimeoutError: 'APIConnectionError',
    TLSError: 'APIConnectionError',
    ProxyError: 'APIConnectionError',
    ProtocolError: 'APIConnectionError',
    IncompleteStreamError: 'APIConnectionError',
    QuotaExceededError: 'RateLimitError',
    InvalidAPIKeyError: 'AuthenticationError',
    ExpiredAPIKeyError: 'AuthenticationError',
    RevokedAPIKeyError: 'AuthenticationError',
    MissingAPIKeyError: 'AuthenticationError',
    MalformedAPIKeyError: 'AuthenticationError',
    AuthenticationError: 'APIStatusError',
    RateLimitError: 'APIStatusError',
    NotFoundError: 'APIStatusError',
    APIStatusError: 'NeuraError',
    APIConnectionError: 'NeuraError',
    ConfigError: 'NeuraError',
    DecodeError: 'NeuraError',
    CancelledError: 'NeuraError',
    InternalError: 'NeuraError',
    OutOfMemoryError: 'NeuraError'
  }
  for (const [name, base] of Object.entries(tree)) {
    assert.equal(Object.getPrototypeOf(neura[name]), neura[base], name)
  }
})

test('what is absent is null', () => {
  const error = new NeuraError('text')
  for (const field of [
    'kind',
    'status',
    'code',
    'type',
    'param',
    'requestId',
    'retryAfter',
    'rateLimit',
    'body'
  ]) {
    assert.equal(error[field], null)
  }
})

test('invalid, expired and revoked keys are told apart, as the service does', async () => {
  for (const [key, kind] of [
    [KEY, 'invalid_api_key'],
    [server.expired_api_key, 'expired_api_key'],
    [server.revoked_api_key, 'revoked_api_key']
  ]) {
    const client = clientOf(server, { apiKey: key })
    const error = await errorOf(() => client.models.list())
    assert(error instanceof CLASSES[kind])
    assert.equal(error.status, 401)
    assert.equal(error.kind, kind)
    assert(!inspect(error, { showHidden: true }).includes(key))
  }
})

test('a missing key is told by the service where it was taken away on the way', async () => {
  const reply = await clientOf(server).get('/models', { headers: { Authorization: '' } })
  assert.throws(() => reply.throwForStatus(), { kind: 'missing_api_key', status: 401 })
})

describe('a server that does not answer as a service should', () => {
  const whole = {
    status: 200,
    headers: [
      ['content-type', 'application/json'],
      ['content-length', '100']
    ],
    body: '{"a"'
  }
  const page = { status: 200, headers: [['content-type', 'text/html']], body: '<html>hello</html>' }
  /** @type {[string, any, new (message: string) => Error][]} */
  const replies = [
    ['closes without a word', 'close', APIConnectionError],
    ['resets', 'reset', APIConnectionError],
    ['sends half a body', whole, APIConnectionError],
    ['sends a page with status 200', page, DecodeError],
    ['speaks something else', { raw: 'SSH-2.0-OpenSSH_9.2\r\n' }, ProtocolError],
    [
      'breaks a chunk',
      { raw: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n' },
      ProtocolError
    ]
  ]
  for (const [what, reply, expected] of replies) {
    test(what, async () => {
      await withReplay({ replies: [reply] }, async (replay) => {
        const client = clientOf(replay, { maxRetries: 0, timeout: 5000 })
        const error = await errorOf(() => client.chat.completions.create(HELLO))
        assert(error instanceof expected, inspect(error))
        assert(!inspect(error, { showHidden: true }).includes(KEY))
        assert(!error.stack.includes(KEY))
      })
    })
  }

  test('never answers', async () => {
    await withReplay({ replies: ['stall'] }, async (replay) => {
      const client = clientOf(replay, { maxRetries: 0, timeout: 300 })
      const began = performance.now()
      await assert.rejects(client.models.list(), { kind: 'timeout' })
      assert(performance.now() - began < 1500)
    })
  })

  test('is not there', async () => {
    const gone = await replay({ replies: [200] })
    await gone.stop()
    const client = clientOf(gone, { maxRetries: 0 })
    await assert.rejects(client.models.list(), {
      kind: 'connection',
      status: null,
      retryable: true
    })
  })

  test('answers https with plain text', async () => {
    await withReplay(
      { replies: [{ raw: 'HTTP/1.1 200 OK\r\n\r\n', at: 'connect' }] },
      async (replay) => {
        const client = clientOf(
          { base_url: `https://127.0.0.1:${replay.port}/v1` },
          { timeout: 5000 }
        )
        await assert.rejects(client.models.list(), { kind: 'tls', attempts: 1 })
      }
    )
  })
})

test('a key that the service echoes is in no text of the error', async () => {
  const echo = (text) => ({
    status: 401,
    body: JSON.stringify({ error: { message: `no ${text}`, code: text } })
  })
  const base64 = Buffer.from(KEY).toString('base64').replace(/=+$/, '')
  for (const text of [KEY, encodeURIComponent(KEY).replaceAll('-', '%2D'), base64]) {
    await withReplay({ replies: [echo(text)] }, async (replay) => {
      const error = await errorOf(() => clientOf(replay).models.list())
      for (const shown of [
        inspect(error, { showHidden: true, depth: Infinity }),
        JSON.stringify(error),
        error.stack,
        error.body,
        error.message
      ]) {
        assert(!shown.includes(text), shown)
        assert(!shown.includes(KEY), shown)
      }
    })
  }
})

test('fault 92: a key in a wrong argument is masked', async () => {
  await withReplay({ replies: [404] }, async (replay) => {
    const client = clientOf(replay)
    for (const call of [
      () => client.request(KEY, '/x'),
      () => client.get(`https://${KEY}/x`),
      async () => (await client.get(`/${KEY}`)).throwForStatus(),
      // @ts-expect-error an object as a value
      async () => client.get('/x', { headers: { [KEY]: {} } }),
      // @ts-expect-error an object as a value
      async () => client.get('/x', { params: { [KEY]: {} } }),
      () => new neura.Client({ profile: KEY })
    ]) {
      const error = await errorOf(call)
      // A host is in small letters, a variable in capitals.
      const shown = error.message.toLowerCase()
      assert(!shown.includes(KEY.toLowerCase()), error.message)
      assert(shown.includes(`…${KEY.slice(-4).toLowerCase()}`), error.message)
    }
  })
})

test('fault 92: the name of an option and of a header, and a report, hide the key', async () => {
  const reply = { status: 200, headers: [[`x-${KEY}`, '1']], body: '{}' }
  await withReplay({ replies: [reply] }, async (replay) => {
    const client = clientOf(replay)
    const mask = `…${KEY.slice(-4)}`
    for (const call of [
      // @ts-expect-error no option
      () => client.get('/x', { [KEY]: 1 }),
      // @ts-expect-error no option
      () => client.models.list({ [`"${KEY}"`]: 1 }),
      // @ts-expect-error no option
      () => new neura.Client({ [KEY]: 1 }),
      // @ts-expect-error no option
      () => neura.resolve({ [KEY]: 1 }),
      // @ts-expect-error no option
      () => neura.diagnose({ [`Bearer ${KEY}`]: 1 })
    ]) {
      await assert.rejects(async () => call(), (/** @type {Error} */ error) => {
        if (error.name === 'TypeError') assert(error.message.includes(mask), error.message)
        return !error.message.includes(KEY)
      })
    }
    const { headers } = await client.get('/x')
    assert.match(inspect(headers), /x-redacted/)
    assert(!inspect(headers).includes(KEY))
    const given = { apiKey: KEY, profile: KEY, baseURL: `http://127.0.0.1:9/${KEY}/v1` }
    const found = neura.resolve(given)
    assert.equal(found.profile, mask)
    assert.equal(found.baseURL, `http://127.0.0.1:9/${mask}/v1`)
    for (const shown of [found, await neura.diagnose(given), new neura.Client(given)]) {
      assert(!`${inspect(shown)} ${JSON.stringify(shown)} ${shown}`.includes(KEY))
    }
  })
})

test('fault 94: what steers a terminal is escaped', async () => {
  const body = JSON.stringify({ error: { message: 'a\u001b[2J\u202e\nz' } })
  const headers = [['x-request-id', 'req\u202e']]
  await withReplay({ replies: [{ status: 400, headers, body }] }, async (replay) => {
    const error = await errorOf(() => clientOf(replay).models.list())
    assert(error.message.includes('a\\u{1b}[2J\\u{202e}\\u{a}z'), error.message)
    assert.equal(error.requestId, 'req\\u{202e}')
    assert(error.body.includes('u202e') || error.body.includes('\u202e'), error.body)
  })
})

test('a client shows its base URL and the mask, never the key', () => {
  const client = clientOf(server)
  for (const shown of [
    inspect(client),
    inspect(client, { showHidden: true, depth: Infinity, customInspect: false }),
    JSON.stringify(client),
    String(client),
    inspect(client.chat, { showHidden: true, depth: Infinity })
  ]) {
    assert(!shown.includes(server.api_key), shown)
  }
  assert.equal(
    inspect(client),
    `Client { baseURL: '${server.base_url}', apiKey: '…${server.api_key.slice(-4)}' }`
  )
})

test('an unhandled rejection prints the error without the key', async () => {
  const error = await errorOf(() => clientOf(server, { apiKey: KEY }).models.list())
  assert.match(inspect(error), /^InvalidAPIKeyError: /)
  assert(!inspect(error).includes(KEY))
})
