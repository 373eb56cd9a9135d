import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { runInNewContext } from 'node:vm'

import {
  APIConnectionError,
  APITimeoutError,
  CancelledError,
  DecodeError,
  InvalidAPIKeyError
} from '../index.mjs'
import {
  HELLO,
  KEY,
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

const EVENTS = 'event: a\nid: 7\ndata: one\n\ndata: two\n\n'

async function collect(stream) {
  const events = []
  for await (const event of stream) events.push(event)
  return events
}

/** Whether the client has closed its connection. */
const closedByClient = (replay) => async () =>
  (await replay.report()).closes.some((close) => close.by === 'client')

test('a stream yields the events as they came', async () => {
  await withReplay(
    { replies: [eventReply(EVENTS + 'data: [DONE]\n\ndata: late\n\n')] },
    async (replay) => {
      const events = await collect(clientOf(replay).stream('/events'))
      assert.deepEqual(
        events.map((event) => ({ ...event })),
        [
          { event: 'a', data: 'one', id: '7' },
          { event: 'message', data: 'two', id: '7' }
        ]
      )
    }
  )
})

test('an event gives its data as JSON, or a DecodeError', async () => {
  await withReplay(
    { replies: [eventReply('data: {"a": 1}\n\ndata: {oops\n\n')] },
    async (replay) => {
      const [good, bad] = await collect(clientOf(replay).stream('/events'))
      assert.deepEqual(good.json(), { a: 1 })
      assert.throws(() => bad.json(), DecodeError)
    }
  )
})

test('an error event is an event like any other', async () => {
  await withReplay(
    { replies: [eventReply('event: error\ndata: {"error": "x"}\n\n')] },
    async (replay) => {
      const [event] = await collect(clientOf(replay).stream('/events'))
      assert.equal(event.event, 'error')
    }
  )
})

test('nothing goes out before the first step', async () => {
  await withReplay({ replies: [eventReply(EVENTS)] }, async (replay) => {
    const stream = clientOf(replay).stream('/events', { json: { a: 1 }, params: { q: 2 } })
    await new Promise((resolve) => setTimeout(resolve, 100))
    assert.equal((await replay.report()).requests.length, 0)
    assert.equal(stream._response, undefined)
    await stream.next()
    assert.equal(stream._response.status, 200)
    const [request] = (await replay.report()).requests
    assert.equal(request.method, 'POST')
    assert.equal(request.target, '/v1/events?q=2')
    assert.equal(request.body, '{"a":1}')
    stream.close()
  })
})

test('a stream takes another method', async () => {
  await withReplay({ replies: [eventReply(EVENTS)], expect: { method: 'GET' } }, async (replay) => {
    await collect(clientOf(replay).stream('/events', { method: 'GET' }))
    assert.deepEqual((await replay.report()).problems, [])
  })
})

test('a status outside 200 to 299 is thrown at the first step', async () => {
  const stream = clientOf(server, { apiKey: KEY }).stream('/chat/completions', { json: HELLO })
  await assert.rejects(stream.next(), InvalidAPIKeyError)
  await assert.rejects(stream.next(), InvalidAPIKeyError, 'nor does it look like an end')
})

/** @type {[string, (stream: any) => Promise<void>][]} */
const ways = [
  [
    'break',
    async (stream) => {
      for await (const _ of stream) break
    }
  ],
  [
    'throw',
    async (stream) => {
      await errorOf(async () => {
        for await (const _ of stream) throw new Error('enough')
      })
    }
  ],
  [
    'return',
    async (stream) => {
      await (async () => {
        for await (const _ of stream) return
      })()
    }
  ],
  [
    'close()',
    async (stream) => {
      await stream.next()
      stream.close()
    }
  ],
  [
    'Symbol.asyncDispose',
    async (stream) => {
      await stream.next()
      await stream[Symbol.asyncDispose]()
    }
  ]
]

for (const [how, leave] of ways) {
  test(`leaving by ${how} closes the socket at once`, async () => {
    await withReplay(
      {
        replies: [
          eventReply(EVENTS, {
            headers: [
              ['content-type', 'text/event-stream'],
              ['content-length', '9999']
            ],
            then: 'stall'
          })
        ]
      },
      async (replay) => {
        const stream = clientOf(replay).stream('/events')
        const began = performance.now()
        await leave(stream)
        await eventually(closedByClient(replay), 'the socket is closed')
        assert(performance.now() - began < 1000)
        stream.close() // Once more is fine.
        await stream.return()
        for (const _ of [1, 2]) {
          const error = await errorOf(() => stream.next())
          assert(error instanceof CancelledError)
          assert.equal(
            error.message,
            'the stream was closed before its end. Read it to its end before closing it'
          )
        }
      }
    )
  })
}

test('closing at the end, and before the first step', async () => {
  await withReplay({ replies: [eventReply(EVENTS)] }, async (replay) => {
    const stream = clientOf(replay).stream('/events')
    await collect(stream)
    stream.close()
    assert.deepEqual(await stream.next(), { value: undefined, done: true })
    const unsent = clientOf(replay).stream('/events')
    unsent.close()
    assert((await errorOf(() => unsent.next())) instanceof CancelledError)
  })
})

test('close() while a step waits cancels it, before and after the headers', async () => {
  const silent = eventReply('', {
    headers: [
      ['content-type', 'text/event-stream'],
      ['content-length', '9']
    ],
    then: 'stall'
  })
  for (const reply of ['stall', silent]) {
    await withReplay({ replies: [reply] }, async (replay) => {
      const stream = clientOf(replay).stream('/events')
      setTimeout(() => stream.close(), 50)
      const began = performance.now()
      const steps = await Promise.allSettled([stream.next(), stream.next()])
      for (const step of steps) assert(step.status === 'rejected' && step.reason instanceof CancelledError)
      assert(performance.now() - began < 1000)
      await eventually(closedByClient(replay), 'the socket is closed')
    })
  }
})

test('steps asked for at once are answered in order', async () => {
  await withReplay(
    { replies: [eventReply(EVENTS, { chunk_bytes: 4, delay_ms: 2 })] },
    async (replay) => {
      const stream = clientOf(replay).stream('/events')
      const [one, two, end] = await Promise.all([stream.next(), stream.next(), stream.next()])
      assert.equal(one.value.data, 'one')
      assert.equal(two.value.data, 'two')
      assert.equal(end.done, true)
    }
  )
})

test('events before a cut are delivered, then the error', async () => {
  const cut = eventReply(EVENTS, {
    headers: [
      ['content-type', 'text/event-stream'],
      ['content-length', '999']
    ]
  })
  await withReplay({ replies: [cut] }, async (replay) => {
    const stream = clientOf(replay).stream('/events')
    assert.equal((await stream.next()).value.data, 'one')
    assert.equal((await stream.next()).value.data, 'two')
    await assert.rejects(stream.next(), APIConnectionError)
    await assert.rejects(stream.next(), APIConnectionError, 'nor does it look like an end')
  })
})

test('a stream that falls silent is a timeout after the idle limit', async () => {
  const silent = eventReply(EVENTS, {
    headers: [
      ['content-type', 'text/event-stream'],
      ['content-length', '999']
    ],
    then: 'stall'
  })
  await withReplay({ replies: [silent] }, async (replay) => {
    const stream = clientOf(replay, { idleTimeout: 200 }).stream('/events')
    await stream.next()
    await stream.next()
    const began = performance.now()
    await assert.rejects(stream.next(), APITimeoutError)
    const waited = performance.now() - began
    assert(waited > 100 && waited < 1500, `${waited} ms`)
  })
})

test('a long stream comes whole, in order and in batches', async () => {
  const count = 20000
  let body = ''
  for (let index = 0; index < count; index++) body += `data: ${index}\n\n`
  await withReplay({ replies: [eventReply(body)] }, async (replay) => {
    let next = 0
    for await (const event of clientOf(replay).stream('/events')) {
      assert.equal(event.data, String(next++))
    }
    assert.equal(next, count)
  })
})

test('many streams at a time', async () => {
  const client = clientOf(server)
  const say = async (index) => {
    const messages = [{ role: 'user', content: `number ${index}` }]
    let text = ''
    for await (const chunk of await client.chat.completions.create({
      model: 'gpt-5',
      messages,
      stream: true
    })) {
      text += chunk.choices[0].delta.content ?? ''
    }
    return text
  }
  const texts = await Promise.all(Array.from({ length: 40 }, (_, index) => say(index)))
  texts.forEach((text, index) => assert.equal(text, `You said: number ${index}`))
})

test('a body that throws anything ends a stream with that, at every step', async () => {
  const foreign = runInNewContext('new RangeError("boom")')
  for (const thrown of [undefined, null, 'text', foreign]) {
    const body = ReadableStream.from((async function* () { throw thrown })())
    const stream = clientOf(server).stream('/chat/completions', { body })
    for (let step = 0; step < 2; step++) {
      const settled = await stream.next().then(() => 'an end', (error) => ({ error }))
      assert.deepEqual(settled, { error: thrown })
    }
  }
})

test('the next call on the same client works after a stream was left', async () => {
  const client = clientOf(server)
  for await (const _ of await client.chat.completions.create({ ...HELLO, stream: true })) break
  assert.equal((await client.get('/models')).status, 200)
})
