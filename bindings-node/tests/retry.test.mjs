import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { casesOf, testCase, clientOf, errorOf, withReplay } from './servers.mjs'

describe('what is tried again, and when', { concurrency: 4 }, () => {
  for (const script of casesOf('retry')) {
    testCase('retry', script.id, script.id, async () => {
      const { max_retries: maxRetries, timeout_ms: timeout, expect } = script
      // The shortest wait is timed here: the server notes a reply's end only after it
      // was sent, when the client's wait may have begun already.
      const { min_wait_ms: shortest = 0, ...judged } = expect
      await withReplay({ ...script, expect: judged }, async (replay) => {
        const began = performance.now()
        const get = async () => {
          const reply = await clientOf(replay, { maxRetries, timeout }).get('/models')
          return reply.throwForStatus()
        }
        const found = expect.kind ? await errorOf(get) : await get()
        const took = performance.now() - began
        assert(took >= shortest, `${took} ms`)
        assert.equal(found.kind, expect.kind)
        if (expect.status !== undefined) assert.equal(found.status, expect.status)
        assert.equal(found.attempts, expect.attempts)
        // Where nobody listens, the server cannot count.
        if (!script.replies.includes('refuse')) {
          assert.deepEqual((await replay.report()).problems, [])
        }
      })
    })
  }
})

test("a call's own maxRetries wins over the client's", async () => {
  await withReplay({ replies: [500, 200] }, async (replay) => {
    const client = clientOf(replay, { maxRetries: 2 })
    assert.equal((await client.get('/models', { maxRetries: 0 })).status, 500)
  })
})
