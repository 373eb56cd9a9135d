// conformance/proxy.json: which proxy a client uses, as `diagnose` tells it, or why it is refused.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'

import { Client, diagnose } from '../index.mjs'
import { index } from './place.mjs'
import { KEY, casesOf, testCase } from './servers.mjs'

const SECRETS = ['alice', 'al%40ice', 'fake-p', 'fake/p', 'fake-token', KEY]
/** Every variable of a proxy; the tests run with those of a case alone. */
const NAMES = ['https_proxy', 'http_proxy', 'all_proxy', 'no_proxy'].flatMap((name) => [
  name,
  name.toUpperCase()
])
for (const name of NAMES) delete process.env[name]

/** The error of a client with these options, else what is found of its proxy. */
async function found(options) {
  try {
    new Client(options)
  } catch ({ kind, message }) {
    return { error: kind, message }
  }
  // What follows may look up a name, or connect to nobody.
  const { checks } = await diagnose({ ...options, connectTimeout: 100 })
  return { proxy: checks.find(({ code }) => code === 'proxy').found }
}

/** The same in a process of its own, whose variables may have any bytes. */
function foundWithBytes(options, bytes) {
  const octal = (byte) => `\\${byte.toString(8).padStart(3, '0')}`
  const set = Object.entries(bytes).map(([name, value]) => {
    return `export ${name}="$(printf '${value.map(octal).join('')}')"`
  })
  const source = `
    import { Client, diagnose } from ${JSON.stringify(index)}
    ${found}
    console.log(JSON.stringify(await found(${JSON.stringify(options)})))`
  const script = `${set.join('; ')}; exec "$0" --input-type=module --eval "$1"`
  const words = ['-c', script, process.execPath, source]
  const { stdout, stderr } = spawnSync('sh', words, { encoding: 'utf8' })
  assert.equal(stderr, '')
  return JSON.parse(stdout)
}

for (const { id, env = {}, env_bytes: bytes, proxy, target, expect, ...more } of casesOf('proxy')) {
  testCase('proxy', id, id, async () => {
    assert.deepEqual(more, {}, 'a field that is not known')
    const options = { apiKey: KEY, baseURL: target, allowHttp: true, ...(proxy !== undefined && { proxy }) }
    Object.assign(process.env, env)
    const said = bytes === undefined ? await found(options) : foundWithBytes(options, bytes)
    for (const name of Object.keys(env)) delete process.env[name]
    const { error, message = [], proxy: chosen, source = '', why = '', ...other } = expect
    assert.deepEqual(other, {}, 'a field that is not known')
    const text = JSON.stringify(said)
    assert.equal(said.error, error, text)
    for (const part of message) assert(said.message.includes(part), text)
    if (error === undefined) {
      assert(said.proxy.startsWith(chosen === null ? 'no proxy is used' : `${chosen}, from `), text)
      for (const part of [source, why]) assert(said.proxy.includes(part), text)
    }
    for (const secret of SECRETS) assert(!text.includes(secret), text)
  })
}
