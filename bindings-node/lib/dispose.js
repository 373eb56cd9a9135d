'use strict'

/** What `await using` calls; the first releases of Node 20 have no such symbol. */
const asyncDispose = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')

module.exports = { asyncDispose }
