// 86: where there is no memory for a body or an event, the call rejects and the process lives.
// The limit is set on the running process, by util-linux's prlimit. 88: a body is there once.

import assert from 'node:assert/strict'
import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'

import { InvalidArgumentError } from '../index.mjs'
import { KEY, clientOf, errorOf, listening, withReplay } from './servers.mjs'

const MIB = 1 << 20
const there = spawnSync('prlimit', ['--version']).status === 0
if (!there) process.stderr.write('check not run: prlimit is not installed\n')

/** What runs in the other process; it waits for a line before the call that fails. */
const CHILD = `
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { once } from 'node:events'
import { Client, OutOfMemoryError } from ${JSON.stringify(new URL('../index.mjs', import.meta.url))}

const [mode, baseURL, apiKey] = process.argv.slice(1)
const most = 2 ** 40
const client = new Client({ apiKey, baseURL, maxRetries: 0, maxBodyBytes: most, maxEventBytes: most })
await (await client.get('/x')).json()
await fetch(baseURL) // Node's own client, which this package's classes stand on, is there whole.
const size = /VmSize:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]
console.log(size)
await once(createInterface(process.stdin), 'line')

async function ask() {
  if (mode === 'event') for await (const event of client.stream('/x')) return event
  const reply = await client.get('/x')
  return mode === 'text' ? await reply.text() : await reply.bytes()
}

let told = null
await ask().catch((error) => {
  if (!(error instanceof OutOfMemoryError) || error.kind !== 'out_of_memory') throw error
  told = error.message
})
await (await client.get('/x')).json()
console.log(JSON.stringify(told))
process.exit(0)
`

const SMALL = { status: 200, body: '{}' }
const head = (more) => `HTTP/1.1 200 OK\r\n${more}\r\nConnection: close\r\n\r\n`

function endless(contentType, piece) {
  return { raw: head(`Content-Type: ${contentType}`), repeat: { raw: piece }, delay_ms: 0 }
}

/** A body that fits once, and not a second time. */
function sized(piece, times) {
  return {
    raw: head(`Content-Length: ${piece.length * times}`),
    repeat: { raw: piece, times },
    delay_ms: 0,
  }
}

/** @type {Record<string, [string, object, number, string]>} */
const cases = {
  'a body': ['bytes', endless('text/plain', 'x'.repeat(65536)), 200, 'maxBodyBytes'],
  'an event': ['event', endless('text/event-stream', `data: ${'x'.repeat(65536)}\n`), 200, 'maxEventBytes'],
  'the bytes of a body that fits once': ['bytes', sized('x'.repeat(65536), 2400), 250, 'maxBodyBytes'],
  'the text of a body that fits once': ['text', sized('x'.repeat(65536), 2400), 250, 'maxBodyBytes'],
}

for (const [name, [mode, reply, left, option]] of Object.entries(cases)) {
  test(`fault 86: no memory for ${name} is an error`, { skip: !there && 'no prlimit' }, async () => {
    await withReplay({ replies: [SMALL, SMALL, reply, SMALL] }, async ({ base_url }) => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', CHILD, mode, base_url, KEY], {
        stdio: ['pipe', 'pipe', 'pipe'],
      })
      let errors = ''
      child.stderr.on('data', (piece) => (errors += piece))
      const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
      const { value: size } = await lines.next()
      const most = Number(size) * 1024 + left * MIB
      const set = spawnSync('prlimit', [`--pid=${child.pid}`, `--as=${most}`])
      assert.equal(set.status, 0, String(set.stderr))
      const ended = once(child, 'exit')
      child.stdin.write('\n')
      const { value: line } = await lines.next()
      const [code, signal] = await ended
      assert.deepEqual([code, signal], [0, null], errors)
      const message = JSON.parse(line)
      assert.ok(message?.includes(option), message)
      assert.ok(!message.includes(KEY))
      assert.ok(message.split(' ').some((word) => Number(word) > MIB), message)
    })
  })
}

/** What runs in another process: it reads a body of 250 MiB and says the most memory it had. */
const PEAK = `
import { readFileSync } from 'node:fs'
import { Client } from ${JSON.stringify(new URL('../index.mjs', import.meta.url))}

const [how, baseURL, apiKey] = process.argv.slice(1)
const reply = await new Client({ apiKey, baseURL }).get('/x')
const body = new Uint8Array(await reply[how]())
let sum = 0
for (const byte of body) sum += byte
const peak = Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1])
console.log(JSON.stringify({ peak: peak * 1024, length: body.length, sum }))
`

test('fault 88: a packed body is in memory once', { skip: process.platform !== 'linux' }, async () => {
  const piece = Buffer.alloc(MIB, 'neura..\n')
  const packed = Buffer.concat(Array(250).fill(gzipSync(piece, { level: 1 })))
  const server = createServer((_, response) => {
    response.setHeader('Content-Encoding', 'gzip')
    response.end(packed)
  })
  const url = `http://127.0.0.1:${await listening(server)}`
  try {
    for (const how of ['bytes', 'arrayBuffer']) {
      // The first of them is looked at as it is, the second through another view of it.
      const code = PEAK.replace('new Uint8Array(await', how === 'bytes' ? '(await' : 'new Uint8Array(await')
      const arguments_ = ['--input-type=module', '-e', code, how, url, KEY]
      const { stdout } = await promisify(execFile)(process.execPath, arguments_)
      const { peak, length, sum } = JSON.parse(stdout)
      assert.equal(length, 250 * MIB)
      assert.equal(sum, 250 * piece.reduce((all, byte) => all + byte, 0))
      assert.ok(peak <= 1.3 * length, `${peak / MIB} MiB`)
    }
  } finally {
    server.close()
  }
})

test('fault 88: a large body can be read again after it was handed out', async () => {
  const body = JSON.stringify({ words: 'Grüße '.repeat(300_000) })
  const reply = { status: 200, headers: [['content-type', 'application/json']], body }
  await withReplay({ replies: [reply] }, async (server) => {
    const got = await clientOf(server).get('/x')
    const bytes = await got.bytes()
    assert.ok(Buffer.from(bytes).toString() === body)
    assert.ok((await got.text()) === body)
    assert.ok((await got.json()).words === JSON.parse(body).words)
    assert.equal(got.throwForStatus(), got)
    const buffer = await got.arrayBuffer()
    assert.notEqual(buffer, bytes.buffer)
    assert.ok(Buffer.from(buffer).equals(bytes))
    structuredClone(buffer, { transfer: [buffer] })
    const error = await errorOf(() => got.text())
    assert.ok(error instanceof InvalidArgumentError, String(error))
    assert.equal(got.status, 200)
  })
})
