'use strict'

const entries = require('../lib/entries.js')

const { childProcess, fs, path } = entries.builtin
const { optional } = entries.bundle
const { classes } = entries.errors

/** Milliseconds that a program has to say where it listens. */
const START_LIMIT = 10_000
/** Milliseconds that it has to end by itself; it takes less than one second. */
const STOP_LIMIT = 3_000
/** The number of characters of its stderr that are kept. */
const SAID = 4096

const VARIABLES = { 'neura-sandbox': 'NEURA_SANDBOX_BIN', 'neura-replay': 'NEURA_REPLAY_BIN' }

const configError = (message) => new classes.ConfigError(message, { kind: 'config' })

/** The path of a program: the one that its variable names, else the one of the package neura-sandbox. */
function find(name) {
  const variable = VARIABLES[name]
  const advice = `npm install --save-dev neura-sandbox, or set ${variable} to the path of the program`
  const given = process.env[variable]?.trim()
  if (given) {
    const found = existing(path.resolve(given))
    if (found === undefined) throw configError(`${variable} is '${given}', which is not a file: ${advice}`)
    return found
  }
  const sandbox = process.env[VARIABLES['neura-sandbox']]?.trim()
  const beside = sandbox && existing(path.join(path.dirname(path.resolve(sandbox)), name))
  if (beside) return beside
  try {
    return optional('neura-sandbox')[name]
  } catch (cause) {
    throw configError(`the program ${name} was not found (${firstLine(cause.message)}): ${advice}`)
  }
}

/** A file; on Windows its path may leave ".exe" out. */
const existing = (file) =>
  [file, `${file}.exe`].find((each) => fs.statSync(each, { throwIfNoEntry: false })?.isFile())

const firstLine = (text) => text.split('\n', 1)[0]

/**
 * Starts a program that ends with its stdin, so that it never outlives this process, and waits
 * until it listens. It does not keep this process alive.
 * @param {string} name
 * @param {string[]} words
 * @param {string} [input] for its stdin, which stays open
 * @returns {Promise<{ facts: any, stop: () => Promise<void> }>} the JSON of its first line
 */
async function start(name, words, input = '') {
  const program = find(name)
  const child = childProcess.spawn(program, [...words, '--stop-on-stdin-close'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // Ctrl-C is for the tests; what they do at their end needs the program.
    detached: process.platform !== 'win32',
    windowsHide: true
  })
  const exited = new Promise((resolve) => child.once('exit', resolve))
  let said = ''
  child.stderr.on('data', (piece) => (said = (said + piece).slice(-SAID)))
  child.stdin.on('error', () => {}) // It has ended.
  child.stdin.write(input)
  const { facts, problem } = await started(child)
  if (facts === undefined) {
    child.kill('SIGKILL')
    const words = said.trim()
    throw configError(`${program} ${problem}${words && `: ${words}`}`)
  }
  /** @type {any[]} */
  const parts = [child, child.stdin, child.stdout, child.stderr]
  parts.forEach((part) => part.unref?.()) // Not every runtime has it for pipes.

  async function stop() {
    child.ref?.()
    child.stdin.end()
    const kill = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT)
    await exited
    clearTimeout(kill)
  }
  return { facts, stop }
}

/** What a program's first line says, or why there is none. */
function started(child) {
  return new Promise((resolve) => {
    let line = ''
    const limit = setTimeout(
      () => resolve({ problem: `printed nothing within ${START_LIMIT / 1000} s` }),
      START_LIMIT
    )
    const done = (result) => {
      clearTimeout(limit)
      resolve(result)
    }
    child.once('error', ({ message }) => done({ problem: `cannot be run (${message})` }))
    // After its pipes are at their end, so that its words are complete.
    child.once('close', (code) => done({ problem: `ended at once with exit code ${code}` }))
    child.stdout.setEncoding('utf8').on('data', (piece) => {
      if (line.includes('\n')) return // The report, at its end.
      line += piece
      if (line.includes('\n')) done(factsOf(firstLine(line)))
    })
  })
}

function factsOf(line) {
  try {
    const facts = JSON.parse(line)
    if (typeof facts.base_url === 'string' || typeof facts.proxy_url === 'string') return { facts }
  } catch {} // Another program's.
  return { problem: 'is another program: its first line is not the expected JSON' }
}

module.exports = { configError, start }
