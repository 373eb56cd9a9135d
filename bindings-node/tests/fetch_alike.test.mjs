// The same arguments given to Node's fetch and to client.fetch: what each rejects with, and what
// the server received of each.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { AuthenticationError, ConfigError, InvalidArgumentError, NeuraError } from '../index.mjs'
import { KEY, clientOf, errorOf } from './servers.mjs'
import { withSink } from './sink.mjs'

const boom = new RangeError('boom')
const failing = (error) => new ReadableStream({ pull: (controller) => controller.error(error) })
const streamOf = (...pieces) => ReadableStream.from(pieces)
async function* generator() {
  yield 'a'
  throw boom
}
function failingLater() {
  let pulled = 0
  return new ReadableStream({
    pull: (controller) => (pulled++ === 0 ? controller.enqueue(new Uint8Array(5)) : controller.error(boom))
  })
}
function read(stream) {
  stream.getReader().read()
  return stream
}

/** Arguments made anew for each of the two, since a body is read once. */
const TABLE = {}
const add = (title, make) => (TABLE[title] = make)
/** @param {any} init */
const of = (title, init) => add(title, (url) => [url, typeof init === 'function' ? init() : init])
const posts = (title, body) => of(`body: ${title}`, () => ({ method: 'POST', duplex: 'half', body: body() }))

add('no argument', () => [])
for (const input of [undefined, null, 5, true, 5n, Symbol('a'), {}, [], '', 'http://', 'http://[', 'http://a b/']) {
  add(`input: ${typeof input} ${String(input)}`, () => [input])
}
add('input: a bad port', (url) => [url.replace(/:\d+/, ':99999')])
add('input: not a URL', () => ['not a url'])
add('input: a user name', (url) => [url.replace('//', '//user:pass@')])
add('input: a URL object', (url) => [new URL(url)])
add('input: an object with a text', (url) => [{ toString: () => url }])

for (const init of [null, undefined, 5, 'a', true]) of(`init: ${String(init)}`, () => init)

for (const method of ['', ' ', 'A B', 'GET ', 'a@', 'G\nT', '\u00fc', 'CONNECT', 'trace', 'TRACK', {}, Symbol('x')]) {
  of(`method: ${JSON.stringify(method) ?? 'symbol'}`, { method })
}
for (const method of ['get', 'Post', 'DELETE', 'PATCH', 'options', 'put', undefined]) of(`method: ${method}`, { method })

const HEADERS = {
  'a name with a space': { 'a b': 'x' },
  'an empty name': { '': 'x' },
  'a name in Latin-1': { '\u00fc': 'x' },
  'a line break': { 'x-a': 'b\nc' },
  'a carriage return': { 'x-a': 'b\rc' },
  'a null character': { 'x-a': 'b\0c' },
  'a control character': { 'x-a': 'b\x01c' },
  'a delete character': { 'x-a': 'b\x7fc' },
  'beyond Latin-1': { 'x-a': '\u20ac' },
  "UTF-8's bytes": { 'x-a': Buffer.from('Gr\u00fc\u00dfe \u20ac').toString('latin1') },
  'white space around': { 'x-a': ' \tx\r\n' },
  'a tab': { 'x-a': 'b\tc' },
  'an empty value': { 'x-a': '' },
  'a number': { 'x-a': 5 },
  'null as a value': { 'x-a': null },
  'undefined as a value': { 'x-a': undefined },
  'a symbol': { 'x-a': Symbol('x') },
  'a list': { 'x-a': ['b', 'c'] },
  'one name twice': [['x-a', '1'], ['X-A', '2']],
  'a map': new Map([['x-a', 'b']]),
  'a pair of one': [['x-a']],
  'a pair of three': [['x-a', 'b', 'c']],
  text: 'x-a: b',
  number: 5,
  null: null
}
for (const [title, headers] of Object.entries(HEADERS)) of(`headers: ${title}`, { headers })
// What a program copies from a request that came to it, or counts itself.
add('headers: the host', (url) => [url, { headers: { host: new URL(url).host } }])
of('headers: what is accepted', { headers: { Accept: 'audio/mpeg' } })
of('headers: keep-alive', { headers: { connection: 'keep-alive' } })
of('headers: codings', { headers: { 'accept-encoding': 'gzip, deflate, br' } })
const posted = (length, body) => ({ method: 'POST', duplex: 'half', headers: { 'Content-Length': length }, body })
of('headers: the length of a text', posted('4', 'Gr\u00fc'))
of('headers: the length of bytes', posted('3', new Uint8Array(3)))
of('headers: the length of a stream', () => posted('3', streamOf(Buffer.from('a'), Buffer.from('bc'))))
of('headers: a length that a stream outgrows', () => posted('3', streamOf(Buffer.from('abcd'))))

for (const name of ['redirect', 'mode', 'credentials', 'cache', 'referrerPolicy', 'duplex', 'signal']) {
  for (const value of ['bad', '', 5, {}]) {
    if (name === 'referrerPolicy' && value === '') continue
    of(`${name}: ${JSON.stringify(value)}`, { [name]: value })
  }
}
for (const redirect of ['follow', 'manual', 'error', undefined, null]) of(`redirect: ${redirect}`, { redirect })
of('mode, cache and their like', { mode: 'same-origin', cache: 'only-if-cached', credentials: 'omit', keepalive: true })
of('cache without its mode', { cache: 'only-if-cached' })

for (const body of [5, 0, -1.5, NaN, true, false, 10n, '', 'Gr\u00fc\u00dfe', null, undefined]) {
  posts(`${typeof body} ${String(body)}`, () => body)
}
posts('a symbol', () => Symbol('x'))
posts('an object that has no text', () => Object.create(null))
posts('a stream', () => streamOf(Buffer.from('a'), Buffer.from('b')))
posts('a stream that fails', () => failing(boom))
posts('a stream that fails later', failingLater)
posts('a stream that fails with a text', () => failing('text'))
posts('a stream that is aborted', () => failing(new DOMException('x', 'AbortError')))
posts('a stream of numbers', () => streamOf(5))
posts('a generator that fails', generator)
posts('a stream that was read', () => read(streamOf('a')))
for (const method of ['GET', 'head']) {
  for (const body of ['a', '', 0, false]) of(`body of ${method}: ${JSON.stringify(body)}`, { method, body })
}

/** Requests, which fetch made itself. */
const requests = {
  'a body': () => [{ method: 'POST', body: 'a' }],
  'a number': () => [{ method: 'POST', body: 5 }],
  'a body, and null': () => [{ method: 'POST', body: 'a' }, { body: null }],
  'a body, and GET': () => [{ method: 'POST', body: 'a' }, { method: 'GET' }],
  'a bad method over it': () => [{}, { method: 'A B' }],
  'a body that fails': () => [{ method: 'POST', duplex: 'half', body: failing(boom) }],
  'a body that fails later': () => [{ method: 'POST', duplex: 'half', body: failingLater() }]
}
for (const [title, make] of Object.entries(requests)) {
  add(`Request: ${title}`, (url) => {
    const [own, ...init] = make()
    return [new Request(url, own), ...init]
  })
}

/** What a call came to, and what of it reached the server. */
async function outcome(send, args, seen) {
  let error
  const reply = await send(...args).catch((thrown) => (error = thrown))
  const received = seen.splice(0).map(({ method, url, headers, start }) => {
    const names = ['accept', 'content-type', 'content-length', 'transfer-encoding', 'x-a']
    return { method, url, start, headers: names.map((name) => headers[name]) }
  })
  const rejects = error === undefined ? undefined : error.constructor.name
  return { status: error === undefined ? reply.status : undefined, rejects, received, error }
}

test('it sends what fetch sends, and refuses what fetch refuses', async (context) => {
  await withSink(async (client, seen, baseURL) => {
    for (const [title, make] of Object.entries(TABLE)) {
      await context.test(title, async () => {
        const url = `${baseURL}/x`
        const { error: theirError, ...theirs } = await outcome(fetch, make(url), seen)
        const { error, ...ours } = await outcome(client.fetch, make(url), seen)
        assert.deepEqual(ours, theirs, `${error}`)
        if (theirError?.message === 'fetch failed' && theirError.cause === boom) {
          assert.equal(error.message, 'fetch failed')
          assert.equal(error.cause, boom)
        }
      })
    }
  })
})

test('what fetch refuses has our error as its cause, and holds no key', async () => {
  const client = clientOf({ base_url: 'http://127.0.0.1:9/v1' })
  for (const [input, init] of [
    [],
    [`http://${KEY}:99999/`],
    [`http://${KEY}@127.0.0.1:9/`],
    [`/x ${KEY}`],
    ['/x', { method: `A ${KEY}` }],
    ['/x', { headers: { [`${KEY} a`]: 'b' } }],
    ['/x', { headers: { 'x-a': `b\n${KEY}` } }],
    ['/x', { headers: { 'x-a': `\x01${KEY}` } }],
    ['/x', { headers: { 'x-a': `${KEY}\u00fc` } }],
    ['/x', { headers: { [KEY]: '\u00fc' } }],
    ['/x', { redirect: KEY }],
    ['/x', { mode: KEY }],
    ['/x', KEY],
    ['/x', { body: KEY }]
  ]) {
    const error = await errorOf(() => client.fetch(/** @type {any} */ (input), /** @type {any} */ (init)))
    assert.equal(error.constructor, TypeError, String(error))
    assert.ok(error.cause instanceof NeuraError, String(error))
    assert.equal(error.message, error.cause.message)
    assert.ok(!error.stack.includes(KEY) && !error.cause.stack.includes(KEY), error.stack)
  }
})

test('what only the client refuses keeps its class', async () => {
  const client = clientOf({ base_url: 'http://127.0.0.1:9/v1' })
  const kept = [
    ['https://example.com/'],
    ['file:///x'],
    ['//example.com/x'],
    ['/../x'],
    ['/x', { headers: { host: 'example.com' } }],
    ['/x', { timeout: -1 }]
  ]
  for (const [input, init] of kept) {
    const error = await errorOf(() => client.fetch(/** @type {any} */ (input), /** @type {any} */ (init)))
    assert.ok(error instanceof ConfigError, `${input}: ${error}`)
  }
  const scheme = await errorOf(() => client.fetch(`${KEY}:x`))
  assert.ok(scheme instanceof ConfigError && !scheme.message.includes(KEY.toLowerCase()), String(scheme))
  // Of an object fetch sends [object Object].
  assert.match((await errorOf(() => client.fetch('/x', { method: 'POST', body: /** @type {any} */ ({ a: 1 }) }))).message, /body/)
  client.close()
  for (const method of ['GET', 'patch']) {
    assert.ok((await errorOf(() => client.fetch('/x', { method }))) instanceof InvalidArgumentError)
  }
  const keyless = clientOf({ base_url: 'http://127.0.0.1:9/v1' }, { apiKey: () => '' })
  assert.ok((await errorOf(() => keyless.fetch('/x'))) instanceof AuthenticationError)
})

test('a header in Latin-1, whose bytes cannot be sent, is refused', async () => {
  await withSink(async (client, seen, baseURL) => {
    for (const value of ['Gr\u00fc\u00dfe', '\u0085', '\xc3']) {
      const error = await errorOf(() => client.fetch(`${baseURL}/x`, { headers: { 'x-a': value } }))
      assert.ok(error instanceof TypeError)
      assert.match(error.message, /header x-a .*toString\('latin1'\)/)
    }
    assert.equal(seen.length, 0)
  })
})

test('a stream that gives another length than it says is an error, and is not cut in silence', async () => {
  await withSink(async (client, seen, baseURL) => {
    for (const pieces of [['ab'], ['abc', 'd'], ['ab', 'cd'], ['a', 'bc', '', 'd']]) {
      const stream = streamOf(...pieces.map((text) => Buffer.from(text)))
      const error = await errorOf(() => client.fetch(`${baseURL}/x`, posted('3', stream)))
      assert.ok(error instanceof TypeError)
      assert.match(`${error} ${error.cause}`, /the 3 bytes that/)
    }
    assert.equal(seen.length, 0)
  })
})
