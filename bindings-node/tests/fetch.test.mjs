// client.fetch beside Node's own, over real sockets.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { Readable } from 'node:stream'
import { after, before, test } from 'node:test'
import { inspect, promisify } from 'node:util'

import { APIConnectionError, APITimeoutError, ConfigError, InvalidArgumentError, RedirectError } from '../index.mjs'
import { HELLO, KEY, clientOf, errorOf, eventReply, eventually, sandbox, withReplay } from './servers.mjs'
import { MIB, filled, sum, withSink } from './sink.mjs'

let server
before(async () => (server = await sandbox()))
after(() => server.stop())

/** Of an event stream that is longer than what comes of it. */
const STALLING = [
  ['content-type', 'text/event-stream'],
  ['content-length', '999']
]

const json = { 'content-type': 'application/json' }
const hello = () => ({ method: 'POST', headers: json, body: JSON.stringify(HELLO) })

test('it gives what fetch gives', async () => {
  const client = clientOf(server)
  const url = `${server.base_url}/models`
  const theirs = await fetch(url, { headers: client.authHeaders() })
  for (const input of [url, new URL(url), new Request(url), `${url}#part`, '/models']) {
    const ours = await client.fetch(input)
    assert.ok(ours instanceof Response)
    for (const name of ['status', 'statusText', 'ok', 'url', 'type', 'redirected', 'bodyUsed']) {
      assert.equal(ours[name], theirs[name], name)
    }
    const clone = ours.clone()
    assert.equal(clone.url, url)
    assert.deepEqual(await clone.json(), await ours.json())
    assert.ok(ours.bodyUsed)
    assert.equal((await errorOf(() => ours.text())).name, 'TypeError')
  }
})

test("statusText is the server's, as fetch has it", async () => {
  const head = (reason) => ({ raw: `HTTP/1.1 404${reason}\r\ncontent-length: 0\r\n\r\n`, then: 'close' })
  for (const reason of [' Not Found', ' No such  thing', ' ']) {
    await withReplay({ replies: [head(reason), head(reason), head(reason), head(reason)] }, async (replay) => {
      const theirs = await fetch(`${replay.base_url}/models`)
      const client = clientOf(replay)
      const ours = await client.fetch('/models')
      const reply = await client.get('/models')
      const streamed = await client.get('/models', { stream: true })
      for (const each of [ours, ours.clone(), reply, reply.toResponse(), streamed]) {
        assert.equal(each.statusText, theirs.statusText, reason)
      }
    })
  }
})

test('a URL in text is sent as that URL is', async () => {
  await withSink(async (client, seen, baseURL) => {
    for (const path of ['/files/\u00fc', '/files/a b', '/a/../b', '/%2e%2e/v1/c', '\\\\d\\e', '/x?q=\u00e9 y#part']) {
      for (const url of [baseURL + path, ` ${baseURL}${path} `]) {
        const wanted = new URL(url)
        if (!wanted.pathname.startsWith(new URL(baseURL).pathname)) continue
        await client.fetch(url)
        await client.fetch(wanted)
        const [text, object] = seen.slice(-2).map((request) => request.url)
        assert.equal(text, wanted.pathname + wanted.search)
        assert.equal(text, object)
      }
    }
    assert.ok(seen.length >= 16, `${seen.length}`)
  })
})

test('a Response that is printed shows no header, in which a server may echo the key', async () => {
  const headers = [['x-echo', `Bearer ${KEY}`], ['content-type', 'application/json']]
  const echo = { status: 200, headers, body: '{}' }
  await withReplay({ replies: [echo, echo] }, async (replay) => {
    const client = clientOf(replay)
    for (const reply of [(await client.get('/models')).toResponse(), await client.fetch('/models')]) {
      const shown = [inspect(reply), inspect(reply.clone()), inspect(reply, { showHidden: true })].join()
      assert.ok(!shown.includes(KEY), shown)
      assert.match(shown, /x-echo/)
    }
  })
})

test('it is passed on as it is', async () => {
  const client = clientOf(server)
  const { fetch } = client
  assert.equal(fetch, client.fetch)
  const other = { fetch }
  assert.ok((await other.fetch('/models')).ok)
  assert.ok((await fetch.call(undefined, `${server.base_url}/models`)).ok)
})

test('it sends what fetch sends', async () => {
  const bytes = filled(2 * MIB)
  async function* pieces() {
    yield bytes
  }
  const form = () => {
    const form = new FormData()
    form.append('file', new Blob(['x']), 'x.txt')
    return form
  }
  const bodies = [
    () => 'Grüße',
    () => new URLSearchParams({ a: 'b' }),
    () => new Blob([bytes], { type: 'audio/wav' }),
    () => bytes,
    () => bytes.buffer.slice(0, 9),
    () => new DataView(bytes.buffer, 3, 5),
    () => ReadableStream.from(pieces()),
    form
  ]
  await withSink(async (client, seen, baseURL) => {
    for (const body of bodies) {
      for (const isRequest of [false, true]) {
        for (const send of [fetch, client.fetch]) {
          /** @type {RequestInit} */
          const init = { method: 'POST', body: body(), duplex: 'half', headers: { 'X-A': 'b' } }
          await (isRequest ? send(new Request(`${baseURL}/x`, init)) : send(`${baseURL}/x`, init))
        }
        const [theirs, ours] = seen.splice(0)
        const type = ({ headers }) => headers['content-type']?.replace(/boundary=.*/, '')
        assert.equal(type(ours), type(theirs), String(body))
        if (body !== form) assert.equal(ours.hash, theirs.hash, String(body))
        assert.equal(ours.headers['x-a'], 'b')
        assert.equal(ours.method, 'POST')
      }
    }
  })
})

test("a Request's body that is in memory goes out with its length, and again", async () => {
  await withSink(
    async (client, seen, baseURL) => {
      const request = new Request(`${baseURL}/x`, { method: 'PUT', body: '{"a":1}', headers: json })
      const reply = await client.fetch(request)
      assert.equal(reply.status, 200)
      assert.deepEqual(seen.map(({ method, length }) => [method, length]), [['PUT', 7], ['PUT', 7]])
      assert.equal(seen[1].headers['content-length'], '7')
      assert.equal(seen[1].headers['content-type'], 'application/json')
      assert.ok(request.bodyUsed)
      assert.ok((await errorOf(() => client.fetch(request))) instanceof TypeError)
    },
    [503, 200]
  )
})

test("another package's Request is sent too", async () => {
  await withSink(async (client, seen, baseURL) => {
    const headers = new Map([['content-type', 'text/x']])
    const request = { url: `${baseURL}/x`, method: 'POST', headers, body: Readable.from(['a', 'b']), signal: null }
    await client.fetch(request)
    const [{ start, headers: sent }] = seen
    assert.deepEqual([start, sent['content-type']], ['ab', 'text/x'])
  })
})

test("a Request's slow body is sent as it comes", async () => {
  async function* slow() {
    yield Buffer.from('a')
    await new Promise((resolve) => setTimeout(resolve, 50))
    yield Buffer.from('b')
  }
  await withSink(async (client, seen, baseURL) => {
    /** @type {RequestInit} */
    const init = { method: 'POST', body: ReadableStream.from(slow()), duplex: 'half' }
    await client.fetch(new Request(`${baseURL}/x`, init))
    assert.equal(seen[0].start, 'ab')
    const large = ReadableStream.from([filled(MIB), filled(MIB), filled(MIB)])
    await client.fetch(new Request(`${baseURL}/x`, { ...init, body: large }))
    assert.equal(seen[1].hash, sum(Buffer.concat([filled(MIB), filled(MIB), filled(MIB)])))
  })
})

test("a Request's body is closed where the call fails before it is sent", async () => {
  let cancelled = false
  const body = new ReadableStream({ pull: () => new Promise(() => {}), cancel: () => void (cancelled = true) })
  const request = new Request('http://127.0.0.1:9/v1/x', { method: 'POST', body, duplex: 'half' })
  assert.ok((await errorOf(() => clientOf(server).fetch(request))) instanceof ConfigError)
  await eventually(() => cancelled, 'it is cancelled')
})

test('a response that nobody reads lets go of its socket and of its signal', async () => {
  const program = `
    import { createServer } from 'node:http'
    import { Client } from ${JSON.stringify(new URL('../index.mjs', import.meta.url))}

    const sockets = new Set()
    const server = createServer((_request, response) => response.writeHead(200).write('x'))
    server.on('connection', (socket) => sockets.add(socket.on('close', () => sockets.delete(socket))))
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
    const baseURL = 'http://127.0.0.1:' + server.address().port
    const client = new Client({ apiKey: '${KEY}', baseURL })
    const { signal } = new AbortController()
    for (let count = 0; count < 20; count++) await client.fetch('/x', { signal })
    for (let count = 0; count < 20; count++) await client.get('/x', { signal, stream: true })
    const most = sockets.size
    for (let count = 0; count < 100 && sockets.size > 2; count++) {
      gc()
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    console.log(most, sockets.size <= 2)
    process.exit()`
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', '--input-type=module', '-e', program])
  assert.equal(stdout, '40 true\n')
})

test('init outweighs the Request, as in fetch', async () => {
  await withSink(async (client, seen, baseURL) => {
    const request = new Request(`${baseURL}/x`, { method: 'POST', body: 'a', headers: { 'x-a': '1' } })
    await client.fetch(request, { method: 'PUT', body: 'b', headers: { 'x-b': '2' } })
    const [{ method, start, headers }] = seen
    assert.deepEqual([method, start, headers['x-a'], headers['x-b']], ['PUT', 'b', undefined, '2'])
  })
})

test('our key goes out in place of any other', async () => {
  const foreign = {
    Authorization: 'Bearer sk-other',
    'api-key': 'sk-other',
    'x-api-key': 'sk-other',
    'x-goog-api-key': 'sk-other',
    'OpenAI-Organization': 'org-other',
    'OpenAI-Project': 'proj-other'
  }
  await withSink(async (client, seen, baseURL) => {
    await client.fetch(`${baseURL}/x`, { headers: foreign })
    await client.fetch(new Request(`${baseURL}/x`, { headers: foreign }))
    for (const { headers } of seen.splice(0)) {
      assert.equal(headers.authorization, `Bearer ${KEY}`)
      assert.ok(!JSON.stringify(headers).includes('other'), JSON.stringify(headers))
    }
    await client.fetch(`${baseURL}/x`, { headers: foreign, keepAuthorization: true })
    assert.equal(seen[0].headers.authorization, 'Bearer sk-other')
    assert.equal(seen[0].headers['api-key'], 'sk-other')
  })
})

test('the key goes to the origin of the base URL alone', async () => {
  const client = clientOf(server)
  for (const input of ['http://127.0.0.1:9/v1/models', 'https://example.com', new Request('http://localhost:1/')]) {
    const error = await errorOf(() => client.fetch(input))
    assert.ok(error instanceof ConfigError, String(error))
  }
  assert.ok((await errorOf(() => client.fetch('data:,'))) instanceof ConfigError)
})

test('a failed connection is the TypeError of fetch, with ours as its cause', async () => {
  const client = clientOf({ base_url: 'http://127.0.0.1:9/v1' }, { maxRetries: 0 })
  const error = await errorOf(() => client.fetch('/models'))
  assert.ok(error instanceof TypeError)
  assert.equal(error.message, 'fetch failed')
  assert.ok(error.cause instanceof APIConnectionError)
  const script = { replies: ['stall'] }
  await withReplay(script, async (slow) => {
    const error = await errorOf(() => clientOf(slow).fetch('/x', { timeout: 50, maxRetries: 0 }))
    assert.ok(error.cause instanceof APITimeoutError, String(error.cause))
  })
})

test('an abort rejects with its reason, before, meanwhile and in the body', async () => {
  const client = clientOf(server)
  assert.equal(await errorOf(() => client.fetch('/models', { signal: AbortSignal.abort('why') })), 'why')
  const events = eventReply('data: 1\n\n', { headers: STALLING, then: 'stall' })
  for (const reason of [undefined, new Error('enough')]) {
    await withReplay({ replies: ['stall'] }, async (slow) => {
      const controller = new AbortController()
      setTimeout(() => controller.abort(reason), 50)
      const error = await errorOf(() => clientOf(slow).fetch('/x', { signal: controller.signal }))
      assert.equal(error, controller.signal.reason)
    })
    await withReplay({ replies: [events] }, async (streaming) => {
      const controller = new AbortController()
      const reply = await clientOf(streaming).fetch('/x', { signal: controller.signal })
      const reader = reply.body.getReader()
      await reader.read()
      setTimeout(() => controller.abort(reason), 30)
      assert.equal(await errorOf(() => reader.read()), controller.signal.reason)
    })
  }
  await withReplay({ replies: ['stall'] }, async (slow) => {
    const error = await errorOf(() => clientOf(slow).fetch('/x', { signal: AbortSignal.timeout(50) }))
    assert.equal(error.name, 'TimeoutError')
  })
  assert.ok((await client.fetch('/models', { signal: null })).ok)
})

test('a body that is cut is a TypeError of its reader', async () => {
  const reply = { status: 200, headers: [['content-length', '100']], body: 'begun' }
  await withReplay({ replies: [reply] }, async (cut) => {
    const got = await clientOf(cut).fetch('/x')
    const error = await errorOf(() => got.text())
    assert.ok(error instanceof TypeError)
    assert.equal(error.message, 'terminated')
    assert.ok(error.cause instanceof APIConnectionError)
    assert.equal(error.cause.kind, 'connection')
  })
})

test('redirects are not followed', async () => {
  const reply = { status: 302, headers: [['location', '/y']], body: '' }
  /** @type {RequestInit['redirect'][]} */
  const followed = ['follow', 'manual', undefined]
  for (const redirect of followed) {
    await withReplay({ replies: [reply] }, async (server) => {
      const got = await clientOf(server).fetch('/x', { redirect })
      assert.deepEqual([got.status, got.redirected, got.headers.get('location')], [302, false, '/y'])
      assert.equal((await server.report()).requests.length, 1)
    })
  }
  await withReplay({ replies: [reply] }, async (server) => {
    const error = await errorOf(() => clientOf(server).fetch('/x', { redirect: 'error' }))
    assert.ok(error instanceof TypeError)
    assert.ok(error.cause instanceof RedirectError)
  })
})

test('any status resolves, and a key in a body is left out', async () => {
  const wrong = clientOf(server, { apiKey: KEY })
  const reply = await wrong.fetch('/models')
  assert.deepEqual([reply.ok, reply.status], [false, 401])
  assert.equal(/** @type {any} */ (await reply.json()).error.code, 'invalid_api_key')
  const echo = { status: 400, headers: [['x-echo', KEY]], body: JSON.stringify({ error: KEY }) }
  await withReplay({ replies: [echo] }, async (server) => {
    const reply = await clientOf(server).fetch('/x')
    assert.ok(!reply.headers.get('x-echo').includes(KEY))
    assert.ok(!(await reply.text()).includes(KEY))
  })
})

test('HEAD, statuses without a body, methods', async () => {
  await withSink(async (client, seen, baseURL) => {
    const head = await client.fetch(`${baseURL}/x`, { method: 'head' })
    assert.deepEqual([head.body, await head.text()], [null, ''])
    for (const method of ['post', 'delete', 'PATCH', 'options']) await client.fetch('/x', { method })
    assert.deepEqual(seen.map(({ method }) => method), ['HEAD', 'POST', 'DELETE', 'PATCH', 'OPTIONS'])
    for (const method of ['GET', 'HEAD']) {
      assert.ok((await errorOf(() => client.fetch('/x', { method, body: 'a' }))) instanceof TypeError)
    }
  }, [204])
})

test('a dispatcher, whose proxy would be passed over, is refused', async () => {
  // @ts-expect-error no dispatcher
  const error = await errorOf(() => clientOf(server).fetch('/models', { dispatcher: {} }))
  assert.ok(error instanceof TypeError)
  assert.match(error.message, /proxy/)
})

test('bytes that change after the call are sent as they were', async () => {
  await withSink(async (client, seen) => {
    const bytes = Buffer.from('before')
    const call = client.fetch('/x', { method: 'POST', body: bytes })
    bytes.fill('x')
    await call
    assert.equal(seen[0].start, 'before')
  })
})

test('what a client accepts is sent by its fetch, and by those that share it', async () => {
  await withSink(async (_client, seen, baseURL) => {
    for (const options of [{ headers: { ACCEPT: 'a/b' } }, { defaultHeaders: new Headers({ accept: 'a/b' }) }]) {
      const client = clientOf({ base_url: baseURL }, options)
      await client.fetch('/x')
      await client.withOptions({ timeout: 5_000 }).fetch('/x')
      await client.fetch('/x', { headers: { accept: 'c/d' } })
      await clientOf({ base_url: baseURL }).withOptions(options).fetch('/x')
    }
    const sent = ['a/b', 'a/b', 'c/d', 'a/b']
    assert.deepEqual(seen.map(({ headers }) => headers.accept), [...sent, ...sent])
  })
})

test('integrity, which would be passed over, is refused', async () => {
  const integrity = 'sha256-AAAA'
  const { fetch } = clientOf(server)
  const request = new Request(`${server.base_url}/models`, { integrity })
  for (const send of [() => fetch('/models', { integrity }), () => fetch(request)]) {
    const error = await errorOf(send)
    assert.ok(error instanceof TypeError)
    assert.match(error.message, /integrity/)
  }
  assert.equal((await fetch('/models', { integrity: '' })).status, 200)
})

test('a stream arrives as it comes, and cancel closes it', async () => {
  const events = eventReply('data: 1\n\n', { headers: STALLING, then: 'stall' })
  await withReplay({ replies: [events] }, async (streaming) => {
    const reply = await clientOf(streaming).fetch('/x')
    const reader = reply.body.getReader()
    assert.equal(Buffer.from((await reader.read()).value).toString(), 'data: 1\n\n')
    await reader.cancel()
    await eventually(async () => (await streaming.report()).requests.length === 1, 'it is closed')
  })
  const client = clientOf(server)
  const reply = await client.fetch('/chat/completions', { ...hello(), body: JSON.stringify({ ...HELLO, stream: true }) })
  assert.match(await reply.text(), /\[DONE\]/)
})

test('a hundred at a time', async () => {
  const client = clientOf(server)
  const replies = await Promise.all(Array.from({ length: 100 }, () => client.fetch('/chat/completions', hello())))
  for (const reply of replies) assert.equal(/** @type {any} */ (await reply.json()).choices.length, 1)
})

test('an unreadable header is the error of its caller', async () => {
  const error = await errorOf(() => clientOf(server).fetch('/models', { headers: { 'x-a': 'b\nc' } }))
  assert.ok(error instanceof TypeError || error instanceof InvalidArgumentError)
})
