// The bundlers and frameworks whose installation takes long.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'

import { sandbox } from '../../tests/servers.mjs'
import { ERRORS, ERRORS_SAY, PROGRAMS, project, variablesOf } from '../project.mjs'
import { buildAndRun, commandsOf } from '../readme.mjs'

const place = project('bundlers/deep')
let server
before(async () => (server = await sandbox()))
after(() => server.stop())

for (const command of commandsOf('rollup', 'vite', 'ncc', 'bun')) {
  for (const entry of Object.keys(PROGRAMS)) {
    // Rollup reads CommonJS only with a plugin.
    if (command.startsWith('rollup') && entry === 'app.cjs') continue
    test(`${command} (${entry})`, () => buildAndRun(place, command, entry, variablesOf(server)))
  }
}

writeFileSync(join(place, 'errors.mjs'), ERRORS)
for (const command of commandsOf('ncc', 'bun')) {
  for (const more of ['', ' --minify']) {
    test(`errors: ${command}${more}`, () =>
      buildAndRun(place, command + more, 'errors.mjs', variablesOf(server), ERRORS_SAY))
  }
}
