// Tools such as jest report what is open when the tests are over: `--detectOpenHandles` notes each
// resource that code of the tests made and that was not destroyed. This notes the same.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'

import { index } from './place.mjs'
import { KEY } from './servers.mjs'

/** The types of the handles that `use` leaves open, in a process of its own. */
function handlesOf(use) {
  const source = `
    import { createHook } from 'node:async_hooks'
    const open = new Map()
    let byTest = true
    createHook({
      init(id, type, trigger) {
        if (type === 'PROMISE' || /^(FSREQ|FILEHANDLE|TickObject|Immediate)/.test(type)) return
        const ours = new Error().stack.includes('theTest') && byTest
        if (ours || open.has(trigger)) open.set(id, type)
      },
      destroy: (id) => open.delete(id)
    }).enable()
    async function theTest() {
      const { createRequire } = await import('node:module')
      const { Client } = createRequire(import.meta.url)(${JSON.stringify(new URL('index.js', index).pathname)})
      const client = new Client({ apiKey: ${JSON.stringify(KEY)}, baseURL: 'http://127.0.0.1:9/v1', maxRetries: 0 })
      ${use}
    }
    await theTest()
    byTest = false
    console.log(JSON.stringify([...open.values()]))`
  const options = ['--input-type=module', '--eval', source]
  const { stdout, stderr } = spawnSync(process.execPath, options, { encoding: 'utf8' })
  assert.equal(stderr, '')
  return JSON.parse(stdout)
}

test('no handle is open after an import and a client', () => {
  assert.deepEqual(handlesOf(''), [])
})

test('nor after calls of the tests', () => {
  assert.deepEqual(handlesOf("await client.get('/x').catch(() => {}); await client.check()"), [])
})
