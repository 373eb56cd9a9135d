'use strict'

const { quoted } = require('./native.js')

/**
 * Headers as name, value, name, value: from an object, an array of pairs, a Map
 * or a Headers. A value that is undefined is left out.
 */
function headerPairs(headers) {
  if (headers === undefined) return undefined
  const flat = []
  for (const [name, value] of entries(headers)) {
    if (value === undefined) continue
    if (typeof value !== 'string' && typeof value !== 'number') {
      throw new TypeError(`the header '${quoted(String(name))}' must be a string`)
    }
    flat.push(String(name), String(value))
  }
  return flat
}

/**
 * A query as name, value, name, value: from an object, an array of pairs or
 * URLSearchParams. Booleans are true and false, arrays repeat their name, null
 * and undefined are left out.
 */
function queryPairs(params) {
  if (params === undefined) return undefined
  const flat = []
  for (const [name, given] of entries(params)) {
    for (const value of Array.isArray(given) ? given : [given]) {
      if (value === undefined || value === null) continue
      if (!['string', 'number', 'boolean', 'bigint'].includes(typeof value)) {
        throw new TypeError(`the parameter '${quoted(String(name))}' must be a string, a number or a boolean`)
      }
      flat.push(String(name), String(value))
    }
  }
  return flat
}

function entries(given) {
  return typeof given[Symbol.iterator] === 'function' ? given : Object.entries(given)
}

module.exports = { headerPairs, queryPairs }
