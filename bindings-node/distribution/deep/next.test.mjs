// A program of Next.js, of both routers and built by both bundlers, with the README's configuration.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'

import { sandbox } from '../../tests/servers.mjs'
import { project, run, variablesOf } from '../project.mjs'
import { commandsOf, configure } from '../readme.mjs'

const place = project('bundlers/deep')
const FILES = {
  'app/layout.js':
    'export default function Layout({ children }) { return <html><body>{children}</body></html> }\n',
  'app/chat/route.js': `import { Client } from 'neura-ai'
    export const dynamic = 'force-dynamic'
    export async function GET() {
      const messages = [{ role: 'user', content: 'Hello!' }]
      const reply = await new Client().chat.completions.create({ model: 'gpt-5', messages })
      return new Response(reply.choices[0].message.content)
    }\n`,
  'pages/api/chat.js': `import { Client } from 'neura-ai'
    export default async function handler(request, response) {
      const messages = [{ role: 'user', content: 'Hello!' }]
      const reply = await new Client().chat.completions.create({ model: 'gpt-5', messages })
      response.send(reply.choices[0].message.content)
    }\n`
}
for (const [name, text] of Object.entries(FILES)) {
  mkdirSync(join(place, name, '..'), { recursive: true })
  writeFileSync(join(place, name), text)
}
configure(place)

let server
before(async () => (server = await sandbox()))
after(() => server.stop())

/** A port that was free a moment ago. */
async function freePort() {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = /** @type {import('node:net').AddressInfo} */ (listener.address())
  listener.close()
  await once(listener, 'close')
  return port
}

/** What a URL answers, once its server is up. */
async function textOf(url) {
  for (const end = Date.now() + 60_000; ; ) {
    try {
      const reply = await fetch(url)
      return `${reply.status} ${await reply.text()}`
    } catch (error) {
      if (Date.now() > end) throw error
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
}

const [command] = commandsOf('next')
for (const bundler of ['--webpack', '--turbopack']) {
  test(`${command} ${bundler}`, async () => {
    rmSync(join(place, '.next'), { recursive: true, force: true })
    const built = run(place, [...command.split(' '), bundler])
    assert.equal(built.status, 0, built.said)
    const port = await freePort()
    const next = join(place, 'node_modules', 'next', 'dist', 'bin', 'next')
    const started = spawn(process.execPath, [next, 'start', '--port', String(port), '--hostname', '127.0.0.1'], {
      cwd: place,
      env: { ...process.env, ...variablesOf(server), NEXT_TELEMETRY_DISABLED: '1' },
      stdio: ['ignore', 'ignore', 'inherit']
    })
    try {
      for (const path of ['/chat', '/api/chat']) {
        assert.equal(await textOf(`http://127.0.0.1:${port}${path}`), '200 You said: Hello!', path)
      }
    } finally {
      started.kill()
      await once(started, 'exit')
    }
  })
}
