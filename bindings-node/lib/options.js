'use strict'

const builtin = require('./builtin.js')

const { hint, isFirstThread, optionKinds, quoted } = require('./native.js')
const { mergedHeaders, named } = require('./pairs.js')
const { isBody } = require('./upload.js')

// What a name may hold. Values of the right type go to the core as they are:
// it alone knows which numbers and texts are good.
const isString = [(value) => typeof value === 'string', 'a string']
const isBoolean = [(value) => typeof value === 'boolean', 'a boolean']
const isInteger = [Number.isSafeInteger, 'a whole number']
const isLimit = [
  (value) => value === null || typeof value === 'number',
  'a number of milliseconds, or null for no limit'
]
const isObject = [(value) => value !== null && typeof value === 'object', 'an object']
const isFunction = [(value) => typeof value === 'function', 'a function']
const isAny = [() => true, '']
const isBodyOf = [
  isBody,
  'a string, bytes, FormData, URLSearchParams, a Blob, a stream or an async iterable'
]
const isSignal = [
  (value) =>
    value === null ||
    (typeof value.aborted === 'boolean' && typeof value.addEventListener === 'function'),
  'an AbortSignal'
]

const isKey = [
  (value) =>
    typeof value === 'string' ||
    typeof value === 'function' ||
    (Array.isArray(value) && value.every((each) => typeof each === 'string')),
  'a string, an array of strings, or a function that returns a string or a promise of one'
]
const isEnvFile = [
  (value) => typeof value === 'string' || value === false,
  'the path of a file, or false for none'
]

const isURL = [
  (value) => typeof value === 'string' || value instanceof URL,
  'a string or a URL'
]
/** The SDK's; a line for each attempt is at `info`, its headers at `debug`. */
const LEVELS = ['off', 'error', 'warn', 'info', 'debug']
const isLevel = [(value) => LEVELS.includes(value), `one of ${LEVELS.join(', ')}`]

const isProxy = [
  (value) => typeof value === 'string' || value === false,
  'the URL of a proxy, or false for none'
]

/** What the value of an option may be, by the kind that the core's table gives it. */
const KINDS = {
  text: isString,
  proxy_url: isProxy,
  path: isString,
  path_or_off: isEnvFile,
  time: isLimit,
  whole: isInteger,
  switch: isBoolean,
  pairs: isObject
}

const table = optionKinds()

/** Of a client; the last four are this binding's own. */
const CLIENT = {
  apiKey: isKey,
  ...checksOf(table.client),
  baseURL: isURL,
  defaultHeaders: isObject,
  defaultQuery: isObject,
  logLevel: isLevel,
  onAttempt: isFunction
}

/** Of `diagnose`. */
const DIAGNOSE = { ...CLIENT, signal: isSignal }

const ofCall = checksOf(table.request)
/** The options of any call that go to the native side as they are. */
const PLAIN = Object.keys(ofCall)

const CALL = { ...ofCall, signal: isSignal }

/** What any request sends, with its options. */
const SENT = { ...CALL, json: isAny, body: isBodyOf, params: isObject, headers: isObject }
/** Of a verb. */
const REQUEST = { ...SENT, stream: isBoolean }
/** Of `client.stream`. */
const STREAM = { ...SENT, method: isString }
/** Of a named call, whose other keys are its body. */
const NAMED = { ...CALL, extraHeaders: isObject, extraQuery: isObject, extraBody: isObject }
/** Of a named call, in an object of their own, as the SDK names them too. */
const BESIDE = { ...NAMED, headers: isObject, query: isObject }

/** The check of each option of the core's table: name, kind, name, kind. */
function checksOf(flat) {
  const checks = {}
  for (let at = 0; at < flat.length; at += 2) checks[flat[at]] = KINDS[flat[at + 1]]
  return checks
}

/**
 * Throws a TypeError for a name that is not known, so that a typing error does
 * not pass in silence, and for a value of another type. No value is ever told.
 */
function checked(options, table, of) {
  if (options === undefined) return {}
  if (options === null || typeof options !== 'object') {
    throw new TypeError(`the options of ${of} must be an object`)
  }
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(table, name)) {
      const takes = Object.keys(table)
      const said = hint(name, takes)
      throw new TypeError(
        `unknown option '${quoted(name)}' of ${of}` +
          (said === null ? '' : `: ${said}`) +
          `; it takes ${takes.join(', ')}`
      )
    }
    const [holds, expected] = table[name]
    if (options[name] !== undefined && !holds(options[name])) {
      throw new TypeError(`${name} must be ${expected}`)
    }
  }
  return options
}

/** A client's options as the native side takes them: it asks a function by way of the runtime. */
function nativeOptions(options) {
  const { apiKey, baseURL, defaultHeaders, defaultQuery, logLevel, onAttempt, ...given } = options
  const native = {
    ...given,
    baseURL: baseURL instanceof URL ? baseURL.href : baseURL,
    headers: mergedHeaders(named('defaultHeaders', defaultHeaders), named('headers', given.headers)),
    // A worker thread has variables of its own, which the native side cannot read.
    environment: isMainThread() ? undefined : Object.entries(process.env).flat()
  }
  return typeof apiKey === 'function' ? { ...native, asksForKey: true } : { ...native, apiKey }
}

const isMainThread = () => isFirstThread() || builtin.workerThreads.isMainThread

module.exports = { BESIDE, CLIENT, DIAGNOSE, NAMED, PLAIN, REQUEST, STREAM, checked, nativeOptions }
