// How cargo builds for a target what is published. On Linux, zig links against the C library that is
// asked for. It and cargo-zigbuild are installed into .tools/zig, from PyPI.

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { fail } from './cargo.mjs'
import { GLIBC } from './floor.mjs'

const { TARGETS, targets } = createRequire(import.meta.url)('../lib/target.js')

const folder = dirname(dirname(fileURLToPath(import.meta.url)))
const root = dirname(folder)
const PACKAGES = ['ziglang==0.17.1', 'cargo-zigbuild==0.24.1']

function run(program, ...words) {
  const { status, error } = spawnSync(program, words, { stdio: 'inherit' })
  if (status !== 0) fail(`${program} ${words.join(' ')}: ${error?.message ?? `ended with ${status}`}`)
}

/** The folder of zig's programs, installed if it is not there. */
function zig() {
  const tools = join(root, '.tools', 'zig')
  const mark = join(tools, '.installed')
  const wanted = PACKAGES.join('\n')
  if (!existsSync(mark) || readFileSync(mark, 'utf8') !== wanted) {
    run(process.env.PYTHON ?? 'python3', '-m', 'venv', tools)
    run(join(tools, 'bin', 'pip'), 'install', '--quiet', ...PACKAGES)
    writeFileSync(mark, wanted)
  }
  return join(tools, 'bin')
}

/**
 * What cargo is asked on Linux: a target directory of its own, since the floor is not in its names.
 * @returns {[words: string[], env: Record<string, string>]}
 */
function linux(target, triple) {
  const bin = zig()
  const env = {
    CARGO_TARGET_DIR: join(root, 'target', `glibc-${GLIBC}`),
    CARGO_ZIGBUILD_ZIG_PATH: join(bin, 'python-zig'),
    PATH: [bin, process.env.PATH].join(delimiter)
  }
  if (target.endsWith('gnu')) return [['zigbuild', '--target', `${triple}.${GLIBC}`], env]
  return [['zigbuild', '--target', triple], env]
}

/**
 * What cargo is asked, up to the profile.
 * @param {string} [triple] a target of package.json; without one, this machine's
 */
export function releaseTarget(triple) {
  const { napi } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  triple ??= napi.targets[TARGETS.indexOf(targets()[0])]
  // package.json lists the targets in the order of TARGETS.
  const target = TARGETS[napi.targets.indexOf(triple)]
  if (target === undefined) fail(`${triple} is not a target: ${napi.targets.join(', ')}`)
  const isLinux = target.startsWith('linux')
  /** @type {[words: string[], env: Record<string, string>]} */
  const [words, env] = isLinux ? linux(target, triple) : [['build', '--target', triple], {}]
  return { target, triple, words, env }
}
