'use strict'

const { version } = require('./lib/native.js')
const { Client } = require('./lib/client.js')
const verbs = require('./lib/default-client.js')
const { diagnose, resolve } = require('./lib/diagnose.js')
const { aliases, classes } = require('./lib/errors.js')
const { NeuraResponse } = require('./lib/response.js')

module.exports = {
  Client,
  NeuraResponse,
  diagnose,
  resolve,
  ...verbs,
  ...classes,
  ...aliases,
  version: version()
}
