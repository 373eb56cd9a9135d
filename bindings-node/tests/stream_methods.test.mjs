// What a stream can do beside being read by a loop: tee, toReadableStream, controller, final.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

import OpenAI from 'openai'
import { Stream } from 'openai/streaming'

import { APIConnectionError, CancelledError, DecodeError, IncompleteStreamError } from '../index.mjs'
import { HELLO, clientOf, errorOf, eventReply, eventually, sandbox, withReplay } from './servers.mjs'

let server
before(async () => (server = await sandbox()))
after(() => server.stop())

const EVENTS = 'data: 1\n\ndata: 2\n\ndata: 3\n\n'
const data = (events) => events.map((event) => event.data)
const collect = (stream) => /** @type {any} */ (Array).fromAsync?.(stream) ?? slowCollect(stream)
async function slowCollect(stream) {
  const items = []
  for await (const item of stream) items.push(item)
  return items
}

/** A reply that stays open after its events. */
const open = (body) =>
  eventReply(body, {
    headers: [
      ['content-type', 'text/event-stream'],
      ['content-length', '99999']
    ],
    then: 'stall'
  })

const closedByClient = (replay) => async () =>
  (await replay.report()).closes.some((close) => close.by === 'client')

/** The events of chunks of one choice. */
const chunks = (...deltas) =>
  deltas
    .map((delta) => ({ id: 'c', object: 'chat.completion.chunk', created: 5, model: 'm', choices: [{ index: 0, delta, finish_reason: null }] }))
    .map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`)
    .join('')
const STOP = `data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}\n\ndata: [DONE]\n\n`

const chat = (place, options) => clientOf(place).chat.completions.create({ ...HELLO, stream: true }, options)

test('tee gives the same items twice, each at its own pace', async () => {
  await withReplay({ replies: [eventReply(EVENTS)] }, async (replay) => {
    const [left, right] = clientOf(replay).stream('/events').tee()
    assert.equal((await left.next()).value.data, '1')
    assert.equal((await left.next()).value.data, '2')
    assert.deepEqual(data(await collect(right)), ['1', '2', '3'])
    assert.deepEqual(data(await collect(left)), ['3'])
    assert.equal(left._response.status, 200)
    assert.deepEqual(await right.next(), { value: undefined, done: true })
  })
})

test('branches read at once, and one that is closed leaves the other whole', async () => {
  await withReplay({ replies: [open(EVENTS)] }, async (replay) => {
    const [left, right] = clientOf(replay).stream('/events').tee()
    const first = await Promise.all([left.next(), right.next(), left.next(), right.next()])
    assert.deepEqual(data(first.map(({ value }) => value)), ['1', '1', '2', '2'])
    left.close()
    await assert.rejects(left.next(), CancelledError)
    assert.equal((await right.next()).value.data, '3')
    assert.equal(await closedByClient(replay)(), false)
    right.close()
    await eventually(closedByClient(replay), 'the socket is closed')
  })
})

test('an error reaches both branches, in its place', async () => {
  await withReplay({ replies: [{ ...open(EVENTS), then: undefined }] }, async (replay) => {
    const [left, right] = clientOf(replay).stream('/events').tee()
    for (const branch of [left, right]) {
      assert.deepEqual(data([await branch.next(), await branch.next(), await branch.next()].map(({ value }) => value)), ['1', '2', '3'])
      await assert.rejects(branch.next(), APIConnectionError)
      assert.equal((await branch.next()).done, true)
    }
  })
})

test('toReadableStream gives a line of JSON for each item, which the SDK reads', async () => {
  const client = clientOf(server)
  const plain = await collect(await client.chat.completions.create({ ...HELLO, stream: true }))
  const stream = await client.chat.completions.create({ ...HELLO, stream: true })
  const read = await collect(Stream.fromReadableStream(stream.toReadableStream(), new AbortController()))
  const texts = (list) => list.map((chunk) => chunk.choices[0]?.delta.content ?? '')
  assert.deepEqual(texts(read), texts(plain))
  await withReplay({ replies: [eventReply(EVENTS)] }, async (replay) => {
    const text = await new Response(clientOf(replay).stream('/events').toReadableStream()).text()
    assert.deepEqual(text.trim().split('\n').map((line) => JSON.parse(line).data), ['1', '2', '3'])
  })
})

test('a ReadableStream that is cancelled closes the socket; an error is its error', async () => {
  await withReplay({ replies: [open(EVENTS)] }, async (replay) => {
    const reader = clientOf(replay).stream('/events').toReadableStream().getReader()
    await reader.read()
    await reader.cancel()
    await eventually(closedByClient(replay), 'the socket is closed')
  })
  await withReplay({ replies: [{ ...open(EVENTS), then: undefined }] }, async (replay) => {
    const text = new Response(clientOf(replay).stream('/events').toReadableStream()).text()
    await assert.rejects(text, APIConnectionError)
  })
})

test('ReadableStream.from and Readable.from take a stream, and close it', async () => {
  for (const from of [(stream) => ReadableStream.from(stream), (stream) => Readable.from(stream)]) {
    await withReplay({ replies: [eventReply(EVENTS), open(EVENTS)] }, async (replay) => {
      const client = clientOf(replay)
      assert.deepEqual(data(await collect(from(client.stream('/events')))), ['1', '2', '3'])
      for await (const event of from(client.stream('/events'))) {
        assert.equal(event.data, '1')
        break
      }
      await eventually(closedByClient(replay), 'the socket is closed')
    })
  }
})

test('controller.abort() ends a loop without an error, and closes the socket', async () => {
  for (const how of ['stream', 'branch']) {
    await withReplay({ replies: [open(EVENTS)] }, async (replay) => {
      const whole = clientOf(replay).stream('/events')
      const stream = how === 'stream' ? whole : whole.tee()[0]
      const seen = []
      for await (const event of stream) {
        seen.push(event.data)
        if (seen.length === 2) {
          setTimeout(() => stream.controller.abort(), 0)
          await sleep(20)
        }
      }
      assert.deepEqual(seen, ['1', '2'])
      assert.deepEqual(await stream.next(), { value: undefined, done: true })
      if (how === 'stream') await eventually(closedByClient(replay), 'the socket is closed')
      whole.close()
    })
  }
})

test('controller.abort() while a step waits; its signal is aborted by an early close', async () => {
  await withReplay({ replies: [open(''), open(EVENTS)] }, async (replay) => {
    const silent = clientOf(replay).stream('/events')
    setTimeout(() => silent.controller.abort(), 30)
    assert.deepEqual(await collect(silent), [])
    const left = clientOf(replay).stream('/events')
    await left.next()
    const { signal } = left.controller
    left.close()
    assert.equal(signal.aborted, true)
    await assert.rejects(left.next(), CancelledError)
    const closed = clientOf(replay).stream('/events')
    closed.close()
    assert.equal(closed.controller.signal.aborted, true)
  })
})

test('the signal of a stream that ended well is not aborted', async () => {
  const stream = await chat(server)
  const { signal } = stream.controller
  await collect(stream)
  stream.close()
  stream.controller.abort()
  assert.equal((await stream.next()).done, true)
  assert.equal(signal, stream.controller.signal)
})

test('Symbol.dispose closes a stream', async () => {
  await withReplay({ replies: [open(EVENTS)] }, async (replay) => {
    const stream = clientOf(replay).stream('/events')
    await stream.next()
    stream[Symbol.dispose]()
    await eventually(closedByClient(replay), 'the socket is closed')
  })
})

test('final gives the completion that was not streamed, with or without a loop', async () => {
  const client = clientOf(server)
  const body = { ...HELLO, n: 2, stream_options: { include_usage: true } }
  const { stream_options: _, ...plain } = body
  const whole = await client.chat.completions.create(plain)
  for (const before of [0, 1, 2, Infinity]) {
    const stream = await client.chat.completions.create({ ...body, stream: true })
    for (let count = 0; count < before; count++) if ((await stream.next()).done) break
    const final = await stream.final()
    assert.deepEqual(final.choices, whole.choices.map((choice) => ({ logprobs: null, ...choice, message: { refusal: null, ...choice.message } })))
    assert.equal(final.object, 'chat.completion')
    assert.deepEqual(final.usage, whole.usage)
    assert.equal(final._response.status, 200)
    assert.equal(await stream.final(), final)
  }
})

test('final keeps the items that a loop has yet to read', async () => {
  const body = chunks({ role: 'assistant', content: 'a' }, { content: 'b' }, { content: 'c' }) + STOP
  await withReplay({ replies: [eventReply(body, { chunk_bytes: 50, delay_ms: 1 })] }, async (replay) => {
    const together = await chat(replay)
    const final = together.final()
    let text = ''
    for await (const chunk of together) text += chunk.choices[0].delta.content ?? ''
    assert.equal(text, 'abc')
    assert.equal((await final).choices[0].message.content, 'abc')
    const halfway = await chat(replay)
    await halfway.next()
    assert.equal((await halfway.final()).choices[0].message.content, 'abc')
    assert.equal((await collect(halfway)).length, 3)
    const alone = await chat(replay)
    await alone.final()
    assert.deepEqual(await collect(alone), [])
  })
})

test('final joins tool calls, as the SDK does', async () => {
  const call = (index, more) => ({ tool_calls: [{ index, ...more }] })
  const body =
    chunks(
      { role: 'assistant', content: null },
      call(0, { id: 'a', type: 'function', function: { name: 'one', arguments: '' } }),
      call(0, { function: { arguments: '{"x":' } }),
      call(1, { id: 'b', type: 'function', function: { name: 'two', arguments: '{' } }),
      call(0, { function: { arguments: '1}' } }),
      call(1, { function: { arguments: '}' } })
    ) + STOP.replace('"stop"', '"tool_calls"')
  await withReplay({ replies: [eventReply(body)] }, async (replay) => {
    const ours = await (await chat(replay)).final()
    const sdk = new OpenAI({ apiKey: 'k', baseURL: replay.base_url })
    const theirs = await sdk.chat.completions.stream({ ...HELLO }).finalChatCompletion()
    const calls = ({ choices }) => choices[0].message.tool_calls.map(({ id, type, function: { name, arguments: words } }) => ({ id, type, name, words }))
    assert.deepEqual(calls(ours), calls(theirs))
    assert.equal(ours.choices[0].finish_reason, 'tool_calls')
    assert.equal(ours.choices[0].message.content, null)
  })
})

test('the error of a loop is not an unhandled rejection of an answer that is kept for later', async () => {
  const cut = { ...open(chunks({ content: 'a' })), then: undefined }
  const unhandled = []
  const note = (error) => unhandled.push(error)
  process.on('unhandledRejection', note)
  try {
    await withReplay({ replies: [cut] }, async (replay) => {
      const stream = await chat(replay)
      const answer = stream.final()
      await assert.rejects(collect(stream), IncompleteStreamError)
      await new Promise((resolve) => setTimeout(resolve, 20))
      assert.deepEqual(unhandled, [])
      await assert.rejects(answer, IncompleteStreamError)
    })
  } finally {
    process.off('unhandledRejection', note)
  }
})

test('final rejects with what ended the stream', async () => {
  const cut = { ...open(chunks({ content: 'a' })), then: undefined }
  const replies = [cut, open(chunks({ content: 'a' })), open(chunks({ content: 'a' })), eventReply('data: {"choices": "x"}\n\n' + STOP), open('')]
  await withReplay({ replies }, async (replay) => {
    const broken = await chat(replay)
    await assert.rejects(collect(broken), IncompleteStreamError)
    await assert.rejects(broken.final(), IncompleteStreamError)
    const closed = await chat(replay)
    await closed.next()
    closed.close()
    await assert.rejects(closed.final(), CancelledError)
    const controller = new AbortController()
    const aborted = await chat(replay, { signal: controller.signal })
    setTimeout(() => controller.abort(new Error('enough')), 20)
    const error = await errorOf(() => aborted.final())
    assert(error instanceof CancelledError)
    assert.equal(error.cause.message, 'enough')
    await assert.rejects((await chat(replay)).final(), DecodeError)
    const events = clientOf(replay).stream('/events')
    // @ts-expect-error events have no end that sums them up
    await assert.rejects(events.final(), TypeError)
  })
})

test('a stream is read ahead while its consumer works, in order and with a limit', async () => {
  const count = 30000
  const pad = 'x'.repeat(1000)
  let body = ''
  for (let index = 0; index < count; index++) body += `data: ${index} ${pad}\n\n`
  await withReplay({ replies: [eventReply(body), 'stall'] }, async (replay) => {
    const stream = clientOf(replay).stream('/events')
    assert.match((await stream.next()).value.data, /^0 /)
    const before = process.memoryUsage().rss
    await sleep(500) // The server could have sent all 30 MB by now.
    const grown = process.memoryUsage().rss - before
    assert(grown < 16 << 20, `${grown} bytes`)
    let next = 1
    for await (const event of stream) {
      assert.equal(event.data, `${next++} ${pad}`)
      if (next % 5000 === 0) await sleep(20)
    }
    assert.equal(next, count)
  })
})

test('what came while the consumer worked is there at once, though the server has gone', async () => {
  await withReplay({ replies: [eventReply(EVENTS.repeat(20), { chunk_bytes: 9, delay_ms: 1 })] }, async (replay) => {
    const stream = clientOf(replay).stream('/events')
    await stream.next()
    await sleep(400)
    const began = performance.now()
    let count = 1
    for await (const _ of stream) count++
    assert.equal(count, 60)
    assert(performance.now() - began < 100, `${performance.now() - began} ms`)
  })
})

test('closing is at once while the stream is read ahead, and while the buffer is full', async () => {
  for (const body of [EVENTS, `data: ${'x'.repeat(2000)}\n\n`.repeat(5000)]) {
    await withReplay({ replies: [eventReply(body, { headers: [['content-type', 'text/event-stream'], ['content-length', '99999999']], then: 'stall' })] }, async (replay) => {
      const stream = clientOf(replay).stream('/events')
      await stream.next()
      await sleep(100)
      const began = performance.now()
      stream.close()
      await eventually(closedByClient(replay), 'the socket is closed')
      assert(performance.now() - began < 1000)
    })
  }
})

test('a stream that is read ahead takes no place of maxInFlight', async () => {
  await withReplay({ replies: [open(EVENTS), 200] }, async (replay) => {
    const client = clientOf(replay, { maxInFlight: 1, timeout: 2000 })
    for await (const _ of client.stream('/events')) {
      assert.equal((await client.get('/models')).status, 200)
      break
    }
  })
})

test('a stream that was forgotten while it is read ahead is closed by the garbage collector', async () => {
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc')
  await withReplay({ replies: [open(EVENTS)] }, async (replay) => {
    const client = clientOf(replay)
    await (async () => assert.equal((await client.stream('/events').next()).value.data, '1'))()
    await eventually(async () => {
      collectGarbage()
      return await closedByClient(replay)()
    }, 'the socket is closed')
  })
})

test('a stream that is read ahead does not keep the process alive', async () => {
  await withReplay({ replies: [open(EVENTS)] }, async (replay) => {
    const text = `import { Client } from 'neura-ai'
      const client = new Client({ apiKey: 'nk-test-not-a-key', baseURL: '${replay.base_url}' })
      globalThis.stream = client.stream('/events')
      await stream.next()`
    const began = performance.now()
    const child = spawn(process.execPath, ['--input-type=module', '--eval', text], {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      stdio: 'inherit'
    })
    assert.deepEqual(await once(child, 'exit'), [0, null])
    assert(performance.now() - began < 5000)
  })
})
