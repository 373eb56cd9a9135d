// What the native side does to the process: threads, the event loop, the end.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'

import { clientOf, replay, sandbox, withReplay } from './servers.mjs'

const index = new URL('../index.mjs', import.meta.url).href

let server
let silent
before(
  async () => ([server, silent] = await Promise.all([sandbox(), replay({ replies: ['stall'] })]))
)
after(() => Promise.all([server.stop(), silent.stop()]))

/** Runs a script with a `client` for `at`; what it printed, how and when it ended. */
async function program(at, script) {
  const source = `
    import neura from ${JSON.stringify(index)}
    const client = new neura.Client(${JSON.stringify({ apiKey: at.api_key ?? 'nk-test-not-a-key', baseURL: at.base_url })})
    ${script}`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 20000
  })
  let out = ''
  let lastWord = performance.now()
  child.stdout.on('data', (data) => {
    out += data
    lastWord = performance.now()
  })
  const [code, signal] = await once(child, 'close')
  return { out, code, signal, sinceLastWord: performance.now() - lastWord }
}

/** Milliseconds that `act` takes. */
async function timed(act) {
  const began = performance.now()
  await act()
  return performance.now() - began
}

test('64 requests in flight leave fs and DNS alone', async () => {
  const client = clientOf(silent)
  const controller = new AbortController()
  const calls = Array.from({ length: 64 }, () => client.get('/x', { signal: controller.signal }))
  const settled = Promise.allSettled(calls)
  await new Promise((resolve) => setTimeout(resolve, 100))
  // libuv's pool has four threads: with requests on it, these would wait for the abort.
  const files = await timed(() =>
    Promise.all(Array.from({ length: 20 }, () => readFile(new URL(index))))
  )
  const names = await timed(() => Promise.all(Array.from({ length: 8 }, () => lookup('localhost'))))
  controller.abort()
  assert((await settled).every((each) => each.status === 'rejected' && each.reason.kind === 'cancelled'))
  assert(files < 500, `fs took ${files} ms`)
  assert(names < 500, `DNS took ${names} ms`)
})

test('the event loop turns while requests wait', async () => {
  const client = clientOf(silent)
  const controller = new AbortController()
  const settled = Promise.allSettled(
    Array.from({ length: 64 }, () => client.get('/x', { signal: controller.signal }))
  )
  let turns = 0
  const timer = setInterval(() => turns++, 5)
  await new Promise((resolve) => setTimeout(resolve, 300))
  clearInterval(timer)
  controller.abort()
  await settled
  assert(turns >= 20, `${turns} turns in 300 ms`)
})

test('the process ends by itself when nothing is pending', async () => {
  const idle = await program(server, `console.log((await client.get('/models')).status)`)
  assert.deepEqual([idle.out, idle.code], ['200\n', 0])
  assert(idle.sinceLastWord < 1000, `${idle.sinceLastWord} ms`)
})

test('a stream that is open but not read does not keep the process', async () => {
  const open = await program(
    server,
    `
    const stream = await client.chat.completions.create({
      model: 'gpt-5', stream: true, messages: [{ role: 'user', content: 'Hello!' }]
    })
    globalThis.kept = stream
    console.log((await stream.next()).done)`
  )
  assert.deepEqual([open.out, open.code], ['false\n', 0])
  assert(open.sinceLastWord < 1000)
})

test('the process stays alive while a call is pending', async () => {
  await withReplay({ replies: [{ status: 200, delay_before_ms: 400 }] }, async (slow) => {
    const run = await program(slow, `client.get('/x').then((reply) => console.log(reply.status))`)
    assert.deepEqual([run.out, run.code], ['200\n', 0])
  })
})

test('process.exit with 100 requests in flight ends within a second', async () => {
  const run = await program(
    silent,
    `
    for (let index = 0; index < 100; index++) client.get('/x').catch(() => {})
    setTimeout(() => { console.log('exit'); process.exit(0) }, 300)`
  )
  assert.deepEqual([run.out, run.code, run.signal], ['exit\n', 0, null])
  assert(run.sinceLastWord < 1000, `${run.sinceLastWord} ms`)
})

test('an uncaught error with requests in flight ends the process as ever', async () => {
  const run = await program(
    silent,
    `
    for (let index = 0; index < 20; index++) client.get('/x').catch(() => {})
    setTimeout(() => { console.log('throw'); process.stderr.write = () => {}; throw 1 }, 200)
    process.on('uncaughtException', () => process.exit(7))`
  )
  assert.deepEqual([run.out, run.code, run.signal], ['throw\n', 7, null])
})

/** A worker with a client; says 'ready' once `script` ran. */
async function worker(at, script) {
  const source = `
    const { parentPort } = require('node:worker_threads')
    import(${JSON.stringify(index)}).then(async ({ Client }) => {
      const client = new Client(${JSON.stringify({ apiKey: at.api_key ?? 'nk-test-not-a-key', baseURL: at.base_url })})
      ${script}
    })`
  const started = new Worker(source, { eval: true })
  const ended = once(started, 'exit').then(() => [new Error('the worker ended without a word')])
  const [message] = await Promise.race([once(started, 'message'), ended])
  if (message instanceof Error) throw message
  return { started, message }
}

test('the addon loads in several workers, which ask side by side', async () => {
  const workers = await Promise.all(
    Array.from({ length: 4 }, () =>
      worker(
        server,
        `
        const replies = await Promise.all(Array.from({ length: 10 }, () => client.get('/models')))
        parentPort.postMessage(replies.map((reply) => reply.status))`
      )
    )
  )
  for (const { message } of workers) assert.deepEqual(message, Array(10).fill(200))
  assert.equal((await clientOf(server).get('/models')).status, 200)
})

test('a worker reads the variables of its own process.env', async () => {
  const source = `
    const { parentPort } = require('node:worker_threads')
    import(${JSON.stringify(index)}).then(async ({ Client, get, resolve }) => {
      const seen = [resolve().mask, (await new Client().get('/models')).status, (await get('/models')).status]
      process.env.NEURA_API_KEY = 'nk-fake-first-0000000000001111'
      parentPort.postMessage([...seen, resolve().mask])
    })`
  const env = { NEURA_API_KEY: server.api_key, NEURA_BASE_URL: server.base_url }
  const started = new Worker(source, { eval: true, env })
  const ended = once(started, 'exit').then(() => [new Error('the worker ended without a word')])
  const [seen] = await Promise.race([once(started, 'message'), ended])
  const mask = `…${server.api_key.slice(-4)}`
  assert.deepEqual(seen, [mask, 200, 200, '…1111'])
})

test('a worker is terminated with calls and streams in flight', async () => {
  await withReplay({ replies: ['stall'] }, async (own) => {
    const { started } = await worker(
      own,
      `
      for (let index = 0; index < 20; index++) client.get('/x').catch(() => {})
      for (let index = 0; index < 5; index++) client.stream('/x').next().catch(() => {})
      setTimeout(() => parentPort.postMessage('ready'), 200)`
    )
    assert((await timed(() => started.terminate())) < 1000)
    // Its sockets close, though the process lives on.
    let closes = []
    for (let tries = 0; tries < 100 && closes.length < 25; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      closes = (await own.report()).closes.filter((close) => close.by === 'client')
    }
    assert.equal(closes.length, 25)
  })
  assert.equal((await clientOf(server).get('/models')).status, 200)
})

test('workers come and go under load', async () => {
  for (let round = 0; round < 5; round++) {
    const { started } = await worker(
      server,
      `
      const ask = () => client.get('/models').then(ask, () => {})
      for (let index = 0; index < 8; index++) ask()
      setTimeout(() => parentPort.postMessage('ready'), 50)`
    )
    await started.terminate()
  }
  assert.equal((await clientOf(server).get('/models')).status, 200)
})

test('the addon outlives the only worker that used it', async () => {
  const options = [server.api_key, server.base_url, silent.base_url]
  const child = spawn(process.execPath, [fileURLToPath(new URL('only_worker.cjs', import.meta.url)), ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 20000
  })
  let out = ''
  child.stdout.on('data', (data) => (out += data))
  const [code] = await once(child, 'close')
  assert.deepEqual([code, out], [0, 'workers: 200 200 200; main and worker: 200 200\n'])
})

test('replies that are dropped give their memory back', async () => {
  const body = 'x'.repeat(4 << 20)
  await withReplay({ replies: [{ status: 200, body }] }, async (large) => {
    const run = await program(
      large,
      `
      for (let index = 0; index < 100; index++) await client.get('/large')
      console.log(process.memoryUsage().rss)`
    )
    assert(Number(run.out) < 300 << 20, `${run.out.trim()} bytes after 400 MiB of replies`)
  })
})
