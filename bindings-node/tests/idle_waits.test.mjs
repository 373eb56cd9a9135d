// What waits costs nothing: the threads of open streams sleep until something comes.

import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'

import { clientOf, eventually, withReplay } from './servers.mjs'

const OPEN = {
  raw: 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: 1\n\n',
  then: 'stall'
}
const STREAMS = 10

/** How often each worker went to sleep by itself. */
function switches() {
  const tasks = readdirSync('/proc/self/task').map((task) => `/proc/self/task/${task}`)
  return tasks
    .filter((task) => readFileSync(`${task}/comm`, 'utf8').trim() === 'neura-worker')
    .map((task) => [task, readFileSync(`${task}/status`, 'utf8')])
    .map(([task, status]) => [task, Number(/^voluntary_ctxt_switches:\s*(\d+)/m.exec(status)[1])])
}

if (process.platform === 'linux') {
  test('the workers of open streams sleep until these are left', async () => {
    await withReplay({ replies: Array(STREAMS).fill(OPEN) }, async (replay) => {
      const client = clientOf(replay)
      const streams = Array.from({ length: STREAMS }, () => client.stream('/events'))
      for (const stream of streams) assert.equal((await stream.next()).value.data, '1')
      const waiting = streams.map((stream) => stream.next())
      await sleep(500)
      const before = switches()
      assert(before.length >= STREAMS)
      await sleep(1000)
      const after = new Map(switches())
      // In ticks of 50 ms it would be 20.
      for (const [task, count] of before) assert(after.get(task) - count <= 3)
      const left = Promise.allSettled(waiting)
      await Promise.all(streams.map((stream) => stream.return()))
      for (const step of await left) {
        assert.equal(step.reason?.kind, 'cancelled')
      }
      const closed = async () => {
        const { closes } = await replay.report()
        return closes.filter((close) => close.by === 'client').length === STREAMS
      }
      await eventually(closed, 'every connection closed')
    })
  })
}
