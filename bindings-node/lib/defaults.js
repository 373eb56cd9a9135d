'use strict'

const { mergedHeaders, mergedQuery, named } = require('./pairs.js')

/** What the calls of a client have where they do not say otherwise, by its native client, if anything. */
const known = new WeakMap()

const HEADERS = ['headers', 'defaultHeaders']
/** Those options of a client that each of its calls can have. */
const OF_CALLS = ['timeout', 'maxRetries', 'defaultQuery', 'logLevel', ...HEADERS]

/**
 * Whether the calls of a native client that was built with `given` can have these options.
 * Headers of the native client itself would be sent beside those that replace them.
 */
function areOfCalls(over, given) {
  const names = Object.keys(over)
  const hasHeaders = HEADERS.some((name) => given[name] !== undefined)
  return names.every((name) => OF_CALLS.includes(name) && !(hasHeaders && HEADERS.includes(name)))
}

/**
 * Sets the defaults of a native client: what only this binding knows of its options, and with
 * `over` the options that replace those that the native client was built with.
 */
function setDefaults(native, { defaultQuery, logLevel }, over = {}) {
  const defaults = {
    params: named('defaultQuery', defaultQuery),
    headers: mergedHeaders(
      named('defaultHeaders', over.defaultHeaders),
      named('headers', over.headers)
    ),
    logLevel,
    timeout: over.timeout,
    maxRetries: over.maxRetries
  }
  known.set(native, isNothing(defaults) ? undefined : defaults)
  return native
}

/**
 * A call's options with the defaults of its client; undefined where there are none, as of most calls:
 * the native side looks for each by its name, which costs as much as the rest of a call.
 * @param {any} native
 * @param {any} [call]
 */
function withDefaults(native, call) {
  const defaults = known.get(native)
  if (defaults === undefined) return isNothing(call) ? undefined : call
  const filled = { ...call }
  for (const name of ['timeout', 'maxRetries', 'logLevel']) filled[name] ??= defaults[name]
  if (call?.timeout === null) filled.timeout = null // No limit is not a gap.
  filled.headers = mergedHeaders(defaults.headers, call?.headers)
  filled.params = mergedQuery(defaults.params, call?.params)
  return filled
}

/** @param {any} options */
function isNothing(options) {
  for (const name in options) {
    const value = options[name]
    if (value !== undefined && !(name === 'unchecked' && value.length === 0)) return false
  }
  return true
}

module.exports = { areOfCalls, setDefaults, withDefaults }
