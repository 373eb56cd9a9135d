// The lines that the README has for bundlers, each run as it stands.

import assert from 'node:assert/strict'
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { SAYS, folder, run } from './project.mjs'

const readme = readFileSync(join(folder, 'README.md'), 'utf8')
const section = /^## Bundlers\n(.*?)^## /ms.exec(readme)[1]
const blocks = (language) =>
  [...section.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, text]) => text)

/** Every command, without its comment. */
export const commands = blocks('sh').flatMap((text) =>
  text
    .split('\n')
    .map((line) => line.replace(/ *#.*/, ''))
    .filter((line) => line !== '')
)

/** Every configuration: the file is named by its first line. */
const configurations = blocks('js').map((text) => [/^\/\/ (\S+)/.exec(text)[1], text])

/** The commands of the bundlers named. */
export const commandsOf = (...bundlers) =>
  commands.filter((command) => bundlers.some((name) => command.startsWith(`${name} `) || command === name))

/** Writes the README's configurations into a project, for a program of either kind of module. */
export function configure(place, entry = 'app.mjs') {
  for (const [name, text] of configurations) {
    writeFileSync(join(place, name), text.replace('./app.mjs', `./${entry}`))
  }
}

/** Builds a program with a command of the README; the bundle that it wrote. */
export function build(place, command, entry) {
  configure(place, entry)
  rmSync(join(place, 'dist'), { recursive: true, force: true })
  const { status, said } = run(place, command.replace(' app.mjs', ` ${entry}`).split(' '))
  assert.equal(status, 0, said)
  const written = readdirSync(join(place, 'dist')).filter((name) => /\.[cm]?js$/.test(name))
  assert.equal(written.length, 1, `${written}\n${said}`)
  return { bundle: join(place, 'dist', written[0]), said }
}

/** Builds a program and runs it. */
export function buildAndRun(place, command, entry, variables, says = SAYS) {
  const { bundle } = build(place, command, entry)
  const { out, said } = run(place, [command.includes('--target=bun') ? 'bun' : process.execPath, bundle], variables)
  assert.equal(out, says, said)
}
