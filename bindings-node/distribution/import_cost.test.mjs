// An import with a first client is cheap: at most 13 ms of CPU time and 8 MB over an empty Node, on the
// machine that the limits were set on. Other machines are slower, and so is an empty Node there: the
// time is compared with its time. Of the runs, which take turns, the faster ones are those that other work
// of the machine disturbed less; on a busy machine there are more of them.

import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

import { project, run } from './project.mjs'

const ROUNDS = 15
const MOST_ROUNDS = 60
/** What an empty Node 20 took where the limit was set. */
const EMPTY_MS = 20
const MOST_MS = 13
const MOST_KB = 8 << 10

const CLIENT = "Client({ apiKey: 'nk-test-not-a-key' })"
const SAYS = "process.on('exit', () => console.log(JSON.stringify(process.resourceUsage())))"
/** What is measured, and what without the package; an import of any CommonJS module takes Node 9 ms. */
const PAIRS = [
  ['empty.cjs', 'require.cjs'],
  ['empty.mjs', 'import.mjs']
]
const PROGRAMS = {
  'empty.cjs': SAYS,
  'empty.mjs': `import './nothing.cjs'\n${SAYS}`,
  'require.cjs': `${SAYS}\nnew (require('neura-ai')).${CLIENT}`,
  'import.mjs': `import { Client } from 'neura-ai'\n${SAYS}\nnew ${CLIENT}`
}

const place = project()
for (const [name, text] of Object.entries(PROGRAMS)) writeFileSync(join(place, name), text)
writeFileSync(join(place, 'nothing.cjs'), '')

/** The CPU time of a process in milliseconds, and the most memory that it had, in KB. */
function cost(name) {
  // Certificates from the environment take Node itself twice that time.
  const { out, said } = run(place, [process.execPath, name], { NODE_EXTRA_CA_CERTS: '', SSL_CERT_FILE: '' })
  assert.equal(out, said)
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(out)
  return { time: (userCPUTime + systemCPUTime) / 1000, memory: maxRSS }
}

/** The number that a quarter of them are below. */
const quarter = (numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 2]

/** What is too dear in these runs. */
function problems(runs) {
  const time = (name) => quarter(runs[name].map(({ time }) => time))
  const memory = (name) => quarter(runs[name].map(({ memory }) => memory))
  const most = (MOST_MS * time('empty.cjs')) / EMPTY_MS
  return PAIRS.flatMap(([without, name]) => {
    const [more, kilobytes] = [time(name) - time(without), memory(name) - memory(without)]
    return [
      ...(more > most ? [`${name}: ${more.toFixed(1)} ms more, and at most ${most.toFixed(1)} were expected`] : []),
      ...(kilobytes > MOST_KB ? [`${name}: ${kilobytes} KB more`] : [])
    ]
  })
}

test('an import with a client costs at most 13 ms and 8 MB', () => {
  const runs = Object.fromEntries(Object.keys(PROGRAMS).map((name) => [name, []]))
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    for (const name of Object.keys(PROGRAMS)) runs[name].push(cost(name))
    if (round >= ROUNDS && problems(runs).length === 0) return
  }
  assert.deepEqual(problems(runs), [])
})
