// NEURA_USAGE_FILE: an idle process, or a worker, writes, and what is left is written when it ends.

import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'

import { KEY, withReplay } from './servers.mjs'

const PACKAGE = new URL('../index.mjs', import.meta.url).href
const CALLS = 'for (let call = 0; call < 3; call++) await client.get("/x")\n'
const CLIENT = `import { Client } from ${JSON.stringify(PACKAGE)}
const client = new Client({ apiKey: process.env.KEY, baseURL: process.env.URL })
`
const ENDS = {
  plain: CLIENT + CALLS,
  'process.exit': `${CLIENT}${CALLS}process.exit(0)\n`,
  closed: `${CLIENT}${CALLS}client.close()\n`,
  'a worker': `import { Worker, isMainThread } from 'node:worker_threads'
if (isMainThread) new Worker(new URL(import.meta.url))
else {
  const { Client } = await import(${JSON.stringify(PACKAGE)})
  const client = new Client({ apiKey: process.env.KEY, baseURL: process.env.URL })
  ${CALLS}
}
`
}

for (const [end, program] of Object.entries(ENDS)) {
  test(`usage is written at the end: ${end}`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'neura-usage-'))
    try {
      await withReplay({ replies: [200, 200, 200] }, async (replay) => {
        const [script, file] = [join(folder, 'shop.mjs'), join(folder, 'usage.jsonl')]
        await writeFile(script, program)
        const env = { KEY, URL: replay.base_url, NEURA_USAGE_FILE: file }
        const { stderr } = await promisify(execFile)(process.execPath, [script], { env })
        assert.equal(stderr, '')
        const text = await readFile(file, 'utf8')
        const lines = text.trimEnd().split('\n').map((line) => JSON.parse(line))
        assert.equal(lines.reduce((sum, line) => sum + line.requests, 0), 3, text)
        assert(lines.every((line) => line.application === 'shop.mjs'), text)
        assert(!text.includes(KEY))
      })
    } finally {
      await rm(folder, { recursive: true })
    }
  })
}

const requestsOf = async (file) => {
  const text = await readFile(file, 'utf8').catch(() => '')
  const lines = text.split('\n').filter(Boolean)
  return lines.reduce((sum, line) => sum + JSON.parse(line).requests, 0)
}

// A timer keeps the process, or the worker, alive.
for (const end of ['plain', 'a worker']) {
  test(`an idle process writes its usage: ${end}`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'neura-usage-'))
    try {
      await withReplay({ replies: [200, 200, 200] }, async (replay) => {
        const [script, file] = [join(folder, 'shop.mjs'), join(folder, 'usage.jsonl')]
        await writeFile(script, ENDS[end].replace(CALLS, `${CALLS}setInterval(() => {}, 1_000)\n`))
        const usage = { NEURA_USAGE_FILE: file, NEURA_USAGE_INTERVAL: '0.3' }
        const env = { KEY, URL: replay.base_url, ...usage }
        const idle = spawn(process.execPath, [script], { env, stdio: 'inherit' })
        const ended = once(idle, 'exit')
        for (let wait = 0; wait < 3_000 && (await requestsOf(file)) < 3; wait++) await delay(10)
        idle.kill('SIGKILL')
        await ended
        assert.equal(await requestsOf(file), 3)
      })
    } finally {
      await rm(folder, { recursive: true })
    }
  })
}
