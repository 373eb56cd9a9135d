'use strict'

const { buildClient } = require('./native.js')
const { setDefaults } = require('./defaults.js')
const { listen } = require('./hooks.js')
const { own } = require('./key-function.js')
const { nativeOptions } = require('./options.js')
const { runtime, unwrap } = require('./runtime.js')

/**
 * The native client of these options, with what only this binding knows of them.
 * @param {any} given checked
 */
function nativeClient(given) {
  const native = own(unwrap(buildClient(runtime, nativeOptions(given))), given.apiKey)
  listen(native, given.onAttempt)
  return setDefaults(native, given)
}

module.exports = { nativeClient }
