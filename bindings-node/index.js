'use strict'

// In two steps: of `module.exports = require(...)` Node looks for names to import in that file as well,
// which takes 40 ms, and index.mjs names them.
const { main } = require('./lib/entries.js')

module.exports = main
