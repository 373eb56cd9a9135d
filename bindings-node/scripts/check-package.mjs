// Run by npm before it packs or publishes: no package without its types, its licences, its addon and
// the version that the crates have. The packages for the platforms are checked with the main one.

import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'

import addonFile from '../lib/addon-file.js'
import target from '../lib/target.js'

const { builtFor } = addonFile
const { targets } = target
const require = createRequire(import.meta.url)

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))

/** The version that all crates of the workspace have. */
function crateVersion(from) {
  for (let at = resolve(from); ; at = dirname(at)) {
    const cargo = join(at, 'Cargo.toml')
    const text = existsSync(cargo) ? readFileSync(cargo, 'utf8') : ''
    const found = /^\[workspace\.package\]\nversion = "(.*)"$/m.exec(text)
    if (found) return found[1]
    if (at === dirname(at)) throw new Error('no Cargo.toml above this folder names the version of the crates')
  }
}

/** Every file that a manifest's `exports` or another of its fields names. */
function filesNamed(value) {
  if (typeof value === 'string') return [value]
  return Object.values(value ?? {}).flatMap(filesNamed)
}

/** What is wrong with the main package in `folder`. */
function mainProblems(folder) {
  const manifest = readJson(join(folder, 'package.json'))
  const problems = []
  const { main, types, exports, files, version, optionalDependencies = {} } = manifest
  for (const name of [main, types, ...filesNamed(exports), ...files, 'LICENSE', 'README.md']) {
    if (!existsSync(join(folder, name))) problems.push(`${name} is missing`)
  }
  if (version !== crateVersion(folder)) {
    problems.push(`the version is ${version}, the crates have ${crateVersion(folder)}`)
  }
  const npm = join(folder, 'npm')
  const platforms = existsSync(npm) ? readdirSync(npm) : []
  if (platforms.length === 0) {
    problems.push('there are no packages for the platforms: pack what "node scripts/stage.mjs" lays out')
  }
  const wanted = Object.fromEntries(platforms.map((each) => [`${manifest.name}-${each}`, version]))
  if (JSON.stringify(Object.entries(wanted).sort()) !== JSON.stringify(Object.entries(optionalDependencies).sort())) {
    problems.push(`optionalDependencies are not ${JSON.stringify(wanted)}`)
  }
  for (const each of platforms) problems.push(...platformProblems(join(npm, each), each, manifest))
  return problems
}

/** What is wrong with the package of one platform. */
function platformProblems(folder, target, { name, version }) {
  const problems = []
  const manifest = readJson(join(folder, 'package.json'))
  const addon = `neura.${target}.node`
  for (const file of [addon, 'LICENSE', 'THIRD-PARTY-LICENSES']) {
    const path = join(folder, file)
    if (!existsSync(path) || statSync(path).size === 0) problems.push(`${target}: ${file} is missing`)
  }
  for (const file of [addon, 'THIRD-PARTY-LICENSES']) {
    if (!manifest.files.includes(file)) problems.push(`${target}: "files" leaves out ${file}`)
  }
  if (manifest.name !== `${name}-${target}`) problems.push(`${target}: the name is ${manifest.name}`)
  if (manifest.version !== version) problems.push(`${target}: the version is ${manifest.version}`)
  const machine = builtFor(join(folder, addon))
  if (machine === undefined || !target.startsWith(machine)) {
    problems.push(`${target}: ${addon} is built for ${machine ?? 'no platform that is known'}`)
  } else if (targets()[0] === target && require(join(folder, addon)).version() !== version) {
    problems.push(`${target}: ${addon} is of version ${require(join(folder, addon)).version()}`)
  }
  return problems
}

const problems = mainProblems(process.cwd())
for (const problem of problems) console.error(`not packed: ${problem}`)
if (problems.length > 0) process.exit(1)
