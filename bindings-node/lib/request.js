'use strict'

const { BESIDE, NAMED, PLAIN, REQUEST, STREAM, checked } = require('./options.js')
const { mergedHeaders, mergedQuery, named } = require('./pairs.js')
const { bodyParts } = require('./upload.js')

/**
 * A verb's or a stream's arguments as the native side takes them.
 * @param {any} method
 * @param {any} path
 * @param {any} given
 * @param {object} [table]
 */
function requestOf(method, path, given, table = REQUEST) {
  if (typeof method !== 'string') throw new TypeError('the method must be a string')
  if (typeof path !== 'string') throw new TypeError('the path must be a string')
  const options = checked(given, table, table === STREAM ? 'stream' : 'a request')
  if (options.json !== undefined && options.body !== undefined) {
    throw new TypeError('give json or body, not both')
  }
  const json = options.json === undefined ? undefined : jsonText(options.json, 'json')
  const { parts, upload, contentType } = bodyParts(json, options.body)
  const call = callOf(options, ['headers', 'params'])
  return {
    parts: /** @type {any} */ ({ method, path, ...parts }),
    call: contentType === undefined ? call : { ...call, contentType },
    signal: options.signal ?? undefined,
    stream: options.stream === true,
    upload
  }
}

/**
 * A named call's arguments: options may stand among the keys of the body, or in
 * a second object, as users of the OpenAI SDK write them; that one wins.
 * @returns {{ stream: boolean, json: string, call?: object, signal?: AbortSignal }}
 */
function namedOf(given, further, of) {
  if (given === null || typeof given !== 'object') {
    throw new TypeError(`${of} takes an object`)
  }
  if (further === undefined && isBody(given)) {
    return { stream: given.stream === true, json: jsonText(given, of) }
  }
  /** @type {any[]} */
  const [mine, body] = [{}, {}]
  for (const [name, value] of Object.entries(given)) {
    ;(Object.hasOwn(NAMED, name) ? mine : body)[name] = value
  }
  const { extraBody, ...named } = optionsOf({ ...mine, ...checked(further, BESIDE, of) }, of)
  Object.assign(body, extraBody)
  return { ...named, stream: body.stream === true, json: jsonText(body, of) }
}

/** Whether all members belong to the body, as in most calls: nothing is copied then. */
function isBody(given) {
  // JSON shows other objects in their own way.
  if (Object.getPrototypeOf(given) !== Object.prototype) return false
  return Object.keys(given).every((name) => !Object.hasOwn(NAMED, name))
}

/**
 * The options of a call without a body.
 * @returns {{ call?: object, extraBody?: object, signal?: AbortSignal }}
 */
function optionsOf(given, of) {
  if (given === undefined) return {}
  const options = checked(given, BESIDE, of)
  const call = callOf(options, ['extraHeaders', 'extraQuery'])
  call.headers = mergedHeaders(named('headers', options.headers), call.headers)
  call.params = mergedQuery(named('query', options.query), call.params)
  return {
    call: { ...call, unchecked: Object.keys(options.extraBody ?? {}) },
    extraBody: options.extraBody,
    signal: options.signal ?? undefined
  }
}

/** Holds only what is given: most calls have none of it. */
function callOf(options, [headers, params]) {
  /** @type {any} */
  const call = {}
  if (options[headers] !== undefined) call.headers = named(headers, options[headers])
  if (options[params] !== undefined) call.params = named(params, options[params])
  for (const name of PLAIN) if (options[name] !== undefined) call[name] = options[name]
  return call
}

function jsonText(value, name) {
  const text = JSON.stringify(value)
  if (text === undefined) throw new TypeError(`${name} cannot be converted to JSON`)
  return text
}

module.exports = { namedOf, optionsOf, requestOf }
