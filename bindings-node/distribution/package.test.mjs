// The packages as they are published, and as a user installs them.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { after, before, test } from 'node:test'

import { sandbox } from '../tests/servers.mjs'
import { headFor } from './heads.mjs'
import { PROGRAMS, SAYS, folder, project, run, stage, variablesOf, version } from './project.mjs'

const { TARGETS, targets } = createRequire(import.meta.url)('../lib/target.js')
const [here] = targets()
const place = project()
const at = (...names) => join(place, 'node_modules', ...names)
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))

let server
before(async () => (server = await sandbox()))
after(() => server.stop())

for (const entry of Object.keys(PROGRAMS)) {
  test(`${entry} runs in an empty project`, () => {
    const { out, said } = run(place, [process.execPath, entry], variablesOf(server))
    assert.equal(out, SAYS, said)
  })
}

test('the program with which the release workflow tries an addon', () => {
  const { out, said } = run(folder, [process.execPath, join('distribution', 'smoke.cjs')])
  assert.equal(out, `${version}: connection\n`, said)
})

test('neura-ai/openai says what it needs', () => {
  writeFileSync(join(place, 'openai.cjs'), "require('neura-ai/openai')")
  writeFileSync(join(place, 'openai.mjs'), "import 'neura-ai/openai'")
  for (const [entry, words] of Object.entries({
    'openai.cjs': 'neura-ai/openai needs openai, which is not installed: npm install openai',
    'openai.mjs': "Cannot find package 'openai'"
  })) {
    const { status, said } = run(place, [process.execPath, entry])
    assert.notEqual(status, 0)
    assert.ok(said.includes(words), said)
  }
})

test('the types are found from both kinds of module', () => {
  const text = `import { Client, type ClientOptions } from 'neura-ai'
    const options: ClientOptions = { apiKey: 'nk-test-not-a-key' }
    export const client: Client = new Client(options)\n`
  for (const name of ['typed.mts', 'typed.cts']) writeFileSync(join(place, name), text)
  // With the types of Node, which ours use.
  const types = join(folder, 'node_modules', '@types')
  for (const name of ['@types', 'undici-types']) {
    cpSync(name === '@types' ? types : join(folder, 'node_modules', name), at(name), { recursive: true })
  }
  const tsc = join(folder, 'node_modules', 'typescript', 'bin', 'tsc')
  const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--types', 'node']
  const { status, said } = run(place, [process.execPath, tsc, ...options, 'typed.mts', 'typed.cts'])
  assert.equal(status, 0, said)
})

test('the main package holds no addon and nothing of the build', () => {
  const names = readdirSync(at('neura-ai'), { recursive: true }).map(String)
  assert.deepEqual(names.filter((name) => /\.node$|\.rs$|^(scripts|tests|src|npm)\b|THIRD-PARTY/.test(name)), [])
  for (const name of ['LICENSE', 'README.md', 'index.d.ts', 'index.d.mts', 'browser.js', 'lib/error-types.d.ts']) {
    assert(names.includes(join(name)), name)
  }
  assert.deepEqual(readJson(at('neura-ai', 'package.json')).optionalDependencies, { [`neura-ai-${here}`]: version })
})

test('the package of a platform holds its addon and the licences', () => {
  const names = readdirSync(at(`neura-ai-${here}`)).sort()
  const addon = `neura.${here}.node`
  assert.deepEqual(names, ['LICENSE', 'README.md', 'THIRD-PARTY-LICENSES', addon, 'package.json'].sort())
  const manifest = readJson(at(`neura-ai-${here}`, 'package.json'))
  const [platform, arch, libc] = here.split('-')
  assert.deepEqual([manifest.os, manifest.cpu], [[platform], [arch]])
  if (platform === 'linux') assert.deepEqual(manifest.libc, [libc === 'gnu' ? 'glibc' : 'musl'])
  assert.deepEqual([manifest.version, manifest.license], [version, 'Apache-2.0'])
  assert(statSync(at(`neura-ai-${here}`, addon)).size > 1 << 20)
})

test('the licences name the crates that carry the connection', () => {
  const text = readFileSync(at(`neura-ai-${here}`, 'THIRD-PARTY-LICENSES'), 'utf8')
  for (const crate of ['rustls', 'ring', 'napi', 'serde_json', 'webpki-roots', 'the Rust standard library']) {
    assert.match(text, new RegExp(`^${crate} .*\\(.*\\)$`, 'm'), crate)
  }
  assert.doesNotMatch(text, /^(proptest|criterion|syn|napi-derive|neura-transport) /m)
})

test('the targets are those that the loader knows, in its order', () => {
  const { napi } = readJson(join(folder, 'package.json'))
  const systems = {
    'unknown-linux-gnu': 'linux-?-gnu',
    'unknown-linux-musl': 'linux-?-musl',
    'apple-darwin': 'darwin-?',
    'pc-windows-msvc': 'win32-?-msvc'
  }
  const named = napi.targets.map((triple) => {
    const [, arch, system] = /^(x86_64|aarch64)-(.*)$/.exec(triple)
    return systems[system].replace('?', arch === 'x86_64' ? 'x64' : 'arm64')
  })
  assert.deepEqual(named, TARGETS)
})

/** Lays out a release from the addons in a folder that `fill` filled. */
function release(fill, given = ['--repository', 'https://example.test/neura/']) {
  const artifacts = mkdtempSync(`${stage}-artifacts-`)
  const name = `npm-release-${process.pid}`
  const laidOut = join(stage, '..', name)
  try {
    fill((target) => join(artifacts, `neura.${target}.node`))
    const words = ['scripts/stage.mjs', '--artifacts', artifacts, '--name', name, ...given]
    const { status, stderr } = spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8' })
    const npm = join(laidOut, 'npm')
    return {
      status,
      stderr,
      platforms: existsSync(npm) ? readdirSync(npm) : [],
      manifest: status === 0 && readJson(join(laidOut, 'package.json')),
      ofPlatform: status === 0 && readJson(join(npm, here, 'package.json'))
    }
  } finally {
    for (const at of [artifacts, laidOut]) rmSync(at, { recursive: true, force: true })
  }
}

/** Fills a folder with an addon for each target. */
const fill = (path) => {
  for (const target of TARGETS) writeFileSync(path(target), headFor(target))
  cpSync(at(`neura-ai-${here}`, `neura.${here}.node`), path(here))
}

test('a release has a package for every target, and needs the addon of each', () => {
  const { status, stderr, platforms, manifest } = release(fill)
  assert.equal(status, 0, stderr)
  assert.deepEqual(platforms.sort(), [...TARGETS].sort())
  const packages = TARGETS.map((target) => [`neura-ai-${target}`, version])
  assert.deepEqual(manifest.optionalDependencies, Object.fromEntries(packages))

  const without = (path) => {
    fill(path)
    rmSync(path(TARGETS.at(-1)))
  }
  assert.notEqual(release(without).status, 0)
})

test('a release names its sources, and is not laid out without them', () => {
  const { manifest, ofPlatform } = release(fill)
  for (const each of [manifest, ofPlatform]) {
    assert.equal(each.repository.url, 'git+https://example.test/neura.git')
    assert.equal(each.repository.directory, 'bindings-node')
    assert.equal(each.bugs, 'https://example.test/neura/issues')
  }
  const { status, stderr } = release(fill, [])
  assert.notEqual(status, 0)
  assert(stderr.includes('a release needs --repository URL'), stderr)
})

/** What the check that runs before a package is packed says of a copy that `change` changed. */
function checkOf(change) {
  // Beside the stage, below the Cargo.toml that names the version.
  const copy = mkdtempSync(`${stage}-`)
  try {
    cpSync(stage, copy, { recursive: true, filter: (path) => !path.endsWith('packed') })
    change((...names) => join(copy, ...names))
    const done = spawnSync('npm', ['pack', '--dry-run', '--silent'], { cwd: copy, encoding: 'utf8', shell: process.platform === 'win32' })
    return { status: done.status, said: done.stderr + done.stdout }
  } finally {
    rmSync(copy, { recursive: true })
  }
}

/** Changes a field of a manifest. */
const edit = (path, change) => {
  const manifest = readJson(path)
  change(manifest)
  writeFileSync(path, JSON.stringify(manifest))
}

/** @type {Record<string, [change: (path: (...names: string[]) => string) => void, says: string]>} */
const REFUSED = {
  'without its types': [(path) => rmSync(path('index.d.mts')), 'index.d.mts is missing'],
  'without its licence': [(path) => rmSync(path('LICENSE')), 'LICENSE is missing'],
  'of another version': [(path) => edit(path('package.json'), (it) => (it.version = '9.9.9')), 'the version is 9.9.9, the crates have'],
  'without its platforms': [(path) => rmSync(path('npm'), { recursive: true }), 'no packages for the platforms'],
  'that asks for other platforms': [(path) => edit(path('package.json'), (it) => delete it.optionalDependencies), 'optionalDependencies are not'],
  'whose platform has another version': [(path) => edit(path('npm', here, 'package.json'), (it) => (it.version = '9.9.9')), 'the version is 9.9.9'],
  'whose platform has no addon': [(path) => rmSync(path('npm', here, `neura.${here}.node`)), `neura.${here}.node is missing`],
  'whose platform has a damaged addon': [(path) => writeFileSync(path('npm', here, `neura.${here}.node`), 'no addon'), 'no platform that is known'],
  'whose platform has no licences of others': [(path) => rmSync(path('npm', here, 'THIRD-PARTY-LICENSES')), 'THIRD-PARTY-LICENSES is missing'],
  'whose platform has another licence file left out': [(path) => edit(path('npm', here, 'package.json'), (it) => it.files.pop()), '"files" leaves out THIRD-PARTY-LICENSES']
}

for (const [what, [change, says]] of Object.entries(REFUSED)) {
  test(`a package ${what} is not packed`, () => {
    const { status, said } = checkOf(change)
    assert.notEqual(status, 0)
    assert(said.includes(says), said)
  })
}

test('what was not changed is packed; the folder of the sources is not', () => {
  assert.equal(checkOf(() => {}).status, 0)
  const done = spawnSync('npm', ['pack', '--dry-run'], { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' })
  assert.notEqual(done.status, 0)
  assert(done.stderr.includes('node scripts/stage.mjs'), done.stderr)
  assert(!existsSync(join(folder, `neura-ai-${version}.tgz`)))
})
