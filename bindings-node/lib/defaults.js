'use strict'

const { mergedHeaders, mergedQuery, named } = require('./pairs.js')

/** What the calls of a client have where they do not say otherwise, by its native client, if anything. */
const known = new WeakMap()

/** Native clients whose options say what replies they accept. */
const accepting = new WeakSet()

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
function setDefaults(native, { defaultQuery, logLevel, ...given }, over = {}) {
  if (HEADERS.some((name) => hasAccept(named(name, given[name])))) accepting.add(native)
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

/** A call's options with the `Accept` of fetch, where neither the call nor its client says one. */
function acceptingAll(native, call) {
  if (accepting.has(native) || hasAccept(call.headers)) return call
  return { ...call, headers: [...(call.headers ?? ['headers']), ['accept', '*/*']] }
}

/** @param {any[]} [headers] as the native side takes them */
function hasAccept(headers = []) {
  return headers.slice(1).some((pair) => String(pair?.[0]).toLowerCase() === 'accept')
}

/** @param {any} options */
function isNothing(options) {
  for (const name in options) {
    const value = options[name]
    if (value !== undefined && !(name === 'unchecked' && value.length === 0)) return false
  }
  return true
}

module.exports = { acceptingAll, areOfCalls, setDefaults, withDefaults }
