'use strict'

const native = require('./native.js')

/**
 * Headers as name, value, name, value: from an object, an array of pairs, a Map
 * or a Headers. `what` names them in errors.
 */
function headerPairs(headers, what = 'headers') {
  return headers && texts(native.headerPairs(entries(headers), what))
}

/**
 * A query in the same way: from an object, an array of pairs or URLSearchParams.
 */
function queryPairs(params, what = 'params') {
  return params && texts(native.queryPairs(entries(params), what))
}

function entries(given) {
  return typeof given[Symbol.iterator] === 'function' ? [...given] : Object.entries(given)
}

function texts(pairs) {
  if (typeof pairs === 'string') throw new TypeError(pairs)
  return pairs
}

module.exports = { headerPairs, queryPairs }
