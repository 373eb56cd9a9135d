// Lays out what is published, in target/npm: the main package, and in its folder `npm` one package
// for each platform. The package's own folder stays as it is.
//
// node scripts/stage.mjs [--artifacts FOLDER --repository URL] [--pack] [--name NAME]
//
// With --artifacts, FOLDER has the addons of all targets, as the release workflow collects them.
// Without, only those that were built beside package.json are taken. --repository is the page of the
// sources, which the manifests name. --pack writes each package into target/npm/packed, as npm
// publishes it. --name is another folder of target.

import { spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

import { joinModules, joinScript } from './join.mjs'
import { repositoryFields } from './repository.mjs'

const folder = dirname(dirname(fileURLToPath(import.meta.url)))
const root = dirname(folder)
const wordAfter = (name) => process.argv[process.argv.indexOf(name) + 1 || process.argv.length]
const stage = join(root, 'target', basename(wordAfter('--name') ?? 'npm'))
const cli = join(folder, 'node_modules', '@napi-rs', 'cli', 'dist', 'cli.js')
const { TARGETS } = createRequire(import.meta.url)('../lib/target.js')

const given = wordAfter('--artifacts')
const artifacts = given === undefined ? null : resolve(given)

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))
const writeJson = (path, value) => writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`)

function napi(...words) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...words], {
    cwd: stage,
    encoding: 'utf8'
  })
  if (status !== 0) throw new Error(`napi ${words.join(' ')}:\n${stdout}${stderr}`)
}

const manifest = {
  ...readJson(join(folder, 'package.json')),
  ...repositoryFields('bindings-node', artifacts !== null)
}
rmSync(stage, { recursive: true, force: true })
mkdirSync(stage, { recursive: true })
for (const name of [...manifest.files, 'README.md']) {
  cpSync(join(folder, name), join(stage, name), { recursive: true })
}
joinModules(join(stage, 'lib'))
// It is run by npm, there.
joinScript(join(folder, 'scripts', 'check-package.mjs'), join(stage, 'scripts', 'check-package.mjs'))
copyFileSync(join(root, 'LICENSE'), join(stage, 'LICENSE'))

// napi-rs lists the targets by the names of Rust, in the order of TARGETS.
const addonOf = (target, at) => join(at, `neura.${target}.node`)
const staged = TARGETS.filter((target) => artifacts !== null || existsSync(addonOf(target, folder)))
if (staged.length === 0) throw new Error('no addon is built: npm run build')
const { targets } = manifest.napi
manifest.napi.targets = targets.filter((_, index) => staged.includes(TARGETS[index]))
writeJson(join(stage, 'package.json'), manifest)

napi('create-npm-dirs')
mkdirSync(join(stage, 'artifacts'))
for (const target of staged) {
  copyFileSync(addonOf(target, artifacts ?? folder), addonOf(target, join(stage, 'artifacts')))
}
napi('artifacts')
rmSync(join(stage, 'artifacts'), { recursive: true })
// `artifacts` also lays the addons beside package.json; `files` leaves them out of the main package.
for (const target of staged) rmSync(addonOf(target, stage), { force: true })
for (const target of staged) {
  const at = join(stage, 'npm', target)
  for (const [from, name] of [[root, 'LICENSE'], [folder, 'THIRD-PARTY-LICENSES']]) {
    copyFileSync(join(from, name), join(at, name))
  }
  const platform = readJson(join(at, 'package.json'))
  platform.files.push('THIRD-PARTY-LICENSES')
  writeJson(join(at, 'package.json'), platform)
}
napi('pre-publish', '--skip-optional-publish', '--no-gh-release')
const check = spawnSync(process.execPath, ['scripts/check-package.mjs'], { cwd: stage, stdio: 'inherit' })
if (check.status !== 0) process.exit(1)

if (process.argv.includes('--pack')) {
  mkdirSync(join(stage, 'packed'))
  const packages = ['.', ...staged.map((target) => `./npm/${target}`)]
  const words = ['pack', ...packages, '--pack-destination', 'packed', '--silent']
  const npm = spawnSync('npm', words, { cwd: stage, stdio: 'inherit', shell: process.platform === 'win32' })
  if (npm.status !== 0) process.exit(1)
}
