// conformance/resolve.json: each case in a folder and a process of its own.

import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe } from 'node:test'

import { withPlace } from './place.mjs'
import { casesOf, testCase, words } from './servers.mjs'

/** What is no ordinary file. */
const SPECIAL = {
  directory: (path) => mkdirSync(path),
  fifo: (path) => execFileSync('mkfifo', [path]),
  foreign: (path) => {
    writeFileSync(path, 'NEURA_API_KEY=nk-fake-of-somebody-else\n')
    chownSync(path, 65534, 65534)
  },
  huge: (path) => writeFileSync(path, '#'.repeat((1 << 20) + 1)),
  not_utf8: (path) => writeFileSync(path, Buffer.from('NEURA_API_KEY=nk-\xff\xfe\n', 'latin1')),
  utf16: (path) => writeFileSync(path, '\ufeffNEURA_API_KEY=nk-fake\r\n', 'utf16le'),
  utf16_without_mark: (path) =>
    writeFileSync(path, Buffer.from('NEURA_API_KEY=nk-fake\n', 'utf16le').swap16()),
  // A regular file of the user's own whose reading fails, whoever asks.
  unreadable: (path) => symlinkSync('/proc/self/mem', path)
}

const OPTIONS = {
  api_key: 'apiKey',
  api_keys: 'apiKey',
  base_url: 'baseURL',
  env_file: 'envFile',
  profile: 'profile'
}

const KNOWN = [
  ...['id', 'files', 'special', 'pipes', 'modes', 'cwd', 'env', 'env_bytes', 'options', 'expect'],
  ...['not_in', 'socket']
]

const isRoot = process.getuid?.() === 0

async function resolved(place, { files = {}, special = {}, pipes = {}, modes = {}, ...given }) {
  for (const [name, text] of Object.entries(files)) place.write(name, text)
  for (const [name, kind] of Object.entries(special)) {
    mkdirSync(dirname(place.path(name)), { recursive: true })
    SPECIAL[kind](place.path(name))
  }
  for (const [name, text] of Object.entries(pipes)) {
    mkdirSync(dirname(place.path(name)), { recursive: true })
    SPECIAL.fifo(place.path(name))
    // A program of its own writes once somebody reads: the wait must hold no thread of this one.
    execFile('sh', ['-c', 'printf %s "$1" > "$0"', place.path(name), text])
  }
  for (const [name, mode] of Object.entries(modes)) chmodSync(place.path(name), parseInt(mode, 8))
  const options = {}
  for (const [name, value] of Object.entries(given.options ?? {})) {
    assert(Object.hasOwn(OPTIONS, name), `unknown option ${name}`)
    options[OPTIONS[name]] = JSON.parse(JSON.stringify(value).replaceAll('{root}', place.root))
  }
  const { env, env_bytes: bytes, cwd } = given
  return await place.run('return neura.resolve(given)', { given: options, env, bytes, cwd })
}

function compare(place, expect, { value, error }) {
  const { error: kind, message = [], absent_message: absent = [], path, ...fields } = expect
  if (kind !== undefined) {
    assert.equal(error?.kind, kind, JSON.stringify({ value, error }))
    for (const part of message) assert(error.message.includes(words(part)), `${part}: ${error.message}`)
    for (const part of absent) assert(!error.message.includes(part), error.message)
    assert.deepEqual(fields, {})
    return
  }
  assert.equal(error, undefined, error?.message)
  if (path !== undefined) assert.equal(value.path, path && place.path(path))
  for (const [name, wanted] of Object.entries(fields)) {
    const camel = name
      .replace('base_url', 'baseURL')
      .replace('_source', 'Source')
      .replace('key_age_days', 'keyAgeDays')
    assert(camel in value, `unknown field ${name}`)
    assert.equal(value[camel], wanted, name)
  }
}

describe('where the key comes from', { concurrency: 4 }, () => {
  for (const script of casesOf('resolve')) {
    const foreign = Object.values(script.special ?? {}).includes('foreign')
    // Only root may give a file away.
    if ((foreign && !isRoot) || script.not_in?.node) continue
    testCase('resolve', script.id, script.id, async () => {
      for (const name of Object.keys(script)) assert(KNOWN.includes(name), `unknown field ${name}`)
      await withPlace(async (place) => {
        const told = await resolved(place, script)
        compare(place, script.expect, told)
        const texts = [script.files, script.pipes, script.env, script.options].flatMap((all) =>
          Object.values(all ?? {}).flat()
        )
        const said = JSON.stringify(told)
        for (const word of texts.join('\n').split(/[="'\n ]/)) {
          const secret = word.startsWith('nk-fake-') || word.startsWith('shell-secret-')
          assert(!secret || !said.includes(word), `a key in ${said}`)
        }
      })
    })
  }
})
