// neura-ai/testing with the programs of the package neura-sandbox, as a user installs both.

import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'

import { headFor } from './heads.mjs'
import { folder, project, run, sandboxPacked, stage, version } from './project.mjs'

const { TARGETS, targets } = createRequire(import.meta.url)('../lib/target.js')
const [here] = targets()
const place = project(undefined, [sandboxPacked])
const at = (...names) => join(place, 'node_modules', ...names)
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))
const exe = process.platform === 'win32' ? '.exe' : ''

/** Without the variables that name other programs. */
const env = { NEURA_SANDBOX_BIN: '', NEURA_REPLAY_BIN: '' }

const BODY = `
async function main() {
  const box = await Sandbox.start()
  const replay = await Replay.start([{ chat: 'scripted' }])
  for (const server of [box, replay]) {
    const messages = [{ role: 'user', content: 'Hello!' }]
    const reply = await server.client().chat.completions.create({ model: 'gpt-5', messages })
    console.log(reply.choices[0].message.content)
    await server.close()
  }
}
main()
`
const PROGRAMS = {
  'test.mjs': `import { Replay, Sandbox } from 'neura-ai/testing'\n${BODY}`,
  'test.cjs': `const { Replay, Sandbox } = require('neura-ai/testing')\n${BODY}`
}

for (const [name, text] of Object.entries(PROGRAMS)) {
  test(`${name} runs in an empty project with neura-sandbox`, () => {
    writeFileSync(join(place, name), text)
    const { out, said } = run(place, [process.execPath, name], env)
    assert.equal(out, 'You said: Hello!\nscripted\n', said)
  })
}

test('without the package of this platform the error says what to do', () => {
  const other = project()
  writeFileSync(join(other, 'test.mjs'), PROGRAMS['test.mjs'])
  const without = run(other, [process.execPath, 'test.mjs'], env)
  assert.match(without.said, /neura-sandbox was not found .*: npm install --save-dev neura-sandbox/)
  cpSync(at('neura-sandbox'), join(other, 'node_modules', 'neura-sandbox'), { recursive: true })
  const { said } = run(other, [process.execPath, 'test.mjs'], env)
  assert.match(said, new RegExp(`the package neura-sandbox-${here} is not installed`))
})

test('npx runs a program, which ends with its signal', { skip: process.platform === 'win32' }, async () => {
  const child = spawn(process.execPath, [at('neura-sandbox', 'bin', 'neura-sandbox.js'), '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  const [line] = await once(createInterface(child.stdout), 'line')
  assert.match(JSON.parse(line).base_url, /^http/)
  child.kill('SIGTERM')
  assert.deepEqual(await once(child, 'exit'), [0, null])
  assert.equal(run(place, [at('.bin', 'neura-replay'), '--version']).status, 0)
})

test('the packages hold the programs, the licences and nothing else', () => {
  const names = readdirSync(at(`neura-sandbox-${here}`)).sort()
  const programs = ['neura-replay', 'neura-sandbox'].map((name) => `${name}${exe}`)
  assert.deepEqual(names, ['LICENSE', 'README.md', 'THIRD-PARTY-LICENSES', ...programs, 'package.json'].sort())
  const manifest = readJson(at(`neura-sandbox-${here}`, 'package.json'))
  const [platform, arch, libc] = here.split('-')
  assert.deepEqual([manifest.os, manifest.cpu, manifest.version], [[platform], [arch], version])
  if (platform === 'linux') assert.deepEqual(manifest.libc, [libc === 'gnu' ? 'glibc' : 'musl'])
  const licences = readFileSync(at(`neura-sandbox-${here}`, 'THIRD-PARTY-LICENSES'), 'utf8')
  assert.match(licences, /^rusqlite /m)
  const main = readJson(at('neura-sandbox', 'package.json'))
  assert.deepEqual(main.optionalDependencies, { [`neura-sandbox-${here}`]: version })
  const own = readdirSync(at('neura-sandbox'), { recursive: true }).map(String)
  assert.deepEqual(own.filter((name) => /^npm\b|packed/.test(name)), [])
})

test('neura-ai asks for the sandbox of its own version, and does not need it', () => {
  const { peerDependencies, peerDependenciesMeta } = readJson(at('neura-ai', 'package.json'))
  assert.equal(peerDependencies['neura-sandbox'], version)
  assert.equal(peerDependenciesMeta['neura-sandbox'].optional, true)
})

/** Stages a release from a folder that `fill` filled. */
function release(fill) {
  const artifacts = mkdtempSync(`${stage}-sandboxes-`)
  const name = `npm-sandbox-release-${process.pid}`
  const laidOut = join(stage, '..', name)
  try {
    for (const target of TARGETS) {
      mkdirSync(join(artifacts, `sandbox-${target}`))
      fill((program) => join(artifacts, `sandbox-${target}`, program), target)
    }
    const sources = ['--repository', 'https://example.test/neura']
    const words = ['scripts/stage-programs.mjs', 'neura-sandbox', '--artifacts', artifacts, '--name', name, ...sources]
    const { status, stderr } = spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8' })
    const modes = status === 0 && readdirSync(join(laidOut, 'npm', here)).filter((each) => statSync(join(laidOut, 'npm', here, each)).mode & 0o100)
    const manifests = (status === 0 ? ['.', join('npm', here)] : []).map((each) => readJson(join(laidOut, each, 'package.json')))
    return { status, stderr, modes, manifest: manifests[0], manifests }
  } finally {
    for (const each of [artifacts, laidOut]) rmSync(each, { recursive: true, force: true })
  }
}

test('a release has the programs of every target, and needs each of them', () => {
  const fill = (path, target, as = target) => {
    for (const name of ['neura-sandbox', 'neura-replay']) {
      const file = path(target.startsWith('win32') ? `${name}.exe` : name)
      writeFileSync(file, headFor(as))
      chmodSync(file, 0o644) // As an artifact of a workflow has it.
    }
  }
  const { status, stderr, modes, manifest, manifests } = release(fill)
  assert.equal(status, 0, stderr)
  for (const each of manifests) {
    assert.equal(each.repository.url, 'git+https://example.test/neura.git')
    assert.equal(each.repository.directory, 'bindings-node/neura-sandbox')
  }
  assert.deepEqual(Object.keys(manifest.optionalDependencies), TARGETS.map((target) => `neura-sandbox-${target}`))
  if (exe === '') assert.deepEqual(modes, ['neura-replay', 'neura-sandbox'])
  const missing = release((path, target) => {
    fill(path, target)
    if (target === 'darwin-x64') rmSync(path('neura-replay'))
  })
  assert.match(missing.stderr, /darwin-x64: .*neura-replay/)
  const wrong = release((path, target) => fill(path, target, target === 'linux-arm64-gnu' ? 'linux-x64-gnu' : target))
  assert.match(wrong.stderr, /linux-arm64-gnu: neura-sandbox is built for linux-x64/)
})
