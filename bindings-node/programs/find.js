'use strict'

const { dirname, join } = require('node:path')

const { targets } = require('./target.js')

/** The folder of the package that holds the programs of a package for this machine. */
function folderOf(main) {
  const names = targets()
  for (const name of names) {
    try {
      return dirname(require.resolve(`${main}-${name}/package.json`))
    } catch {} // Not the one that npm installed.
  }
  throw new Error(
    `${main} has no programs here: the package ${main}-${names.join(' or ')} is not ` +
      'installed. npm leaves it out with --omit=optional, and where node_modules comes from ' +
      'another platform; run npm install again on this machine'
  )
}

/** The path of a program of the package `main`. */
module.exports = (main, name) => join(folderOf(main), process.platform === 'win32' ? `${name}.exe` : name)
