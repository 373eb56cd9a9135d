'use strict'

const native = require('./native.js')
const { own } = require('./key-function.js')
const { CLIENT, DIAGNOSE, checked, nativeOptions } = require('./options.js')
const { camelCased } = require('./report.js')
const { run, runtime, unlessAborted, unwrap } = require('./runtime.js')

/** Where the key of a client with these options would come from; asks no function. */
function resolve(options) {
  const given = nativeOptions(checked(options, CLIENT, 'resolve'))
  return camelCased(unwrap(native.resolve(given)))
}

/** Why authentication fails, or that it does not. Rejects only when aborted. */
async function diagnose(options) {
  const { signal, ...given } = checked(options, DIAGNOSE, 'diagnose')
  const begin = () => native.diagnose(runtime, nativeOptions(given))
  const { json, text } = unlessAborted(await run(own({}, given.apiKey), begin, signal), signal)
  return withText(camelCased(json), text)
}

/** A report is data, and for people a text. */
function withText(report, text) {
  return Object.defineProperty(report, 'toString', { value: () => text })
}

module.exports = { diagnose, resolve }
