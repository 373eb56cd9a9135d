// Starts the sandbox and the replay server, the real programs, for one test file, and
// keeps this machine's own keys away from it.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { Client } from '../index.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

const sandboxBinary = process.env.NEURA_SANDBOX_BIN && resolve(process.env.NEURA_SANDBOX_BIN)

// Where a key is looked for: a home without files, no `.env` above, no variable.
const home = mkdtempSync(join(tmpdir(), 'neura.test.'))
process.on('exit', () => rmSync(home, { recursive: true }))
process.chdir(home)
process.env.HOME = home
for (const name of Object.keys(process.env)) if (name.startsWith('NEURA_')) delete process.env[name]

/** A key that looks like one and opens nothing. */
export const KEY = 'nk-test-not-a-key-4f9A0x'

/** @type {{ model: string, messages: { role: 'user', content: string }[] }} */
export const HELLO = { model: 'gpt-5', messages: [{ role: 'user', content: 'Hello!' }] }

/** The conformance cases of one file. */
export function casesOf(name, list = 'cases') {
  return JSON.parse(readFileSync(join(root, 'conformance', `${name}.json`), 'utf8'))[list]
}

/** Words of a message: `{option:api_key}` is the option as the language spells it. */
export function words(part) {
  const spelled = (name) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase())
  return part.replace(/\{option:(\w+)\}/g, (_, name) =>
    name === 'base_url' ? 'baseURL' : spelled(name)
  )
}

const ran = {}

/** A test of one case of a file; that it passed is counted, for the comparison of languages. */
export function testCase(file, id, title, body) {
  test(title, async () => {
    await body()
    const ids = (ran[file] ??= new Set())
    ids.add(id)
  })
}

process.on('exit', () => {
  const folder = join(root, 'target', 'conformance', 'node')
  for (const [file, ids] of Object.entries(ran)) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, file), `${ids.size}\n`)
  }
})

export function binary(name) {
  const places = sandboxBinary
    ? [join(dirname(sandboxBinary), name)]
    : ['release', 'debug'].map((profile) => join(root, 'target', profile, name))
  const found = places.find((place) => existsSync(place))
  if (found === undefined) throw new Error(`${name} is not built: cargo build -p neura-sandbox`)
  return found
}

/** A program whose first line on stdout is JSON, and which ends with its stdin. */
async function started(name, options, input = '') {
  const program = spawn(binary(name), [...options, '--stop-on-stdin-close'], {
    stdio: ['pipe', 'pipe', 'inherit']
  })
  program.stdin.write(input)
  const [line] = await once(createInterface(program.stdout), 'line')
  const stop = async () => {
    const exited = once(program, 'exit')
    program.stdin.end()
    await exited
  }
  return { ...JSON.parse(line), stop }
}

/** `base_url`, `api_key` and the seeded keys. */
export const sandbox = (...options) =>
  started('neura-sandbox', ['--port', '0', '--seed-keys', ...options])

/** Plays `script`; `report()` tells what came so far and how it is judged. */
export async function replay(script) {
  const server = await started('neura-replay', ['--script', '-'], JSON.stringify(script))
  const report = async () => await (await fetch(`${server.control_url}/report`)).json()
  return { ...server, report }
}

/** Runs `use` with a replay server, and stops it whatever happens. */
export async function withReplay(script, use) {
  const server = await replay(script)
  try {
    return await use(server)
  } finally {
    await server.stop()
  }
}

export function clientOf(server, options) {
  return new Client({ apiKey: server.api_key ?? KEY, baseURL: server.base_url, ...options })
}

/** A reply of the replay server that is an event stream. */
export function eventReply(body, more) {
  return { status: 200, headers: [['content-type', 'text/event-stream']], body, ...more }
}

/** A reply of the replay server that refuses the key. */
export function refusal(code, status = 401) {
  const headers = [['content-type', 'application/json']]
  return { status, headers, body: JSON.stringify({ error: { message: 'No.', code } }) }
}

/** The keys of the requests that came to a replay server, in turn. */
export async function keysSeen(server) {
  const { requests } = await server.report()
  return requests.map(({ headers }) => new Headers(headers).get('authorization').slice(7))
}

/**
 * What `act` throws or rejects with.
 * @param {() => any} act
 * @returns {Promise<any>}
 */
export async function errorOf(act) {
  try {
    await act()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

/**
 * The port, free until now, at which a server of 127.0.0.1 or another host listens from now on.
 * @param {import('node:net').Server} server
 */
export async function listening(server, host = '127.0.0.1') {
  server.listen(0, host)
  await once(server, 'listening')
  return /** @type {import('node:net').AddressInfo} */ (server.address()).port
}

/** Waits until `holds`, for two seconds at the most. */
export async function eventually(holds, what) {
  const end = Date.now() + 2000
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`not within two seconds: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
