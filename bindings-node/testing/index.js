'use strict'

const { Replay } = require('./replay.js')
const { Sandbox } = require('./sandbox.js')

module.exports = { Replay, Sandbox }
