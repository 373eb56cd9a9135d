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
  return {
    parts: { method, path, ...parts },
    call: { ...callOf(options, ['headers', 'params']), contentType },
    signal: options.signal ?? undefined,
    stream: options.stream === true,
    upload
  }
}

/**
 * A named call's arguments: options may stand among the keys of the body, or in
 * a second object, as users of the OpenAI SDK write them; that one wins.
 */
function namedOf(given, further, of) {
  if (given === null || typeof given !== 'object') {
    throw new TypeError(`${of} takes an object`)
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

/** The options of a call without a body. */
function optionsOf(given, of) {
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

function callOf(options, [headers, params]) {
  const call = { headers: named(headers, options[headers]), params: named(params, options[params]) }
  for (const name of PLAIN) call[name] = options[name]
  return call
}

function jsonText(value, name) {
  const text = JSON.stringify(value)
  if (text === undefined) throw new TypeError(`${name} cannot be converted to JSON`)
  return text
}

module.exports = { namedOf, optionsOf, requestOf }
