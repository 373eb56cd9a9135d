import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { inspect } from 'node:util'

import { CancelledError, diagnose } from '../index.mjs'
import { index, withPlace } from './place.mjs'
import { KEY, errorOf, replay, sandbox, withReplay } from './servers.mjs'

const NOWHERE = 'http://127.0.0.1:9/v1'

let server
let silent
before(
  async () => ([server, silent] = await Promise.all([sandbox(), replay({ replies: ['stall'] })]))
)
after(() => Promise.all([server.stop(), silent.stop()]))

/** The report, which has the agreed form and shows no key. */
async function reportOf(options) {
  const report = await diagnose(options)
  assert.deepEqual(Object.keys(report).sort(), ['baseURL', 'checks', 'key', 'ok', 'verdict'])
  for (const check of report.checks) {
    assert.deepEqual(Object.keys(check).sort(), ['advice', 'code', 'found', 'status'])
    assert(['ok', 'warning', 'failed', 'skipped'].includes(check.status))
  }
  const text = String(report)
  assert.match(text, new RegExp(`^verdict: ${report.verdict}`, 'm'))
  for (const said of [JSON.stringify(report), text, inspect(report, { showHidden: true })]) {
    for (const key of [options.apiKey].flat()) assert(!key || !said.includes(key), said)
  }
  return report
}

const checkOf = (report, code) => report.checks.find((check) => check.code === code)

test('a key that works is valid', async () => {
  const report = await reportOf({ apiKey: server.api_key, baseURL: server.base_url })
  assert.equal(report.verdict, 'valid')
  assert.equal(report.ok, true)
  assert.equal(report.baseURL, server.base_url)
  assert.equal(report.key.source, 'caller')
  assert.equal(report.key.baseURLSource, 'caller')
  assert.equal(checkOf(report, 'service').status, 'ok')
  assert.equal(checkOf(report, 'tcp').advice, null)
})

test('a key that the service refuses: the verdict is the kind, with advice', async () => {
  const keys = {
    expired_api_key: server.expired_api_key,
    revoked_api_key: server.revoked_api_key,
    invalid_api_key: KEY
  }
  for (const [kind, apiKey] of Object.entries(keys)) {
    const report = await reportOf({ apiKey, baseURL: server.base_url })
    assert.equal(report.verdict, kind)
    assert.equal(report.ok, false)
    const service = checkOf(report, 'service')
    assert.equal(service.status, 'failed')
    assert(service.advice.length > 0)
  }
})

test('no key: missing, with every place, and the service is not asked', async () => {
  const report = await reportOf({ baseURL: server.base_url })
  assert.equal(report.verdict, 'missing_api_key')
  assert.equal(report.key, null)
  assert.equal(report.baseURL, server.base_url)
  const source = checkOf(report, 'key_source')
  assert.equal(source.status, 'failed')
  for (const place of [/NEURA_API_KEY/, /\.env/, /credentials\.toml/]) {
    assert.match(source.found, place)
  }
  assert.equal(checkOf(report, 'service').status, 'skipped')
})

test('nobody listens: connection', async () => {
  const report = await reportOf({ apiKey: KEY, baseURL: NOWHERE })
  assert.equal(report.verdict, 'connection')
  assert.equal(report.ok, false)
})

test('a page instead of the service: decode, with its title', async () => {
  const headers = [['content-type', 'text/html']]
  const body = '<html><title>Welcome</title></html>'
  await withReplay({ replies: [{ status: 200, headers, body }] }, async (page) => {
    const report = await reportOf({ apiKey: KEY, baseURL: page.base_url })
    assert.equal(report.verdict, 'decode')
    assert.match(checkOf(report, 'service').found, /HTML.*Welcome/)
  })
})

test('a reply that echoes the key does not show it', async () => {
  const body = JSON.stringify({ error: { message: `Unknown key ${KEY}`, code: 'invalid_api_key' } })
  const headers = [['content-type', 'application/json']]
  await withReplay({ replies: [{ status: 401, headers, body }] }, async (echo) => {
    const report = await reportOf({ apiKey: KEY, baseURL: echo.base_url })
    assert.equal(report.verdict, 'invalid_api_key')
  })
})

test('what is wrong with the options is in the report, a wrong type is thrown', async () => {
  const bad = await reportOf({ apiKey: 'nk a b', baseURL: server.base_url })
  assert.equal(bad.verdict, 'malformed_api_key')
  const both = await reportOf({ apiKey: [], baseURL: server.base_url })
  assert.equal(both.verdict, 'config')
  const failing = () => Promise.reject(new Error('the vault is sealed'))
  const sealed = await diagnose({ apiKey: failing, baseURL: server.base_url })
  assert.equal(sealed.verdict, 'config')
  assert.match(checkOf(sealed, 'service').found, /the vault is sealed/)
  for (const options of [{ apikey: KEY }, { apiKey: 5 }, { signal: {} }, null, 'x']) {
    await assert.rejects(diagnose(/** @type {any} */ (options)), TypeError)
  }
})

test('a key in a second place is told as shadowed', async () => {
  await withPlace(async (place) => {
    const variable = 'nk-fake-first-0000000000001111'
    const filed = 'nk-fake-second-000000000002222'
    place.write('work/.env', `NEURA_API_KEY=${filed}\n`)
    const script = `
      const report = await neura.diagnose({ baseURL: given.baseURL })
      return { report, text: String(report) }`
    const { value } = await place.run(script, {
      given: { baseURL: NOWHERE },
      env: { NEURA_API_KEY: variable }
    })
    assert.equal(value.report.key.source, 'environment')
    assert.equal(checkOf(value.report, 'key_shadowed').status, 'warning')
    assert.match(checkOf(value.report, 'key_shadowed').found, /work\/\.env/)
    for (const key of [variable, filed]) assert(!JSON.stringify(value).includes(key))
  })
})

test('an aborted signal rejects, before and while the service is silent', async () => {
  const options = { apiKey: KEY, baseURL: silent.base_url }
  const early = await errorOf(() => diagnose({ ...options, signal: AbortSignal.abort('no') }))
  assert(early instanceof CancelledError)
  assert.equal(early.cause, 'no')
  const controller = new AbortController()
  setTimeout(() => controller.abort(new Error('enough')), 100)
  const began = performance.now()
  const late = await errorOf(() => diagnose({ ...options, signal: controller.signal }))
  assert(performance.now() - began < 500)
  assert.equal(late.name, 'AbortError')
  assert.equal(late.cause.message, 'enough')
})

test('reports under way leave libuv alone', async () => {
  const controller = new AbortController()
  const { signal } = controller
  const under = Array.from({ length: 16 }, () =>
    diagnose({ apiKey: KEY, baseURL: silent.base_url, signal })
  )
  const settled = Promise.allSettled(under)
  await new Promise((resolve) => setTimeout(resolve, 100))
  const began = performance.now()
  await Promise.all(Array.from({ length: 20 }, () => readFile(new URL(index))))
  const took = performance.now() - began
  controller.abort()
  assert((await settled).every((each) => each.status === 'rejected' && each.reason.kind === 'cancelled'))
  assert(took < 500, `fs took ${took} ms`)
})
