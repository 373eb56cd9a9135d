'use strict'

/**
 * Headers or parameters as the native side takes them, which decides about the values: the
 * option's name, then the pairs of an object, an array of pairs, a Map, a Headers or
 * URLSearchParams.
 */
function named(name, given) {
  if (given === undefined) return undefined
  const isIterable = typeof given[Symbol.iterator] === 'function'
  return [name, ...(isIterable ? given : Object.entries(given))]
}

module.exports = { named }
