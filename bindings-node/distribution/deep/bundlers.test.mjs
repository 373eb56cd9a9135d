// The bundlers and frameworks whose installation takes long.

import { after, before, test } from 'node:test'

import { sandbox } from '../../tests/servers.mjs'
import { PROGRAMS, project, run, variablesOf, SAYS } from '../project.mjs'
import { build, buildAndRun, commandsOf } from '../readme.mjs'
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const place = project('bundlers/deep')
let server
before(async () => (server = await sandbox()))
after(() => server.stop())

for (const command of commandsOf('rollup', 'vite', 'ncc', 'bun')) {
  for (const entry of Object.keys(PROGRAMS)) {
    // Rollup reads CommonJS only with a plugin.
    if (command.startsWith('rollup') && entry === 'app.cjs') continue
    test(`${command} (${entry})`, () => {
      if (!command.includes('--target=bun')) buildAndRun(place, command, entry, variablesOf(server))
      else {
        const { bundle } = build(place, command, entry)
        const { out, said } = run(place, ['bun', bundle], variablesOf(server))
        assert.equal(out, SAYS, said)
      }
    })
  }
}
