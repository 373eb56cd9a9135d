'use strict'

const { version } = require('./native.js')
const { Client } = require('./client.js')
const verbs = require('./default-client.js')
const { aliases, classes } = require('./errors.js')
const { NeuraResponse } = require('./response.js')

// Loaded when it is asked for: most programs never do.
const diagnosis = () => require('./diagnose.js')

module.exports = {
  Client,
  NeuraResponse,
  diagnose: (options) => diagnosis().diagnose(options),
  resolve: (options) => diagnosis().resolve(options),
  ...verbs,
  ...classes,
  ...aliases,
  version: version()
}
