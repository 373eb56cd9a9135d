import assert from 'node:assert/strict'
import { describe } from 'node:test'

import { casesOf, testCase, clientOf, eventReply, withReplay } from './servers.mjs'

describe('the bytes of a stream are the events of WHATWG', { concurrency: 4 }, () => {
  for (const { name, stream, events } of casesOf('sse')) {
    // A plain stream ends before the first [DONE].
    const done = events.findIndex((event) => event.data.trim() === '[DONE]')
    const expected = done < 0 ? events : events.slice(0, done)
    for (const [pieces, pace] of [
      ['whole', {}],
      ['byte by byte', { chunk_bytes: 1, delay_ms: 0 }]
    ]) {
      testCase('sse', name, `${name}, ${pieces}`, async () => {
        await withReplay({ replies: [eventReply(stream, pace)] }, async (replay) => {
          const came = []
          for await (const event of clientOf(replay).stream('/events')) came.push({ ...event })
          assert.deepEqual(came, expected)
        })
      })
    }
  }
})
