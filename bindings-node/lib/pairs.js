'use strict'

/**
 * Headers or parameters as the native side takes them, which decides about the values: the
 * option's name, then the pairs of an object, an array of pairs, a Map, a Headers or
 * URLSearchParams.
 */
function named(name, given) {
  return given === undefined ? undefined : [name, ...pairsOf(given)]
}

function pairsOf(given) {
  const isIterable = typeof given[Symbol.iterator] === 'function'
  return [...(isIterable ? given : Object.entries(given))]
}

/**
 * Two of these as one: the name and the pairs of `over`, and those of `under` whose name
 * `over` does not have.
 * @param {(name: any) => any} fold what makes equal names equal
 */
function merged(under, over, fold) {
  if (under === undefined || over === undefined) return over ?? under
  const [name, ...pairs] = over
  const nameOf = (pair) => fold(pair?.[0])
  const replaced = new Set(pairs.filter((pair) => pair?.[1] !== undefined).map(nameOf))
  return [name, ...under.slice(1).filter((pair) => !replaced.has(nameOf(pair))), ...pairs]
}

const mergedHeaders = (under, over) => merged(under, over, (name) => String(name).toLowerCase())
const mergedQuery = (under, over) => merged(under, over, (name) => name)

module.exports = { mergedHeaders, mergedQuery, named }
