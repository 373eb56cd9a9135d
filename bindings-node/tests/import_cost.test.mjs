// An import is cheap: at most 15 ms and 8 MB over an empty Node, on the machine that the limits
// were set on. Other machines are slower, and so is an empty Node there: the time is compared with
// its time. The fastest of the runs, which take turns, is the one that other work of the machine
// disturbed least. The memory is that of the process alone, without the pages of files, which all
// processes share.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'

import { index } from './place.mjs'

const ROUNDS = 15
/** What an empty Node 20 took where the limit of 15 ms was set. */
const EMPTY_MS = 40
const MOST_MS = 15
const MOST_BYTES = 8 << 20

const PROGRAMS = {
  empty: '0',
  import: `import(${JSON.stringify(index)})`,
  require: `require(${JSON.stringify(new URL('index.js', index).pathname)})`
}

/** The time of a process in milliseconds, and its memory at the end in bytes. */
function run(source) {
  const memory =
    process.platform === 'linux'
      ? "1024 * require('fs').readFileSync('/proc/self/status', 'utf8').match(/RssAnon:\\s*(\\d+)/)[1]"
      : 'process.memoryUsage.rss()'
  const code = `Promise.resolve(${source}).then(() => console.log(${memory}))`
  const began = performance.now()
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', code], { encoding: 'utf8' })
  assert.equal(stderr, '')
  return { time: performance.now() - began, bytes: Number(stdout) }
}

const median = (numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1]

test('an import costs at most 15 ms and 8 MB', () => {
  const runs = { empty: [], import: [], require: [] }
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, source] of Object.entries(PROGRAMS)) runs[name].push(run(source))
  }
  const found = {}
  for (const [name, all] of Object.entries(runs)) {
    found[name] = { time: Math.min(...all.map(({ time }) => time)), bytes: median(all.map(({ bytes }) => bytes)) }
  }
  for (const name of ['import', 'require']) {
    const ratio = found[name].time / found.empty.time
    const most = (EMPTY_MS + MOST_MS) / EMPTY_MS
    const said = `${name}: ${found.empty.time.toFixed(1)} ms, with the package ${found[name].time.toFixed(1)} ms`
    assert(ratio <= most, said)
    const more = found[name].bytes - found.empty.bytes
    assert(more <= MOST_BYTES, `${name}: ${(more / (1 << 20)).toFixed(1)} MB more`)
  }
})
