// The README's programs: every block runs, and prints what the comment before it says.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { binary, sandbox } from './servers.mjs'

const folder = fileURLToPath(new URL('..', import.meta.url))
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const programs = [...readme.matchAll(/(?:^<!-- prints: ([^\n]*) -->\n)?^```js\n(.*?)^```/gms)]

let server
before(async () => (server = await sandbox()))
after(() => server.stop())

test('the README has programs', () => assert(programs.length >= 8, String(programs.length)))

describe('the programs of the README', { concurrency: 2 }, () => {
  for (const [, prints = '', text] of programs) {
    const title = text.split('\n').findLast((line) => line.trim() !== '')
    test(title, async () => {
      // In the package's folder, where it is found by its own name.
      const child = spawn(process.execPath, ['--input-type=module', '--eval', text], {
        cwd: folder,
        env: {
          ...process.env,
          NEURA_API_KEY: server.api_key,
          NEURA_API_KEY_STAGING: server.api_key,
          NEURA_NEW_KEY: server.limited_api_key,
          NEURA_BASE_URL: server.base_url,
          NEURA_SANDBOX_BIN: binary('neura-sandbox')
        },
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: 20000
      })
      let said = ''
      for (const pipe of [child.stdout, child.stderr]) pipe.on('data', (data) => (said += data))
      const [code] = await once(child, 'close')
      assert.equal(code, 0, said)
      assert(!said.includes(server.api_key), said)
      for (const part of prints.split(' | ')) assert(said.includes(part), said)
    })
  }
})
