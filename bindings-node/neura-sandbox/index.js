'use strict'

const { dirname, join } = require('node:path')

const { targets } = require('./lib/target.js')

/** The folder of the package that holds the programs for this machine. */
function folder() {
  const names = targets()
  for (const name of names) {
    try {
      return dirname(require.resolve(`neura-sandbox-${name}/package.json`))
    } catch {} // Not the one that npm installed.
  }
  throw new Error(
    `neura-sandbox has no programs here: the package neura-sandbox-${names.join(' or ')} is not ` +
      'installed. npm leaves it out with --omit=optional, and where node_modules comes from ' +
      'another platform; run npm install again on this machine'
  )
}

const program = (name) => join(folder(), process.platform === 'win32' ? `${name}.exe` : name)

module.exports = {
  get 'neura-sandbox'() {
    return program('neura-sandbox')
  },
  get 'neura-replay'() {
    return program('neura-replay')
  }
}
