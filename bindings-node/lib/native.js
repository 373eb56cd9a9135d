'use strict'

const { target } = require('./target.js')

const file = `neura.${target()}.node`

/** The addon: everything that the core does. */
module.exports = load()

function load() {
  try {
    return require(`../${file}`)
  } catch (cause) {
    if (cause.code !== 'MODULE_NOT_FOUND') throw cause
    throw new Error(
      `neura-ai has no native library for this platform (${file} is not in the package's folder). ` +
        'Build it there with "npm run build", which needs cargo.',
      { cause },
    )
  }
}
