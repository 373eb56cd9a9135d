'use strict'

const { version } = require('./lib/native.js')
const { Client } = require('./lib/client.js')
const verbs = require('./lib/default-client.js')
const { aliases, classes } = require('./lib/errors.js')
const { NeuraResponse } = require('./lib/response.js')

// Loaded when it is asked for: most programs never do.
const diagnosis = () => require('./lib/diagnose.js')

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
