// What a function as key does to the process: its end, its workers, its memory.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, before, test } from 'node:test'

import { index } from './place.mjs'
import { refusal, sandbox, withReplay } from './servers.mjs'

let server
before(async () => (server = await sandbox()))
after(() => server.stop())

/** Runs a script with `Client` and `at`; what it printed, how and when it ended. */
async function program(at, script, ...flags) {
  const source = `
    import { once } from 'node:events'
    import { readFileSync, readdirSync } from 'node:fs'
    import { Worker } from 'node:worker_threads'
    import { Client } from ${JSON.stringify(index)}
    const at = ${JSON.stringify({ baseURL: at.base_url, key: at.api_key })}
    const { baseURL, key } = at
    // Something can still settle it, so that the garbage collector leaves it alone.
    const unsettled = []
    const never = () => new Promise((resolve) => unsettled.push(resolve))
    const later = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))
    const say = (...words) => console.log(...words)
    ${script}`
  const began = performance.now()
  const child = spawn(process.execPath, [...flags, '--input-type=module', '--eval', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 10000
  })
  let out = ''
  child.stdout.on('data', (data) => (out += data))
  const [code, signal] = await once(child, 'close')
  return { out, code, signal, took: performance.now() - began }
}

function assertEnded(run, out, code = 0) {
  assert.deepEqual([run.out, run.code, run.signal], [out, code, null])
  assert(run.took < 5000, `${run.took} ms`)
}

/** How many threads of the native side a program has; Linux tells. */
const THREADS = `
  const threads = () => readdirSync('/proc/self/task').filter((thread) => {
    try {
      return readFileSync('/proc/self/task/' + thread + '/comm', 'utf8') === 'neura-worker\\n'
    } catch {
      return false
    }
  }).length`

test('a promise that never settles is an APITimeoutError after the timeout', async () => {
  for (const calls of [1, 5]) {
    const run = await program(
      server,
      `
      const client = new Client({ apiKey: never, baseURL, timeout: 500 })
      const call = () => client.get('/models').catch((error) => error.name)
      say(...new Set(await Promise.all(Array.from({ length: ${calls} }, call))))`
    )
    assertEnded(run, 'APITimeoutError\n')
    assert(run.took >= 500)
  }
})

test('so is one after a 401', async () => {
  await withReplay({ replies: [refusal('expired_api_key')] }, async (own) => {
    const run = await program(
      own,
      `
      let asked = 0
      const apiKey = () => (asked++ === 0 ? 'nk-fake-first-0000000000001111' : never())
      const call = new Client({ apiKey, baseURL, timeout: 500 }).get('/models')
      say(await call.catch((error) => error.name), asked)`
    )
    assertEnded(run, 'APITimeoutError 2\n')
  })
})

test('what the function waits for keeps the process, and so does the call behind it', async () => {
  await withReplay({ replies: [{ status: 200, delay_before_ms: 300 }] }, async (slow) => {
    const run = await program(
      slow,
      `
      const apiKey = () => later(100).then(() => 'nk-fake-first-0000000000001111')
      const client = new Client({ apiKey, baseURL })
      for (let call = 0; call < 3; call++) client.get('/x').then((reply) => say(reply.status))`
    )
    assertEnded(run, '200\n200\n200\n')
  })
})

test('a call that needs no answer does not wait for one that does', async () => {
  await withReplay({ replies: [{ status: 200, delay_before_ms: 300 }] }, async (slow) => {
    const run = await program(
      slow,
      `
      new Client({ apiKey: never, baseURL, timeout: 1000 }).get('/x').catch(({ kind }) => say(kind))
      new Client({ apiKey: 'nk-fake-first-0000000000001111', baseURL })
        .get('/x').then((reply) => say(reply.status))`
    )
    assertEnded(run, '200\ntimeout\n')
  })
})

test('an abort as the last act of a program is told', async () => {
  const run = await program(
    server,
    `
    const controller = new AbortController()
    const client = new Client({ apiKey: never, baseURL })
    client.get('/models', { signal: controller.signal }).catch((error) => say(error.kind))
    client.stream('/models', { signal: controller.signal }).next().catch((error) => say(error.kind))
    setTimeout(() => controller.abort(), 100)`
  )
  assertEnded(run, 'cancelled\ncancelled\n')
})

test('after an abort the next call asks anew, and keeps the process again', async () => {
  const run = await program(
    server,
    `
    let asked = 0
    const apiKey = () => (asked++ === 0 ? never() : key)
    const client = new Client({ apiKey, baseURL })
    const controller = new AbortController()
    client.get('/models', { signal: controller.signal }).catch((error) => say(error.kind))
    client.get('/models').then((reply) => say(reply.status))
    setTimeout(() => controller.abort(), 100)
    process.on('exit', () => say('asked', asked))`
  )
  assertEnded(run, 'cancelled\n200\nasked 2\n')
})

test('setApiKey does not wait for a function that is being asked', async () => {
  const run = await program(
    server,
    `
    let asked
    const answer = new Promise((resolve) => (asked = resolve))
    const client = new Client({ apiKey: () => (asked(), later(500).then(() => key)), baseURL })
    const before = client.get('/models')
    await answer
    const began = performance.now()
    client.setApiKey(key)
    say((await client.get('/models')).status, performance.now() - began < 400)
    say((await before).status)
    say(client.usage().keys.length, client.authHeaders().Authorization === 'Bearer ' + key)`
  )
  assertEnded(run, '200 true\n200\n1 true\n')
})

test('process.exit while it is asked', async () => {
  const run = await program(
    server,
    `
    const client = new Client({ apiKey: never, baseURL })
    for (let call = 0; call < 50; call++) client.get('/models').catch(say)
    setTimeout(() => process.exit(3), 200)`
  )
  assertEnded(run, '', 3)
})

test('a worker that is terminated while it is asked takes its threads with it', async () => {
  const inWorker = `
    import { parentPort } from 'node:worker_threads'
    import(${JSON.stringify(index)}).then(({ Client }) => {
      const apiKey = () => { parentPort.postMessage('asked'); return new Promise(() => {}) }
      const client = new Client({ apiKey, baseURL: 'http://127.0.0.1:9/v1' })
      for (let call = 0; call < 20; call++) client.get('/models').catch(() => {})
      setInterval(() => {}, 1000)
    })`
  const run = await program(
    server,
    `
    ${THREADS}
    const worker = new Worker(${JSON.stringify(inWorker)}, { eval: true })
    await once(worker, 'message')
    say(threads() > 0)
    await worker.terminate()
    for (let tries = 0; tries < 100 && threads() > 0; tries++) await later(20)
    say(threads())
    say((await new Client({ apiKey: async () => key, baseURL }).get('/models')).status)`
  )
  assertEnded(run, 'true\n0\n200\n')
})

test('a worker ends by itself though its function never answers', async () => {
  const inWorker = `
    import(${JSON.stringify(index)}).then(({ Client }) => {
      const apiKey = () => new Promise(() => {})
      const client = new Client({ apiKey, baseURL: 'http://127.0.0.1:9/v1', timeout: 500 })
      client.get('/models').catch(() => {})
    })`
  const run = await program(
    server,
    `
    ${THREADS}
    const worker = new Worker(${JSON.stringify(inWorker)}, { eval: true })
    say((await once(worker, 'exit'))[0])
    for (let tries = 0; tries < 100 && threads() > 0; tries++) await later(20)
    say(threads())`
  )
  assertEnded(run, '0\n0\n')
})

test('each worker asks its own function on its own thread', async () => {
  await withReplay({ replies: [200] }, async (own) => {
    const inWorker = (name) => `
      import { parentPort, threadId } from 'node:worker_threads'
      import(${JSON.stringify(index)}).then(async ({ Client }) => {
        const asked = []
        const apiKey = async () => {
          asked.push(threadId)
          return 'nk-fake-of-worker-${name}-0000000'
        }
        const client = new Client({ apiKey, baseURL: ${JSON.stringify(own.base_url)} })
        await Promise.all(Array.from({ length: 10 }, () => client.get('/x')))
        parentPort.postMessage(asked.length === 1 && asked[0] === threadId)
      })`
    const run = await program(
      own,
      `
      const sources = ${JSON.stringify(['a', 'b', 'c'].map(inWorker))}
      const workers = sources.map((source) => new Worker(source, { eval: true }))
      const words = await Promise.all(workers.map((worker) => once(worker, 'message')))
      say(words.flat())`
    )
    assertEnded(run, '[ true, true, true ]\n')
    const { requests } = await own.report()
    const keys = requests.map(({ headers }) => new Headers(headers).get('authorization'))
    for (const name of ['a', 'b', 'c']) {
      const its = keys.filter((key) => key === `Bearer nk-fake-of-worker-${name}-0000000`)
      assert.equal(its.length, 10)
    }
  })
})

test('a client and a function that know each other are collected together', async () => {
  const run = await program(
    server,
    `
    async function use() {
      const client = new Client({ apiKey: async () => (void client, key), baseURL })
      say((await client.get('/models')).status)
      return new WeakRef(client)
    }
    const client = await use()
    for (let tries = 0; tries < 50 && client.deref(); tries++) {
      await later(10)
      gc()
    }
    say(client.deref())`,
    '--expose-gc'
  )
  assertEnded(run, '200\nundefined\n')
})

test('a client that nothing holds but its call lives as long as the call', async () => {
  const run = await program(
    server,
    `
    const apiKey = () => later(300).then(() => key)
    const call = (() => new Client({ apiKey, baseURL }).get('/models'))()
    for (let round = 0; round < 20; round++) {
      await later(10)
      gc()
    }
    say((await call).status)`,
    '--expose-gc'
  )
  assertEnded(run, '200\n')
})

test('a promise that nothing can settle is a ConfigError once it is collected', async () => {
  const run = await program(
    server,
    `
    const apiKey = () => new Promise(() => {})
    const call = new Client({ apiKey, baseURL }).get('/models')
    call.catch((error) => say(error.kind, /before it settled/.test(error.message)))
    for (let round = 0; round < 50; round++) {
      await later(10)
      gc()
    }`,
    '--expose-gc'
  )
  assertEnded(run, 'config true\n')
})
