// 89: a large body is asked for in pieces while it goes out.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { runInNewContext } from 'node:vm'

import { Client, InvalidArgumentError } from '../index.mjs'
import { KEY, errorOf, withReplay } from './servers.mjs'
import { MIB, filled, sum, withSink } from './sink.mjs'

/** How much the memory of a process grows that sends 200 MB. */
const CHILD = `
import { readFileSync } from 'node:fs'
import { Client } from ${JSON.stringify(new URL('../index.mjs', import.meta.url))}

const [baseURL, apiKey] = process.argv.slice(1)
const peak = () => Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1])
const client = new Client({ apiKey, baseURL })
const body = Buffer.alloc(200 << 20, 'x')
await client.get('/x')
const before = peak()
await client.post('/x', { body })
console.log(peak() - before)
`

test('fault 89: a large buffer goes out in pieces', { skip: process.platform !== 'linux' }, async () => {
  await withSink(async (client, seen, baseURL) => {
    const arguments_ = ['--input-type=module', '-e', CHILD, baseURL, KEY]
    const { stdout } = await promisify(execFile)(process.execPath, arguments_)
    assert.ok(Number(stdout) < 32 * 1024, `${stdout} KiB`)
    assert.equal(seen[1].length, 200 * MIB)
    assert.equal(seen[1].headers['content-length'], String(200 * MIB))
  })
})

test('fault 89: every sort of large body is sent whole, with its length', async () => {
  await withSink(async (client, seen) => {
    const bytes = filled(4 * MIB + 8)
    const part = bytes.subarray(8)
    const text = 'Grüße '.repeat(300_000)
    /** @type {[any, Buffer][]} */
    const bodies = [
      [bytes, bytes],
      [part, part],
      [bytes.buffer.slice(0), Buffer.from(bytes.buffer)],
      [new Float64Array(bytes.buffer.slice(0)), Buffer.from(bytes.buffer)],
      [new DataView(bytes.buffer, bytes.byteOffset + 3), bytes.subarray(3)],
      [text, Buffer.from(text)]
    ]
    for (const [body, sent] of bodies) {
      await client.post('/x', { body })
      const { hash, headers } = seen.at(-1)
      const length = body.byteLength ?? Buffer.byteLength(body)
      assert.equal(headers['content-length'], String(length))
      assert.equal(headers['content-type'], undefined)
      assert.equal(hash, sum(sent.subarray(0, length)))
    }
    const json = { text }
    await client.post('/x', { json })
    assert.equal(seen.at(-1).hash, sum(JSON.stringify(json)))
    assert.equal(seen.at(-1).headers['content-type'], 'application/json')
  })
})

test('fault 89: it is sent again from its start', async () => {
  const body = filled(5 * MIB)
  await withSink(
    async (client, seen) => {
      const reply = await client.post('/x', { body })
      assert.deepEqual([reply.status, reply.attempts], [200, 2])
      assert.deepEqual(seen.map(({ hash }) => hash), [sum(body), sum(body)])
    },
    [503, 200]
  )
})

test('fault 89: memory that was given away meanwhile is the error of its caller', async () => {
  await withSink(async (client, seen) => {
    const body = new Uint8Array(64 * MIB)
    const sent = client.post('/x', { body })
    structuredClone(body, { transfer: [body.buffer] })
    const error = await errorOf(() => sent)
    assert.ok(error instanceof InvalidArgumentError, String(error))
    assert.ok((await client.get('/x')).ok)
    assert.equal(seen.length, 1)
  })
})

test('fault 89: an abort ends it, and a stream sends it too', async () => {
  await withSink(async (client) => {
    const controller = new AbortController()
    const body = Buffer.alloc(256 * MIB)
    const sent = client.post('/x', { body, signal: controller.signal })
    setTimeout(() => controller.abort(), 30)
    assert.equal((await errorOf(() => sent)).name, 'AbortError')
    assert.ok((await client.get('/x')).ok)
  })
  const events = {
    status: 200,
    headers: [['content-type', 'text/event-stream']],
    body: 'data: 1\n\n'
  }
  await withReplay({ replies: [events] }, async ({ base_url: baseURL, report }) => {
    const client = new Client({ apiKey: KEY, baseURL })
    const got = []
    for await (const event of client.stream('/x', { body: 'x'.repeat(3 * MIB) })) got.push(event.data)
    assert.deepEqual(got, ['1'])
    assert.equal((await report()).requests[0].body_bytes, 3 * MIB)
  })
})

test('bytes of another realm are a body, whole and as a piece', async () => {
  const make = (what) => runInNewContext(`new ${what}(3)`)
  await withSink(async (client, seen) => {
    for (const what of ['ArrayBuffer', 'Uint8Array', 'Uint16Array']) {
      await client.post('/x', { body: make(what) })
      await client.fetch('/x', { method: 'POST', body: make(what) })
      await client.post('/x', { body: ReadableStream.from([make(what)]) })
    }
    assert.deepEqual(seen.map(({ length }) => length), [3, 3, 3, 3, 3, 3, 6, 6, 6])
  })
})
