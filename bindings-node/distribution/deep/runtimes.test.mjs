// The packages in an empty project under later versions of Node, Bun and Deno.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { sandbox } from '../../tests/servers.mjs'
import { PROGRAMS, SAYS, project, run, variablesOf } from '../project.mjs'

const place = project('bundlers/deep')
let server
before(async () => (server = await sandbox()))
after(() => server.stop())

// Deno grants what a program of Node needs, and nothing else: the system is asked for no report, and
// no file outside of the project is read by JavaScript.
const deno = ['deno', 'run', '--no-prompt', '--allow-ffi', '--allow-env', '--allow-read=.']
const RUNTIMES = {
  'Node 22': ['npx', '--yes', 'node@22'],
  'Node 24': ['npx', '--yes', 'node@24'],
  Bun: ['bun', 'run'],
  Deno: deno
}

for (const [name, command] of Object.entries(RUNTIMES)) {
  for (const entry of Object.keys(PROGRAMS)) {
    test(`${name}: ${entry}`, () => {
      const { out, said } = run(place, [...command, entry], variablesOf(server))
      assert.equal(out, SAYS, said)
    })
  }
}
