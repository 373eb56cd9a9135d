// Programs that a bundler built, from the packages as they are published.

import assert from 'node:assert/strict'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'

import { sandbox } from '../tests/servers.mjs'
import { ERRORS, ERRORS_SAY, PROGRAMS, SAYS, project, run, sandboxPacked, variablesOf } from './project.mjs'
import { build, buildAndRun, commands, commandsOf } from './readme.mjs'

const place = project('bundlers', [sandboxPacked])
writeFileSync(join(place, 'await.mjs'), PROGRAMS['app.mjs'].replace('\nmain()', '\nawait main()'))
let server
before(async () => (server = await sandbox()))
after(() => server.stop())

const esbuild = 'esbuild app.mjs --bundle --platform=node'

test('the README has lines for every bundler', () => {
  for (const name of ['esbuild', 'webpack', 'rollup', 'vite', 'ncc', 'next', 'bun']) {
    assert(commandsOf(name).length > 0, name)
  }
  assert.equal(commands.length, commandsOf('esbuild', 'webpack', 'rollup', 'vite', 'ncc', 'next', 'bun').length)
})

const isESM = (command) => command.includes('--format=esm')

for (const command of commandsOf('esbuild', 'webpack')) {
  for (const entry of Object.keys(PROGRAMS)) {
    // As below: there is no `require` for what is left out of an ESM bundle.
    if (isESM(command) && entry === 'app.cjs' && command.includes('--external:neura-ai')) continue
    test(`${command} (${entry})`, () => buildAndRun(place, command, entry, variablesOf(server)))
  }
}

for (const command of commandsOf('esbuild')) {
  test(`top-level await: ${command}`, () => {
    if (isESM(command)) return buildAndRun(place, command, 'await.mjs', variablesOf(server))
    const { status, said } = run(place, command.replace(' app.mjs', ' await.mjs').split(' '))
    assert.notEqual(status, 0)
    assert.match(said, /Top-level await is currently not supported with the "cjs" output format/)
  })
}

for (const format of ['cjs', 'esm']) {
  const file = format === 'cjs' ? 'dist/app.cjs' : 'dist/app.mjs'
  for (const how of ['--external:neura-ai', '--external:neura-ai-*', '--packages=external', '--loader:.node=copy']) {
    for (const entry of Object.keys(PROGRAMS)) {
      // esbuild leaves a `require` in an ESM bundle as it is, and Node has none there.
      if (format === 'esm' && entry === 'app.cjs' && how !== '--external:neura-ai-*' && how !== '--loader:.node=copy') continue
      test(`esbuild, ${format}, ${how} (${entry})`, () =>
        buildAndRun(place, `${esbuild} --format=${format} --outfile=${file} ${how}`, entry, variablesOf(server)))
    }
  }
}

writeFileSync(join(place, 'errors.mjs'), ERRORS)
for (const command of [...commandsOf('esbuild'), ...commandsOf('esbuild').map((each) => `${each} --minify`), ...commandsOf('webpack')]) {
  test(`errors: ${command}`, () => buildAndRun(place, command, 'errors.mjs', variablesOf(server), ERRORS_SAY))
}

const TESTED = `
async function main() {
  const replay = await Replay.start([{ chat: 'scripted' }])
  const reply = await replay.client().chat.completions.create({ model: 'gpt-5', messages: [] })
  console.log(reply.choices[0].message.content)
  await replay.close()
}
main()
`
writeFileSync(join(place, 'tested.mjs'), `import { Replay } from 'neura-ai/testing'\n${TESTED}`)
writeFileSync(join(place, 'tested.cjs'), `const { Replay } = require('neura-ai/testing')\n${TESTED}`)
for (const command of [...commandsOf('esbuild', 'webpack'), `${esbuild} --format=esm --outfile=dist/app.mjs --external:neura-ai-*`]) {
  for (const entry of ['tested.mjs', 'tested.cjs']) {
    if (isESM(command) && entry === 'tested.cjs' && command.includes('--external:neura-ai ')) continue
    test(`neura-ai/testing: ${command} (${entry})`, () =>
      buildAndRun(place, command, entry, { NEURA_SANDBOX_BIN: '', NEURA_REPLAY_BIN: '' }, 'scripted\n'))
  }
}

test('an ESM bundle away from its packages says what to do, and takes the addon beside it', () => {
  const { bundle } = build(place, `${esbuild} --format=esm --outfile=dist/app.mjs --external:neura-ai-*`, 'app.mjs')
  const away = mkdtempSync(join(tmpdir(), 'neura.away.'))
  try {
    copyFileSync(bundle, join(away, 'app.mjs'))
    const alone = run(away, [process.execPath, 'app.mjs'], variablesOf(server))
    assert.equal(alone.status, 1)
    for (const part of ['NEURA_ADDON_NOT_INSTALLED', 'mark neura-ai as external', '--external:neura-ai', 'serverExternalPackages']) {
      assert(alone.said.includes(part), alone.said)
    }
    const target = /neura-ai-([\w-]+) is not installed/.exec(alone.said)[1]
    const file = `neura.${target}.node`
    copyFileSync(join(place, 'node_modules', `neura-ai-${target}`, file), join(away, file))
    assert.equal(run(away, [process.execPath, 'app.mjs'], variablesOf(server)).out, SAYS)
    writeFileSync(join(away, file), 'damaged')
    const damaged = run(away, [process.execPath, 'app.mjs'], variablesOf(server))
    assert(damaged.said.includes('NEURA_ADDON_NOT_LOADED'), damaged.said)
  } finally {
    rmSync(away, { recursive: true })
  }
})

for (const loader of ['file', 'binary', 'text', 'empty']) {
  test(`a bundle that has the addon as ${loader} takes that of node_modules, else says what to do`, () => {
    const { bundle } = build(place, `${esbuild} --loader:.node=${loader} --outfile=dist/app.cjs`, 'app.mjs')
    const { out, said } = run(place, [process.execPath, bundle], variablesOf(server))
    assert.equal(out, SAYS, said)
    const away = mkdtempSync(join(tmpdir(), 'neura.away.'))
    try {
      copyFileSync(bundle, join(away, 'app.cjs'))
      const alone = run(away, [process.execPath, 'app.cjs'], variablesOf(server))
      assert.match(alone.said, /is not installed[^]*mark neura-ai as external[^]*NEURA_ADDON_NOT_INSTALLED/)
    } finally {
      rmSync(away, { recursive: true })
    }
  })
}

test('an ESM bundle finds an addon that only the package finds, as pnpm lays it', () => {
  const { bundle } = build(place, `${esbuild} --format=esm --outfile=dist/app.mjs --external:neura-ai-*`, 'app.mjs')
  const modules = join(place, 'node_modules')
  const [name] = readdirSync(modules).filter((each) => each.startsWith('neura-ai-'))
  const inner = join(modules, 'neura-ai', 'node_modules')
  mkdirSync(inner)
  renameSync(join(modules, name), join(inner, name))
  try {
    const { out, said } = run(place, [process.execPath, bundle], variablesOf(server))
    assert.equal(out, SAYS, said)
  } finally {
    renameSync(join(inner, name), join(modules, name))
  }
})

for (const entry of ['neura-ai', 'neura-ai/openai', 'neura-ai/testing']) {
  test(`a bundle of ${entry} for browsers is built, and refuses to run`, () => {
    writeFileSync(join(place, 'page.mjs'), `import * as all from '${entry}'\nconsole.log(all)\n`)
    const { bundle } = build(place, 'esbuild app.mjs --bundle --format=esm --outfile=dist/app.mjs', 'page.mjs')
    assert(!readFileSync(bundle, 'utf8').includes('.node'))
    const { status, said } = run(place, [process.execPath, bundle])
    assert.equal(status, 1)
    assert.match(said, /does not run in a browser/)
  })
}
