'use strict'

const { spawn } = require('node:child_process')

/** Runs a program with the words of this process, and ends as it ends. */
module.exports = (name) => {
  const child = spawn(require('../index.js')[name], process.argv.slice(2), { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', ({ message }) => {
    console.error(message)
    process.exit(1)
  })
  child.on('exit', (code) => process.exit(code ?? 1))
}
