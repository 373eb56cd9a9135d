'use strict'

const { spawn } = require('node:child_process')

/** Runs a program of the package with the words of this process, and ends as it ends. */
module.exports = (name) => {
  const child = spawn(require('../index.js')[name], process.argv.slice(2), { stdio: 'inherit' })
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  // A terminal gives Ctrl-C to both: the program must not get it twice.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  child.on('error', ({ message }) => {
    console.error(message)
    process.exit(1)
  })
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}
