// Lays out a package of programs, in target/npm-ARTIFACT: the main package, and in its folder `npm`
// one package for each platform, under the names that the addon's packages have.
//
// node scripts/stage-programs.mjs PACKAGE [--artifacts FOLDER --repository URL] [--pack] [--name NAME]
//
// With --artifacts, FOLDER has a folder `ARTIFACT-TARGET` with the programs for each target, as the
// release workflow collects them, and each must be there. Without, the programs in target/release
// are taken, for this machine. --repository is the page of the sources, which the manifests name.
// --pack writes each package into `packed`. --name is another folder of target.

import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

import { fail } from './cargo.mjs'
import { programs } from './programs.mjs'
import { repositoryFields } from './repository.mjs'

const require = createRequire(import.meta.url)
const { builtFor } = require('../lib/addon-file.js')
const { TARGETS, targets } = require('../lib/target.js')

const folder = dirname(dirname(fileURLToPath(import.meta.url)))
const root = dirname(folder)
const { name, folder: crate, artifact, bins, page } = programs()
const source = join(folder, name)
const wordAfter = (name) => process.argv[process.argv.indexOf(name) + 1 || process.argv.length]
const stage = join(root, 'target', basename(wordAfter('--name') ?? `npm-${artifact}`))
const given = wordAfter('--artifacts')

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))
const writeJson = (path, value) => writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`)

const sources = repositoryFields(`bindings-node/${name}`, given !== undefined)
const manifest = { ...readJson(join(source, 'package.json')), ...sources }
const { version, peerDependencies } = readJson(join(folder, 'package.json'))
for (const each of [manifest.version, peerDependencies[name] ?? version]) {
  if (each !== version) fail(`${name} has version ${each}, neura-ai ${version}`)
}

rmSync(stage, { recursive: true, force: true })
mkdirSync(stage, { recursive: true })
for (const each of manifest.files) {
  if (each !== 'lib/') cpSync(join(source, each), join(stage, each), { recursive: true })
}
// What the programs do is written once, for the crate.
const [, what] = page.exec(readFileSync(join(root, crate, 'README.md'), 'utf8'))
writeFileSync(join(stage, 'README.md'), `${readFileSync(join(source, 'README.md'), 'utf8')}\n${what}`)
cpSync(join(folder, 'programs'), join(stage, 'lib'), { recursive: true })
for (const each of ['target.js', 'builtin.js']) copyFileSync(join(folder, 'lib', each), join(stage, 'lib', each))
copyFileSync(join(root, 'LICENSE'), join(stage, 'LICENSE'))

const staged = given === undefined ? [targets()[0]] : TARGETS
const packages = staged.map((target) => [`${name}-${target}`, version])
writeJson(join(stage, 'package.json'), { ...manifest, optionalDependencies: Object.fromEntries(packages) })
for (const target of staged) platform(target)

/** Lays out the package of a platform. */
function platform(target) {
  const [os, cpu, libc] = target.split('-')
  const at = join(stage, 'npm', target)
  mkdirSync(at, { recursive: true })
  const from = given === undefined ? join(root, 'target', 'release') : join(resolve(given), `${artifact}-${target}`)
  const files = bins.map((each) => (os === 'win32' ? `${each}.exe` : each))
  for (const file of files) {
    const path = join(at, file)
    try {
      copyFileSync(join(from, file), path)
    } catch ({ message }) {
      fail(`${target}: ${message}`)
    }
    chmodSync(path, 0o755) // An artifact of a workflow has lost it.
    const machine = builtFor(path)
    if (machine === undefined || !target.startsWith(machine)) {
      fail(`${target}: ${file} is built for ${machine ?? 'no platform that is known'}`)
    }
  }
  for (const each of ['LICENSE', 'THIRD-PARTY-LICENSES']) {
    copyFileSync(join(root, crate, each), join(at, each))
  }
  writeFileSync(join(at, 'README.md'), `# ${name}-${target}\n\nThe programs of ${name} for ${target}.\n`)
  const { license, homepage, engines } = manifest
  writeJson(join(at, 'package.json'), {
    name: `${name}-${target}`,
    version,
    description: `The programs of ${name} for ${target}`,
    license,
    homepage,
    ...sources,
    files: [...files, 'THIRD-PARTY-LICENSES'],
    engines,
    os: [os],
    cpu: [cpu],
    ...(os === 'linux' && { libc: [libc === 'gnu' ? 'glibc' : 'musl'] })
  })
}

if (process.argv.includes('--pack')) {
  mkdirSync(join(stage, 'packed'))
  const places = ['.', ...staged.map((target) => `./npm/${target}`)]
  const words = ['pack', ...places, '--pack-destination', 'packed', '--silent']
  const npm = spawnSync('npm', words, { cwd: stage, stdio: 'inherit', shell: process.platform === 'win32' })
  if (npm.status !== 0) process.exit(1)
}
