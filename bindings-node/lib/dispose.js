'use strict'

/** What `await using` and `using` call; the first releases of Node 20 have no such symbols. */
const asyncDispose = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')
const dispose = Symbol.dispose ?? Symbol.for('Symbol.dispose')

module.exports = { asyncDispose, dispose }
