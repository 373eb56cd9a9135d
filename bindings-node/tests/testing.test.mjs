// neura-ai/testing, as a user's tests import it.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { Replay, Sandbox } from 'neura-ai/testing'

import {
  APIConnectionError,
  ConfigError,
  ExpiredAPIKeyError,
  InvalidArgumentError,
  NeuraResponse,
  RateLimitError,
  RevokedAPIKeyError,
  get
} from '../index.mjs'
import { HELLO, binary, errorOf, eventually } from './servers.mjs'

const place = mkdtempSync(join(tmpdir(), 'neura.testing.'))
after(() => rmSync(place, { recursive: true }))

process.env.NEURA_SANDBOX_BIN = binary('neura-sandbox')
const folder = fileURLToPath(new URL('..', import.meta.url))

const refused = (url) => () => fetch(url).then(
  () => false,
  () => true
)

test('both kinds of module give the same names', () => {
  const testing = createRequire(import.meta.url)('neura-ai/testing')
  assert.deepEqual(testing, { Replay, Sandbox })
})

test('a sandbox has keys of every sort, and ends with close', async () => {
  const box = await Sandbox.start()
  const reply = await box.client().chat.completions.create(HELLO)
  assert.equal(reply.choices[0].message.content, 'You said: Hello!')
  const fails = (apiKey) => box.client({ apiKey, maxRetries: 0 }).models.list()
  await assert.rejects(fails(box.expiredApiKey), ExpiredAPIKeyError)
  await assert.rejects(fails(box.revokedApiKey), RevokedAPIKeyError)
  for (let count = 0; count < 3; count++) await fails(box.limitedApiKey)
  await assert.rejects(fails(box.limitedApiKey), RateLimitError)
  assert.deepEqual(box.env, { NEURA_API_KEY: box.apiKey, NEURA_BASE_URL: box.url })
  await box.close()
  await box.close()
  await assert.rejects(box.client({ maxRetries: 0 }).models.list(), APIConnectionError)
})

test('its text shows no key', async () => {
  const box = await Sandbox.start()
  try {
    const { inspect } = await import('node:util')
    for (const text of [inspect(box), JSON.stringify(box)]) assert(!text.includes(box.apiKey), text)
    assert(inspect(box).includes(box.url))
  } finally {
    await box[Symbol.asyncDispose]()
  }
  await eventually(refused(box.url), 'it has ended')
})

test('the options of a sandbox: a file of keys, a wait between events', async () => {
  const db = join(place, 'keys.sqlite')
  const first = await Sandbox.start({ db, eventDelay: 40 })
  const key = first.apiKey
  const began = performance.now()
  for await (const _ of await first.client().chat.completions.create({ ...HELLO, stream: true }));
  assert(performance.now() - began > 80)
  await first.close()
  const again = await Sandbox.start({ db })
  try {
    assert.throws(() => again.apiKey, (error) => error instanceof ConfigError && /apiKey.*already had keys/.test(error.message))
    assert.equal((await again.client({ apiKey: key }).get('/models')).status, 200)
  } finally {
    await again.close()
  }
  // @ts-expect-error no option
  await assert.rejects(Sandbox.start({ eventdelay: 5 }), /did you mean 'eventDelay'/)
  await assert.rejects(Sandbox.start({ eventDelay: -1 }), TypeError)
})

test('the verbs of the module go to the sandbox that the environment names', async () => {
  for (let round = 0; round < 2; round++) {
    const box = await Sandbox.start()
    Object.assign(process.env, box.env)
    assert.equal((await get('/models')).url, `${box.url}/models`)
    await box.close()
  }
  delete process.env.NEURA_API_KEY
  delete process.env.NEURA_BASE_URL
})

test('a script is played, and what came is reported', async () => {
  const replay = await Replay.start([{ chat: 'Hi!' }, { error: { status: 400, code: 'no', message: 'No.' } }, { stream: ['a', 'b'] }])
  const client = replay.client()
  assert.equal((await client.chat.completions.create(HELLO)).choices[0].message.content, 'Hi!')
  assert.equal((await errorOf(() => client.models.list())).code, 'no')
  const stream = await client.chat.completions.create({ ...HELLO, stream: true })
  assert.equal((await stream.final()).choices[0].message.content, 'ab')
  const before = await replay.report()
  assert.equal(before.ok, true)
  assert.deepEqual(before.requests.map(({ method, target }) => `${method} ${target}`), [
    'POST /v1/chat/completions', 'GET /v1/models', 'POST /v1/chat/completions'
  ])
  assert.deepEqual(JSON.parse(before.requests[0].body), HELLO)
  await client.get('/more')
  assert.equal((await replay.report()).ok, false)
  await replay.close()
  await assert.rejects(replay.report())
})

test('a whole script has expectations', async () => {
  const replay = await Replay.start({ replies: [200], expect: { method: 'POST' } })
  try {
    await replay.client().get('/models')
    const { ok, problems } = await replay.report()
    assert.equal(ok, false)
    assert(problems.some((problem) => problem.includes('POST')), problems.join())
  } finally {
    await replay.close()
  }
})

test('a script that is invalid is a ConfigError that names the place', async () => {
  const error = await errorOf(() => Replay.start([{ chat: 'ok' }, { chatt: 'x' }]))
  assert(error instanceof ConfigError && error.kind === 'config')
  assert.match(error.message, /replies\[1\]/)
  // @ts-expect-error no script
  await assert.rejects(Replay.start('x'), TypeError)
})

test('a program that is missing, or another one, is a ConfigError that says what to do', async () => {
  const known = process.env.NEURA_SANDBOX_BIN
  const script = (name, text) => {
    const path = join(place, name)
    writeFileSync(path, `#!/bin/sh\n${text}\n`)
    chmodSync(path, 0o755)
    return path
  }
  /** @type {[string, RegExp][]} */
  const cases = [
    [join(place, 'none'), /NEURA_SANDBOX_BIN is '.*none', which is not a file: npm install --save-dev neura-sandbox/],
    ['', /neura-sandbox was not found .*: npm install --save-dev neura-sandbox, or set NEURA_SANDBOX_BIN/]
  ]
  if (process.platform !== 'win32') {
    cases.push(
      [script('fails', 'echo broken >&2; exit 3'), /ended at once with exit code 3: broken/],
      [script('other', 'echo hello; sleep 5'), /is another program/],
      [fileURLToPath(import.meta.url), /cannot be run/]
    )
  }
  try {
    for (const [path, says] of cases) {
      process.env.NEURA_SANDBOX_BIN = path
      const error = await errorOf(() => Sandbox.start())
      assert(error instanceof ConfigError, String(error))
      assert.match(error.message, says)
    }
  } finally {
    process.env.NEURA_SANDBOX_BIN = known
  }
})

test('a sandbox that is not closed neither holds up the process nor outlives it', async () => {
  for (const end of ['', 'await new Promise((done) => setInterval(done, 2 ** 30))']) {
    const text = `import { Sandbox } from 'neura-ai/testing'
      const box = await Sandbox.start()
      console.log(box.url)
      await box.client().models.list()
      ${end}`
    const child = spawn(process.execPath, ['--input-type=module', '--eval', text], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit']
    })
    const exited = once(child, 'exit')
    const [url] = await once(createInterface(child.stdout), 'line')
    if (end !== '') child.kill('SIGKILL')
    const [code, signal] = await exited
    assert.deepEqual([code, signal], end === '' ? [0, null] : [null, 'SIGKILL'])
    await eventually(refused(url), 'the sandbox has ended')
  }
})

test('a response that a test makes reads like one of a server', async () => {
  const made = NeuraResponse.from({
    status: 429,
    headers: { 'Retry-After': '2', 'X-Request-Id': 'req_1' },
    json: { error: { message: 'Slow down.', code: 'rate_limit_exceeded' } }
  })
  assert(made instanceof NeuraResponse)
  assert.deepEqual([made.status, made.ok, made.requestId, made.attempts, made.url], [429, false, 'req_1', 1, ''])
  assert.equal(made.headers.get('content-type'), 'application/json')
  assert.equal((await made.json()).error.code, 'rate_limit_exceeded')
  const error = await errorOf(() => made.throwForStatus())
  assert(error instanceof RateLimitError)
  assert.deepEqual([error.code, error.retryAfter], ['rate_limit_exceeded', 2])
  assert.equal(NeuraResponse.from().throwForStatus().status, 200)
})

test('the bodies that a response may be made of', async () => {
  const bytes = new Uint8Array([104, 105, 33, 33]).subarray(0, 2)
  for (const body of ['hi', bytes, new DataView(bytes.buffer, 0, 2), bytes.slice().buffer]) {
    assert.equal(await NeuraResponse.from({ body }).text(), 'hi')
  }
  const large = 'x'.repeat(3 << 20)
  const reply = NeuraResponse.from({ body: large, headers: [['a', '1'], ['a', '2']], url: 'http://x/y' })
  assert.equal((await reply.bytes()).length, large.length)
  assert.equal(await reply.text(), large)
  assert.equal(reply.headers.get('a'), '1, 2')
  assert.equal(reply.url, 'http://x/y')
  assert.equal(NeuraResponse.from({ json: 1, headers: { 'Content-Type': 'a/b' } }).headers.get('content-type'), 'a/b')
})

test('parts that a response cannot have are refused', () => {
  for (const status of [99, 199, 600, 1e9, 200.5, NaN]) {
    assert.throws(() => NeuraResponse.from({ status }), InvalidArgumentError)
  }
  for (const parts of [{ status: '200' }, { body: 5 }, { headers: 'x' }, { json: 1, body: 'x' }, { statusCode: 200 }, null]) {
    assert.throws(() => NeuraResponse.from(/** @type {any} */ (parts)), TypeError)
  }
})
