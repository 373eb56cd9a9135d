import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { CancelledError } from '../index.mjs'
import {
  HELLO,
  clientOf,
  errorOf,
  eventReply,
  eventually,
  sandbox,
  withReplay
} from './servers.mjs'

let server
before(async () => (server = await sandbox()))
after(() => server.stop())

const closedByClient = (replay) => async () =>
  (await replay.report()).closes.some((close) => close.by === 'client')

/** Aborts after so many milliseconds. */
function abortIn(milliseconds, reason) {
  const controller = new AbortController()
  setTimeout(() => controller.abort(reason), milliseconds)
  return controller.signal
}

/** How often a promise settled, some time after it did. */
async function settlements(promise) {
  let count = 0
  const settled = () => count++
  promise.then(settled, settled)
  await promise.catch(() => {})
  await new Promise((resolve) => setTimeout(resolve, 200))
  return count
}

test('aborted before: nothing is sent', async () => {
  await withReplay({ replies: [200] }, async (replay) => {
    const client = clientOf(replay)
    const reason = new Error('why')
    const signal = AbortSignal.abort(reason)
    for (const act of [
      () => client.get('/models', { signal }),
      () => client.models.list({ signal }),
      () => client.chat.completions.create({ ...HELLO, signal }),
      () => client.chat.completions.create({ ...HELLO, stream: true }, { signal }),
      () => client.stream('/events', { signal }).next(),
      () => client.check({ signal })
    ]) {
      const error = await errorOf(act)
      assert(error instanceof CancelledError)
      assert.equal(error.name, 'AbortError')
      assert.equal(error.kind, 'cancelled')
      assert.equal(error.code, 'ABORT_ERR')
      assert.equal(error.attempts, 0)
      assert.equal(error.cause, reason)
    }
    assert.equal((await replay.report()).connections, 0)
  })
})

test('aborted during: rejected at once, the socket closed, settled once', async () => {
  for (const reply of [
    'stall',
    { status: 200, headers: [['content-length', '9']], body: 'x', then: 'stall' }
  ]) {
    await withReplay({ replies: [reply] }, async (replay) => {
      const reason = new Error('why')
      const began = performance.now()
      const call = clientOf(replay).get('/models', { signal: abortIn(50, reason) })
      const error = await errorOf(() => call)
      assert(performance.now() - began < 500)
      assert(error instanceof CancelledError)
      assert.equal(error.cause, reason)
      await eventually(closedByClient(replay), 'the socket is closed')
      assert.equal(await settlements(call), 1)
    })
  }
})

test('aborted after: the result stands, and nothing listens any more', async () => {
  const controller = new AbortController()
  let listening = 0
  const { signal } = controller
  for (const [name, step] of Object.entries({ addEventListener: 1, removeEventListener: -1 })) {
    const original = signal[name].bind(signal)
    signal[name] = (...given) => ((listening += step), original(...given))
  }
  const client = clientOf(server)
  const call = client.get('/models', { signal })
  assert.equal(listening, 1)
  assert.equal((await call).status, 200)
  assert.equal(listening, 0)
  for await (const _ of await client.chat.completions.create({ ...HELLO, stream: true, signal }));
  assert.equal(listening, 0)
  controller.abort()
  assert.equal(await settlements(call), 1)
  assert.equal((await (await call).json()).object, 'list')
})

test('aborted while waiting to try again', async () => {
  const replies = [{ status: 429, headers: [['retry-after', '60']] }]
  await withReplay({ replies }, async (replay) => {
    const began = performance.now()
    const call = clientOf(replay).get('/models', { signal: abortIn(100) })
    await assert.rejects(call, CancelledError)
    assert(performance.now() - began < 1000)
  })
})

test('aborted while waiting for a thread', async () => {
  await withReplay({ replies: ['stall'] }, async (replay) => {
    const client = clientOf(replay, { maxInFlight: 1 })
    const first = new AbortController()
    const running = client.get('/first', { signal: first.signal })
    const began = performance.now()
    await assert.rejects(client.get('/second', { signal: abortIn(50) }), CancelledError)
    assert(performance.now() - began < 500)
    first.abort()
    await assert.rejects(running, CancelledError)
    assert.equal((await replay.report()).requests.length, 1)
  })
})

test("a signal of AbortSignal.timeout: the name is the signal's TimeoutError", async () => {
  await withReplay({ replies: ['stall'] }, async (replay) => {
    const error = await errorOf(() =>
      clientOf(replay).get('/models', { signal: AbortSignal.timeout(50) })
    )
    assert(error instanceof CancelledError)
    assert.equal(error.name, 'TimeoutError')
    assert.equal(error.code, 'ABORT_ERR')
    assert.match(error.stack, /^TimeoutError: /)
    assert.equal(error.cause.name, 'TimeoutError')
  })
})

test('one signal ends a hundred calls, without a warning', async () => {
  const warnings = []
  const note = (warning) => warnings.push(warning.message)
  process.on('warning', note)
  await withReplay({ replies: ['stall'] }, async (replay) => {
    const client = clientOf(replay)
    const signal = abortIn(200)
    const calls = Array.from({ length: 100 }, () => client.get('/models', { signal }))
    const settled = /** @type {PromiseRejectedResult[]} */ (await Promise.allSettled(calls))
    for (const { reason } of settled) assert(reason instanceof CancelledError)
  })
  process.off('warning', note)
  assert.deepEqual(warnings, [])
})

test('a stream is aborted between its steps and within one', async () => {
  const headers = [
    ['content-type', 'text/event-stream'],
    ['content-length', '999']
  ]
  const reply = eventReply('data: one\n\ndata: two\n\n', { headers, then: 'stall' })
  await withReplay({ replies: [reply] }, async (replay) => {
    const controller = new AbortController()
    const stream = clientOf(replay).stream('/events', { signal: controller.signal })
    await stream.next()
    controller.abort(new Error('why'))
    await eventually(closedByClient(replay), 'the socket is closed')
    const error = await errorOf(() => stream.next())
    assert(error instanceof CancelledError)
    assert.equal(error.cause.message, 'why')
    await assert.rejects(stream.next(), CancelledError, 'nor does it look like an end')
  })
  await withReplay({ replies: [reply] }, async (replay) => {
    const stream = clientOf(replay).stream('/events', { signal: abortIn(100) })
    const came = []
    const error = await errorOf(async () => {
      for await (const event of stream) came.push(event.data)
    })
    assert.deepEqual(came, ['one', 'two'])
    assert(error instanceof CancelledError)
    await eventually(closedByClient(replay), 'the socket is closed')
  })
})

test('an abort that races the reply settles the call once, either way', async () => {
  const client = clientOf(server)
  const race = async (index) => {
    const controller = new AbortController()
    const call = client.get('/models', { signal: controller.signal })
    setTimeout(() => controller.abort(), index % 8)
    return (await settlements(call)) === 1
  }
  const ended = await Promise.all(Array.from({ length: 100 }, (_, index) => race(index)))
  assert(ended.every(Boolean))
  assert.equal((await client.get('/models')).status, 200)
})

/** Spends time on the JavaScript thread, so that what comes meanwhile is native only. */
function spin(milliseconds) {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
}

test('after an abort nothing resolves, also where the reply was there already', async () => {
  const client = clientOf(server)
  const acts = [
    (signal) => client.get('/models', { signal }),
    (signal) => client.models.list({ signal }),
    (signal) => client.models.list({ signal }).withResponse(),
    (signal) => client.chat.completions.create({ ...HELLO, signal }),
    (signal) => client.chat.completions.create({ ...HELLO, stream: true, signal }),
    (signal) => client.stream('/chat/completions', { json: { ...HELLO, stream: true }, signal }).next()
  ]
  for (const [index, act] of acts.entries()) {
    await client.get('/models') // A connection is open.
    const controller = new AbortController()
    const call = act(controller.signal)
    spin(300)
    controller.abort(new Error('why'))
    const error = await errorOf(() => call)
    assert(error instanceof CancelledError, `${index}: ${error}`)
    assert.equal(error.cause.message, 'why')
    assert.equal(error.attempts, 1, String(index))
  }
})

test('nor does check', async () => {
  const controller = new AbortController()
  const call = clientOf(server).check({ signal: controller.signal })
  spin(300)
  controller.abort()
  await assert.rejects(call, CancelledError)
})

test('a stream that opened before the abort is closed', async () => {
  const reply = eventReply('data: {"choices": []}\n\n', { then: 'stall' })
  await withReplay({ replies: [reply] }, async (replay) => {
    const controller = new AbortController()
    const { signal } = controller
    const call = clientOf(replay).chat.completions.create({ ...HELLO, stream: true, signal })
    spin(300)
    controller.abort()
    await assert.rejects(call, CancelledError)
    await eventually(closedByClient(replay), 'the socket is closed')
  })
})

test('an abort counts the attempts before it', async () => {
  const replies = [500, { status: 429, headers: [['retry-after', '0']] }, 'stall']
  await withReplay({ replies }, async (replay) => {
    const controller = new AbortController()
    const call = clientOf(replay).get('/models', { signal: controller.signal })
    await eventually(async () => (await replay.report()).requests.length === 3, 'the third request')
    controller.abort()
    assert.equal((await errorOf(() => call)).attempts, 3)
  })
  await withReplay({ replies: [eventReply('data: one\n\n', { then: 'stall' })] }, async (replay) => {
    const controller = new AbortController()
    const stream = clientOf(replay).stream('/events', { signal: controller.signal })
    await stream.next()
    const step = stream.next()
    controller.abort()
    assert.equal((await errorOf(() => step)).attempts, 1)
  })
})

test('signal: null is no signal', async () => {
  const client = clientOf(server)
  const signal = null
  assert.equal((await client.get('/models', { signal })).status, 200)
  assert.equal((await client.check({ signal })).ok, true)
  assert((await client.chat.completions.create({ ...HELLO, signal })).choices.length > 0)
  for await (const _ of client.stream('/chat/completions', {
    json: { ...HELLO, stream: true },
    signal
  }));
  for await (const _ of await client.chat.completions.create({ ...HELLO, stream: true }, { signal }));
})
