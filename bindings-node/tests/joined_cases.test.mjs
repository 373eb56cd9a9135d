// conformance/joined.json: the answer that a chat's stream gives once it ended.
import assert from 'node:assert/strict'
import { describe } from 'node:test'

import { HELLO, casesOf, clientOf, eventReply, testCase, withReplay } from './servers.mjs'

const given = (value) =>
  JSON.parse(JSON.stringify(value, (_, member) => (member === null ? undefined : member)))

describe('the chunks of a chat are joined', { concurrency: 4 }, () => {
  for (const { id, chunks, answer } of casesOf('joined')) {
    testCase('joined', id, id, async () => {
      const body = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('')
      await withReplay({ replies: [eventReply(`${body}data: [DONE]\n\n`)] }, async (replay) => {
        const stream = await clientOf(replay).chat.completions.create({ ...HELLO, stream: true })
        assert.deepEqual(given(await stream.final()), given(answer))
      })
    })
  }
})
