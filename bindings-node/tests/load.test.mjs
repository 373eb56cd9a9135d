// How the package finds its addon, in every place where it may be, and what it says where there is
// none. Each test is a copy of the package in a folder of its own, loaded by another process.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('..', import.meta.url))
const { TARGETS, targets } = createRequire(import.meta.url)('../lib/target.js')
const { builtFor } = createRequire(import.meta.url)('../lib/addon-file.js')
const [here] = targets()
const addon = join(folder, `neura.${here}.node`)
const isElf = process.platform === 'linux'

const places = []
after(() => places.forEach((place) => rmSync(place, { recursive: true })))

/** A project that has the package without its addon; `add` gives it one, as bytes or a copy. */
function project() {
  const place = mkdtempSync(join(tmpdir(), 'neura.load.'))
  places.push(place)
  const modules = join(place, 'node_modules')
  const main = join(modules, 'neura-ai')
  mkdirSync(main, { recursive: true })
  for (const name of ['index.js', 'index.mjs', 'browser.js', 'lib', 'package.json']) {
    cpSync(join(folder, name), join(main, name), { recursive: true })
  }
  const write = (path, bytes) => (bytes ? writeFileSync(path, bytes) : copyFileSync(addon, path))
  return {
    place,
    /** As a checkout has it. */
    addLocal: (target) => write(join(main, `neura.${target}.node`)),
    /** As npm installs it. */
    addPackage(target, bytes) {
      const at = join(modules, `neura-ai-${target}`)
      mkdirSync(at)
      const file = `neura.${target}.node`
      writeFileSync(join(at, 'package.json'), JSON.stringify({ name: `neura-ai-${target}`, main: file }))
      write(join(at, file), bytes)
      return join(at, file)
    },
    /** The version of an entry or its error, in a process that `before` prepared. */
    load(before = '', options = [], entry = 'neura-ai') {
      const script = `${before}
        try {
          console.log(JSON.stringify({ version: require('${entry}').version }))
        } catch ({ message, code, cause }) {
          console.log(JSON.stringify({ message, code, cause: cause?.message }))
        }`
      const { stdout, stderr } = spawnSync(process.execPath, [...options, '--eval', script], {
        cwd: place,
        encoding: 'utf8'
      })
      assert.equal(stderr, '')
      return JSON.parse(stdout)
    }
  }
}

/** Makes a process look like another machine. */
function pretend(target, program = '') {
  const [platform, arch] = target.split('-')
  const as = { platform, arch, ...(program && { execPath: program }) }
  return Object.entries(as)
    .map(([name, value]) => `Object.defineProperty(process, '${name}', { value: ${JSON.stringify(value)} })`)
    .join('\n')
}

/** The head of a program whose loader is `interpreter`. */
function elf(interpreter) {
  const bytes = Buffer.alloc(64 + 2 * 56)
  bytes.write('\x7fELF\x02\x01\x01', 'latin1')
  bytes.writeBigUInt64LE(64n, 32)
  bytes.writeUInt16LE(56, 54)
  bytes.writeUInt16LE(2, 56)
  bytes.writeUInt32LE(1, 64)
  bytes.writeUInt32LE(3, 120)
  bytes.writeBigUInt64LE(BigInt(bytes.length), 128)
  bytes.writeBigUInt64LE(BigInt(interpreter.length + 1), 152)
  return Buffer.concat([bytes, Buffer.from(`${interpreter}\0`)])
}

const LOADERS = { gnu: '/lib64/ld-linux-x86-64.so.2', musl: '/lib/ld-musl-x86_64.so.1' }
const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))

for (const target of TARGETS) {
  test(`${target}: the file beside the package, or the platform's package`, () => {
    const [local, installed] = [project(), project()]
    local.addLocal(target)
    installed.addPackage(target)
    for (const { place, load } of [local, installed]) {
      const program = join(place, 'program')
      writeFileSync(program, elf(LOADERS[target.split('-')[2]] ?? ''))
      assert.deepEqual(load(pretend(target, program)), { version })
    }
  })
}

test('the C library is the one that the program names', () => {
  const { place, load, addPackage } = project()
  const program = join(place, 'program')
  const on = (bytes) => {
    writeFileSync(program, bytes)
    return load(pretend('linux-x64', program))
  }
  addPackage('linux-x64-musl')
  assert.match(on(elf(LOADERS.gnu)).message, /linux-x64 with glibc: neura-ai-linux-x64-gnu is not installed/)
  assert.deepEqual(on(elf(LOADERS.musl)), { version })
  // Unknown, or a program that is not an ELF file: both are tried.
  for (const bytes of [elf('/opt/loader'), elf(''), 'a script', elf(LOADERS.musl).subarray(0, 70)]) {
    assert.deepEqual(on(bytes), { version })
  }
})

test('nothing but the program of the process is read, and no report is made', () => {
  const { load, addPackage } = project()
  addPackage(here)
  const before = `Object.defineProperty(process, 'report', { get() { throw new Error('read') } })`
  assert.deepEqual(load(before), { version })
})

test('Node before 20.16 has no getBuiltinModule', () => {
  const { load, addPackage } = project()
  addPackage(here)
  assert.deepEqual(load('delete process.getBuiltinModule'), { version })
})

test('a package that is not installed: what is missing, and how to get it', () => {
  const { load } = project()
  const { message, code, cause } = load()
  assert.equal(code, 'NEURA_ADDON_NOT_INSTALLED')
  const [platform, arch] = here.split('-')
  for (const part of [`${platform}-${arch}`, `neura-ai-${here}`, '--omit=optional', 'lock file', 'npm run build']) {
    assert(message.includes(part), message)
  }
  assert(!message.includes('bundle'), message)
  assert.match(cause, /Cannot find module/)
})

test('an installation of another platform is named', () => {
  const { load, addPackage } = project()
  const other = TARGETS.find((target) => !target.startsWith(here.split('-')[0]))
  addPackage(other)
  const { message, code } = load()
  assert.equal(code, 'NEURA_ADDON_NOT_INSTALLED')
  assert(message.includes(`Installed is the addon for ${other}.`), message)
})

test('a package without its file is not installed', () => {
  const { load, addPackage } = project()
  rmSync(addPackage(here))
  assert.equal(load().code, 'NEURA_ADDON_NOT_INSTALLED')
})

test('a machine that there is no addon for', () => {
  for (const machine of ['freebsd-x64', 'linux-riscv64']) {
    const { message, code } = project().load(pretend(machine))
    assert.equal(code, 'NEURA_ADDON_NOT_INSTALLED')
    assert(message.startsWith(`neura-ai has no native addon for ${machine}`), message)
    assert(message.includes('linux-x64-gnu'), message)
  }
})

/** Loads a file that the system refuses; `path`, the cause and the advice are in the message. */
function refused(bytes, advice) {
  const { load, addPackage } = project()
  const path = addPackage(here, bytes)
  const { message, code, cause } = load()
  assert.equal(code, 'NEURA_ADDON_NOT_LOADED')
  assert(message.includes(path), message)
  assert(message.includes(cause), message)
  assert.match(message, advice)
  assert(!message.includes('omit=optional'), message)
}

test('a file that is damaged', () => {
  refused(Buffer.from('version https://git-lfs.github.com/spec/v1\n'), /damaged or incomplete/)
  refused(readFileSync(addon).subarray(0, 100), /damaged or incomplete/)
})

test('a file for another processor', { skip: !isElf }, () => {
  const bytes = readFileSync(addon)
  bytes.writeUInt16LE(here.includes('x64') ? 183 : 62, 18)
  refused(bytes, here.includes('x64') ? /is for linux-arm64/ : /is for linux-x64/)
})

test('a C library that is too old', { skip: !here.endsWith('gnu') }, () => {
  const bytes = readFileSync(addon)
  const newest = bytes.toString('latin1').match(/GLIBC_2\.\d\d\b/g).sort().at(-1)
  bytes.write('GLIBC_2.99', bytes.indexOf(`${newest}\0`), 'latin1')
  refused(bytes, /GLIBC_2\.99[^]*needs glibc 2\.28 or later/)
})

test('native addons that are switched off', () => {
  const { load, addPackage } = project()
  addPackage(here)
  const { message, code } = load('', ['--no-addons'])
  assert.equal(code, 'NEURA_ADDON_NOT_LOADED')
  assert.match(message, /leave out --no-addons/)
})

// As glibc, musl, macOS and Windows say it.
const REFUSALS = {
  '/a/neura.node: failed to map segment from shared object: Operation not permitted': /noexec/,
  '/a/neura.node: cannot open shared object file: Permission denied': /its permissions/,
  'libc.musl-x86_64.so.1: cannot open shared object file: No such file or directory': /is for musl/,
  'Error loading shared library ld-linux-x86-64.so.2: No such file or directory': /is for glibc/,
  'Error relocating /a/neura.node: __res_init: symbol not found': /is for glibc/,
  'libgcc_s.so.1: cannot open shared object file: No such file or directory': /library of the system/,
  'The specified module could not be found.': /library of the system/,
  'something that is new': /Delete node_modules/
}

for (const [says, advice] of Object.entries(REFUSALS)) {
  test(`advice for "${says}"`, () => {
    const { place, load, addPackage } = project()
    addPackage(here)
    const main = join(place, 'node_modules', `neura-ai-${here}`, 'package.json')
    writeFileSync(main, JSON.stringify({ name: `neura-ai-${here}`, main: 'refusal.js' }))
    writeFileSync(join(main, '..', 'refusal.js'), `throw new Error(${JSON.stringify(says)})`)
    const { message, code, cause } = load()
    assert.deepEqual([code, cause], ['NEURA_ADDON_NOT_LOADED', says])
    assert.match(message, advice)
  })
}

test('where the C library is unknown, the addon that was refused is the one named', () => {
  const { place, load, addPackage } = project()
  const program = join(place, 'program')
  writeFileSync(program, 'a script')
  addPackage('linux-x64-musl', 'damaged')
  const { message, code } = load(pretend('linux-x64', program))
  assert.equal(code, 'NEURA_ADDON_NOT_LOADED')
  assert.match(message, /linux-x64 with musl: .*neura-ai-linux-x64-musl/)
})

test('a file of the machine is told from one for another by its head', () => {
  const [platform, arch] = here.split('-')
  assert.equal(builtFor(addon), `${platform}-${arch}`)
  const file = join(project().place, 'file')
  const head = (size, writes) => {
    const bytes = Buffer.alloc(size)
    for (const [at, value] of writes) bytes.writeUInt32LE(value, at)
    writeFileSync(file, bytes)
    return builtFor(file)
  }
  assert.equal(head(8, [[0, 0xfeedfacf], [4, 0x0100000c]]), 'darwin-arm64')
  assert.equal(head(80, [[0, 0x5a4d], [60, 64], [68, 0x8664]]), 'win32-x64')
  assert.equal(head(8, [[0, 0xfeedfacf], [4, 7]]), undefined)
  assert.equal(head(1, []), undefined)
  assert.equal(builtFor(join(file, 'none')), undefined)
})

test('a bundle for browsers is refused at once', () => {
  const { load, addPackage } = project()
  addPackage(here)
  for (const entry of ['neura-ai', 'neura-ai/openai', 'neura-ai/testing']) {
    const { message } = load('', ['--conditions=browser'], entry)
    assert.match(message, /does not run in a browser.*read the API key.*your server/, entry)
  }
})
