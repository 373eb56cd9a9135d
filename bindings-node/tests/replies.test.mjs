// Replies in the manner of fetch, in memory and as they arrive.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { inspect } from 'node:util'

import { CancelledError, Client, DecodeError, InvalidArgumentError, NotFoundError } from '../index.mjs'
import { HELLO, KEY, clientOf, errorOf, eventually, listening, sandbox, withReplay } from './servers.mjs'

let server
before(async () => (server = await sandbox()))
after(() => server.stop())

const both = [{}, { stream: true }]

/** A client of a server that `serve` answers for, and the number of its open sockets. */
async function withServer(serve, use) {
  const sockets = new Set()
  const server = createServer(serve).on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  const client = new Client({ apiKey: KEY, baseURL: `http://127.0.0.1:${await listening(server)}` })
  try {
    return await use(client, () => sockets.size)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

/** A body that has no end. */
const endless = (request, response) => {
  response.setHeader('content-type', 'text/event-stream')
  const timer = setInterval(() => response.write(`data: ${'x'.repeat(1000)}\n\n`), 5)
  response.on('close', () => clearInterval(timer))
}

test('an import loads neither fetch nor streams', () => {
  const index = new URL('../index.js', import.meta.url).pathname
  const program = `const before = new Set(process.moduleLoadList)
    require(${JSON.stringify(index)})
    console.log(process.moduleLoadList.filter((name) => !before.has(name)).join(' '))`
  const { stdout } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' })
  assert.doesNotMatch(stdout, /undici|webstreams|http|crypto|stream|blob/)
})

test('a reply has what fetch gives it', async () => {
  const client = clientOf(server)
  const theirs = await fetch(`${server.base_url}/models`, { headers: client.authHeaders() })
  for (const options of both) {
    const reply = await client.get('/models', options)
    for (const name of ['status', 'statusText', 'ok', 'url', 'type', 'redirected', 'bodyUsed']) {
      assert.equal(reply[name], theirs[name], name)
    }
    assert.ok(reply.headers instanceof Headers)
    assert.ok(reply.body instanceof ReadableStream)
    assert.equal(reply.body, reply.body)
  }
})

test('a body is read in every way of fetch', async () => {
  const client = clientOf(server)
  const text = await (await client.get('/models')).text()
  for (const options of both) {
    const reply = async () => await client.get('/models', options)
    assert.equal(await (await reply()).text(), text)
    assert.deepEqual(await (await reply()).json(), JSON.parse(text))
    assert.equal(Buffer.from(await (await reply()).arrayBuffer()).toString(), text)
    assert.equal(Buffer.from(await (await reply()).bytes()).toString(), text)
    const blob = await (await reply()).blob()
    assert.deepEqual([blob.type, await blob.text()], ['application/json', text])
    let read = ''
    for await (const piece of await reply()) read += Buffer.from(piece)
    assert.equal(read, text)
    assert.equal(await new Response((await reply()).body).text(), text)
    const byob = (await reply()).body.getReader({ mode: 'byob' })
    const { value } = await byob.read(new Uint8Array(5))
    assert.equal(Buffer.from(value).toString(), text.slice(0, 5))
  }
})

test('a form is read', async () => {
  const type = 'multipart/form-data; boundary=X'
  const body = '--X\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--X--\r\n'
  const serve = (_request, response) => response.setHeader('content-type', type).end(body)
  await withServer(serve, async (client) => {
    for (const options of both) {
      const form = await (await client.get('/x', options)).formData()
      assert.deepEqual([...form], [['a', 'b']])
    }
  })
})

test('a body in memory may be read again, one that arrived whole too', async () => {
  for (const options of both) {
    const reply = await clientOf(server).get('/models', options)
    const text = await reply.text()
    assert.equal(JSON.stringify(await reply.json()), JSON.stringify(JSON.parse(text)))
    assert.equal(await new Response(reply.body).text(), text)
  }
})

test('after a part of it a body cannot be read whole', async () => {
  const reply = await clientOf(server).get('/models', { stream: true })
  const reader = reply.body.getReader()
  await reader.read()
  assert.ok(reply.bodyUsed)
  assert.ok((await errorOf(() => reply.text())) instanceof InvalidArgumentError)
  assert.throws(() => reply.clone(), TypeError)
})

test('clones are read apart', async () => {
  for (const options of both) {
    const reply = await clientOf(server).get('/models', options)
    const clone = reply.clone()
    const third = clone.clone()
    let read = ''
    for await (const piece of reply.body) read += Buffer.from(piece)
    assert.deepEqual(await clone.json(), JSON.parse(read))
    assert.equal(await third.text(), read)
    assert.deepEqual([clone.status, clone.url, clone.requestId], [200, reply.url, reply.requestId])
  }
})

test('a clone that is closed leaves the others whole, and the last one closes the socket', async () => {
  const text = await (await clientOf(server).get('/models')).text()
  for (const isFirst of [true, false]) {
    const reply = await clientOf(server).get('/models', { stream: true })
    const [closed, kept] = isFirst ? [reply, reply.clone()] : [reply.clone(), reply]
    closed.close()
    assert.equal(await kept.text(), text)
  }
  await withServer(endless, async (client, sockets) => {
    const reply = await client.get('/x', { stream: true })
    const clone = reply.clone()
    const failed = errorOf(() => clone.text())
    reply.close()
    await new Promise((resolve) => setTimeout(resolve, 30))
    assert.equal(sockets(), 1)
    clone.close()
    await eventually(() => sockets() === 0, 'the socket is closed')
    assert.ok((await failed) instanceof CancelledError)
  })
})

test('toResponse gives a real Response', async () => {
  for (const options of both) {
    const reply = await clientOf(server).get('/models', options)
    const response = reply.toResponse()
    assert.ok(response instanceof Response)
    for (const name of ['status', 'statusText', 'ok', 'url', 'type']) {
      assert.equal(response[name], reply[name], name)
    }
    const clone = response.clone()
    assert.equal(clone.url, reply.url)
    assert.deepEqual(await clone.json(), await response.json())
  }
})

test('statuses without a body, and those that Response refuses', async () => {
  const serve = (request, response) => response.writeHead(Number(request.url.slice(1))).end()
  await withServer(serve, async (client) => {
    for (const status of [204, 205, 304, 600, 999]) {
      for (const options of both) {
        const reply = await client.get(`/${status}`, { ...options, maxRetries: 0 })
        const response = reply.toResponse()
        assert.deepEqual([reply.status, response.status], [status, status])
        assert.equal(response.ok, reply.ok)
        if (status < 400) assert.deepEqual([reply.body, response.body], [null, null])
        assert.equal(await reply.text(), '')
      }
    }
  })
})

test('events are read of either', async () => {
  const json = { ...HELLO, stream: true }
  const seen = []
  for (const options of both) {
    const reply = await clientOf(server).post('/chat/completions', { json, ...options })
    const events = []
    for await (const { data } of reply.events()) events.push(data.replace(/"id":"[^"]*"|"created":\d+/g, ''))
    seen.push(events)
  }
  assert.ok(seen[0].length > 2)
  assert.deepEqual(seen[0], seen[1])
})

test('a status is an error where it is asked for', async () => {
  for (const options of both) {
    const reply = await clientOf(server).get('/models/none', options)
    assert.deepEqual([reply.ok, reply.status], [false, 404])
    assert.throws(() => reply.throwForStatus(), NotFoundError)
    assert.ok((await reply.json()).error)
  }
  const reply = await clientOf(server).get('/models', { stream: true })
  assert.equal(reply.throwForStatus(), reply)
})

test('a byte order mark is no part of the text, as in fetch', async () => {
  await withServer((_request, response) => response.end('\ufeff{"a":1}'), async (client) => {
    for (const options of both) {
      const reply = await client.get('/x', options)
      assert.deepEqual(JSON.parse(await reply.text()), await reply.json())
      assert.equal(await (await client.get('/x', options)).toResponse().text(), '{"a":1}')
      assert.equal((await reply.bytes()).length, 10)
    }
  })
})

test('what is no JSON is a DecodeError', async () => {
  await withServer((_request, response) => response.end('<p>'), async (client) => {
    for (const options of both) {
      const reply = await client.get('/x', options)
      const clone = reply.clone()
      for (const each of [reply, clone]) assert.ok((await errorOf(() => each.json())) instanceof DecodeError)
    }
  })
})

test('it resolves before its body came, and close, break and cancel end it', async () => {
  await withServer(endless, async (client, sockets) => {
    const stream = true
    const ways = [
      async (reply) => reply.close(),
      async (reply) => {
        for await (const _ of reply) break
      },
      async (reply) => {
        for await (const _ of reply.body) break
      },
      async (reply) => await reply.body.cancel(),
      async (reply) => await reply.toResponse().body.cancel(),
      async (reply) => await reply[Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')](),
      async (reply) => {
        for await (const _ of reply.events()) break
      }
    ]
    for (const way of ways) {
      const reply = await client.get('/x', { stream })
      assert.equal(sockets(), 1)
      await way(reply)
      await eventually(() => sockets() === 0, String(way))
      const error = await errorOf(() => reply.text())
      const isEvents = way === ways.at(-1)
      assert.ok(error instanceof (isEvents ? InvalidArgumentError : CancelledError), String(error))
    }
  })
})

test('an abort ends a body that arrives', async () => {
  await withServer(endless, async (client, sockets) => {
    const reads = [
      (reply) => reply.text(),
      async (reply) => {
        for await (const _ of reply.body);
      },
      async (reply) => {
        for await (const _ of reply.events());
      }
    ]
    for (const read of reads) {
      const controller = new AbortController()
      const reply = await client.get('/x', { stream: true, signal: controller.signal })
      setTimeout(() => controller.abort(new Error('enough')), 30)
      const error = await errorOf(() => read(reply))
      assert.ok(error instanceof CancelledError, String(error))
      assert.equal(error.cause.message, 'enough')
      await eventually(() => sockets() === 0, 'the socket is closed')
    }
  })
})

test('a body that is not read is not taken from the server', async () => {
  let written = 0
  const serve = (_request, response) => {
    const more = () => {
      while (written < 64 << 20) {
        written += 1 << 16
        if (!response.write(Buffer.alloc(1 << 16))) return response.once('drain', more)
      }
      response.end()
    }
    more()
  }
  await withServer(serve, async (client) => {
    const reply = await client.get('/x', { stream: true })
    const reader = reply.body.getReader()
    await reader.read()
    await new Promise((resolve) => setTimeout(resolve, 300))
    assert.ok(written < 32 << 20, `${written} bytes were written`)
    let length = 0
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      length += value.byteLength
    }
    assert.ok(length > 63 << 20)
  })
})

test('a body that is cut is an error of its reader', async () => {
  const script = { replies: [{ status: 200, headers: [['content-length', '100']], body: 'begun' }] }
  await withReplay(script, async ({ base_url: baseURL }) => {
    const client = new Client({ apiKey: KEY, baseURL, maxRetries: 0 })
    const reply = await client.get('/x', { stream: true })
    const error = await errorOf(() => reply.text())
    assert.equal(error.kind, 'connection')
    assert.equal((await errorOf(() => reply.text())).kind, 'connection')
  })
})

test('printing shows no value of a header, no query and no body', async () => {
  const serve = (_request, response) => response.setHeader('x-echo', KEY).setHeader('x-request-id', 'req_1').end(KEY)
  await withServer(serve, async (client) => {
    for (const options of both) {
      const reply = await client.get('/x', { params: { token: 'secret' }, ...options })
      for (const text of [inspect(reply), JSON.stringify(reply)]) {
        for (const part of ['200', '/x', 'req_1', 'x-echo']) assert.ok(text.includes(part), text)
        for (const part of [KEY, 'secret']) assert.ok(!text.includes(part), text)
      }
      assert.ok(!inspect(reply.headers).includes(KEY))
    }
  })
})
