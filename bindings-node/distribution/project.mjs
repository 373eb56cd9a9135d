// Empty projects outside of the repository, with the packages installed that "node scripts/stage.mjs
// --pack" wrote, as a user installs them.

import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const folder = fileURLToPath(new URL('..', import.meta.url))
export const stage = fileURLToPath(new URL('../../target/npm', import.meta.url))
export const version = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version

const packed = join(stage, 'packed')
if (!existsSync(packed)) throw new Error('nothing is packed: node scripts/stage.mjs --pack')

const places = []
process.on('exit', () => places.forEach((place) => rmSync(place, { recursive: true, force: true })))

/** The program of the tests, in both kinds of module. */
const MAIN = `
async function main() {
  const reply = await new Client().chat.completions.create({
    model: 'gpt-5',
    messages: [{ role: 'user', content: 'Hello!' }]
  })
  console.log(reply.choices[0].message.content)
}
main()
`
export const SAYS = 'You said: Hello!\n'
export const PROGRAMS = {
  'app.mjs': `import { Client } from 'neura-ai'\n${MAIN}`,
  'app.cjs': `const { Client } = require('neura-ai')\n${MAIN}`
}

/** A program that needs the classes of errors, which bundlers give other names. */
export const ERRORS = `
import { Client, ConfigError, NeuraError } from 'neura-ai'
import * as neura from 'neura-ai'

async function main() {
  const thrown = await new Client({ apiKey: 'nk-wrong-key-0000000000' }).models.list().catch((error) => error)
  const named = Object.keys(neura).filter((name) => name.endsWith('Error'))
  const lost = named.filter((name) => typeof neura[name] !== 'function' || neura[name].name === '')
  console.log(thrown instanceof NeuraError, thrown.name, thrown.constructor.name, named.length > 30, lost.join())
  try {
    new Client({ timeout: -1 })
  } catch (error) {
    console.log(error instanceof ConfigError, error.name, String(error.stack).startsWith('ConfigError: '))
  }
}
main()
`
export const ERRORS_SAY = 'true InvalidAPIKeyError InvalidAPIKeyError true \ntrue ConfigError true\n'

/** The tarballs of the programs for tests, and those of the command. */
const packedOf = (name) => fileURLToPath(new URL(`../../target/npm-${name}/packed`, import.meta.url))
export const sandboxPacked = packedOf('sandbox')
export const cliPacked = packedOf('cli')

/**
 * A project with the programs and the package, and with what is installed in the folder `tools`.
 * @param {string} [tools] a folder beside this one
 * @param {string[]} [more] folders with further tarballs
 */
export function project(tools, more = []) {
  const place = mkdtempSync(join(tmpdir(), 'neura.project.'))
  places.push(place)
  if (tools === undefined) writeFileSync(join(place, 'package.json'), '{ "private": true }\n')
  else {
    for (const name of ['package.json', 'package-lock.json', 'node_modules']) {
      cpSync(join(folder, tools, name), join(place, name), { recursive: true, verbatimSymlinks: true })
    }
  }
  for (const [name, text] of Object.entries(PROGRAMS)) writeFileSync(join(place, name), text)
  const tarballs = [packed, ...more].flatMap((at) => readdirSync(at).map((name) => join(at, name)))
  const installed = run(place, ['npm', 'install', '--offline', '--no-audit', '--no-fund', ...tarballs])
  if (installed.status !== 0) throw new Error(installed.said)
  return place
}

/**
 * Runs a program, of the project's own packages first; all that it printed is `said`.
 * @param {string} place
 * @param {string[]} command
 */
export function run(place, [program, ...words], env = {}) {
  const PATH = [join(place, 'node_modules', '.bin'), process.env.PATH].join(delimiter)
  const { status, error, stdout, stderr } = spawnSync(program, words, {
    cwd: place,
    encoding: 'utf8',
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', ...env, PATH },
    shell: process.platform === 'win32',
    timeout: 300_000
  })
  return { status, out: stdout, said: `${error ?? ''}${stdout}${stderr}` }
}

/** The variables with which a program finds a sandbox. */
export const variablesOf = ({ api_key, base_url }) => ({ NEURA_API_KEY: api_key, NEURA_BASE_URL: base_url })
