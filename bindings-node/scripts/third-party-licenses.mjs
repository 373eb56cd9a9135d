// Writes THIRD-PARTY-LICENSES: the licences of the crates that are linked into the addon, on any of its
// platforms. The Python package and the sandbox get such files too. `--check` compares the files with
// what they should be, and changes nothing.
// A crate that may be had under several licences is taken under MIT where that is one of them.

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = dirname(dirname(fileURLToPath(import.meta.url)))
const root = dirname(folder)
const NAME = 'THIRD-PARTY-LICENSES'
/** Each file: its folder, the crate that is published, and what that is for people. */
const FILES = [
  [folder, 'neura-node', 'native addon of neura-ai holds'],
  [join(root, 'bindings-python'), 'neura-python', 'native module of neura-ai holds'],
  [join(root, 'sandbox'), 'neura-sandbox', 'programs of neura-sandbox hold']
]

/** For the crates whose archive holds no licence file; the names come from their manifest. */
const MIT = (holders) => `MIT License

Copyright (c) ${holders}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute,
sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial
portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT
LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN
NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY,
WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE
SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`

/** cargo's description of the workspace, with what any of the addon's platforms needs. */
function metadata() {
  const { napi } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const platforms = napi.targets.flatMap((target) => ['--filter-platform', target])
  const cargo = spawnSync('cargo', ['metadata', '--format-version', '1', '--locked', ...platforms], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'inherit']
  })
  if (cargo.status !== 0) throw new Error(`cargo metadata failed: ${cargo.error ?? cargo.status}`)
  return JSON.parse(cargo.stdout)
}

/** The crates of others that a crate links: no tools of the build, no tests. */
function linked({ packages, resolve }, root) {
  const packageOf = new Map(packages.map((each) => [each.id, each]))
  const nodeOf = new Map(resolve.nodes.map((each) => [each.id, each]))
  const seen = new Set()
  const visit = (id) => {
    const isMacro = packageOf.get(id).targets.some(({ kind }) => kind.includes('proc-macro'))
    if (seen.has(id) || isMacro) return
    seen.add(id)
    for (const { pkg, dep_kinds } of nodeOf.get(id).deps) {
      if (dep_kinds.some(({ kind }) => kind === null)) visit(pkg)
    }
  }
  visit(packages.find(({ name }) => name === root).id)
  const crates = [...seen].map((id) => packageOf.get(id)).filter(({ source }) => source !== null)
  return crates.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

/** The texts that a crate asks to be handed on. */
function textsOf({ name, license, authors, manifest_path }) {
  const crate = dirname(manifest_path)
  const files = readdirSync(crate).filter((each) => /^(licen[cs]e|copying|notice|unlicense)/i.test(each))
  const alternatives = (license ?? '').split(/ OR |\//).map((each) => each.replace(/[()]/g, '').trim())
  const isMit = alternatives.includes('MIT')
  const mit = files.filter((each) => /mit/i.test(each))
  const chosen = (isMit && mit.length > 0 ? mit : files)
    .filter((each) => existsSync(join(crate, each)))
    .sort()
    .map((each) => readFileSync(join(crate, each), 'utf8'))
    .map((text) => text.replaceAll('\r\n', '\n').replace(/[ \t]+$/gm, '').trim())
  if (chosen.length > 0) return chosen
  if (isMit) return [MIT(authors.length > 0 ? authors.join(', ') : `the authors of ${name}`)]
  throw new Error(`${name} (${license}) has no licence file: name its text in this script`)
}

function document(crates, what) {
  const cratesOf = new Map()
  const add = (text, crate) => cratesOf.set(text, [...(cratesOf.get(text) ?? []), crate])
  add(MIT('The Rust Project Contributors'), 'the Rust standard library (MIT OR Apache-2.0)')
  for (const crate of crates) {
    for (const text of textsOf(crate)) add(text, `${crate.name} ${crate.version} (${crate.license})`)
  }
  const head = `The ${what} the following software of others, under the licences below.`
  const parts = [...cratesOf].map(([text, users]) => `${users.join('\n')}\n\n${text}`)
  return `${[head, ...parts].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`
}

const known = metadata()
for (const [place, crate, what] of FILES) {
  const file = join(place, NAME)
  const text = document(linked(known, crate), what)
  if (!process.argv.includes('--check')) writeFileSync(file, text)
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    console.error(`${file} is not current: run "node scripts/third-party-licenses.mjs"`)
    process.exit(1)
  }
}
