// The package neura-ai-cli, as a user installs it: the command that cargo built, started by Node.

import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { cliPacked, project, run, sandboxPacked, variablesOf, version } from './project.mjs'

const { targets } = createRequire(import.meta.url)('../lib/target.js')
const [here] = targets()
const place = project(undefined, [cliPacked, sandboxPacked])
const at = (...names) => join(place, 'node_modules', ...names)
const isWindows = process.platform === 'win32'
const exe = isWindows ? '.exe' : ''
const built = fileURLToPath(new URL(`../../target/release/neura${exe}`, import.meta.url))

for (const words of [['--version'], ['--help'], ['-h'], ['chat', '--help'], ['man', 'chat'], ['completions', 'bash']]) {
  test(`neura ${words.join(' ')} is that of the command that cargo built`, () => {
    const { status, stdout } = spawnSync(built, words, { encoding: 'utf8' })
    assert.equal(status, 0)
    assert.deepEqual(run(place, ['neura', ...words]), { status: 0, out: stdout, said: stdout })
  })
}

test('its version is that of the packages', () => {
  assert.equal(run(place, ['neura', '--version']).out, `neura ${version}\n`)
})

test('it starts the sandbox that npm installed, and talks to it', { skip: isWindows }, async () => {
  const PATH = `${at('.bin')}:${process.env.PATH}`
  const env = { ...process.env, PATH, NEURA_SANDBOX_BIN: '' }
  const words = [at('neura-ai-cli', 'bin', 'neura.js'), '--json', 'sandbox', '--port', '0']
  const child = spawn(process.execPath, words, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(createInterface(child.stdout), 'line')
  const variables = variablesOf(JSON.parse(line))
  assert.equal(run(place, ['neura', 'chat', 'Hello!'], variables).out, 'You said: Hello!\n')
  // The exit code and the signal of the program are those of the command.
  assert.equal(run(place, ['neura', 'check'], { ...variables, NEURA_API_KEY: 'nk-fake-0123456789abcdef' }).status, 5)
  assert.equal(run(place, ['neura', 'run', '--', 'sh', '-c', 'exit 42'], variables).status, 42)
  child.kill('SIGTERM')
  assert.deepEqual(await once(child, 'exit'), [null, 'SIGTERM'])
})

test('the packages hold the program, the licences and nothing else', () => {
  const files = readdirSync(at(`neura-ai-cli-${here}`)).sort()
  assert.deepEqual(files, ['LICENSE', 'README.md', 'THIRD-PARTY-LICENSES', `neura${exe}`, 'package.json'].sort())
  const licences = readFileSync(at(`neura-ai-cli-${here}`, 'THIRD-PARTY-LICENSES'), 'utf8')
  assert.match(licences, /^rustyline /m)
  const main = JSON.parse(readFileSync(at('neura-ai-cli', 'package.json'), 'utf8'))
  assert.deepEqual(main.optionalDependencies, { [`neura-ai-cli-${here}`]: version })
  const page = readFileSync(at('neura-ai-cli', 'README.md'), 'utf8')
  assert.match(page, /^## Exit codes$/m)
})
