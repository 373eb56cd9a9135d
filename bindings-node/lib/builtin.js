'use strict'

// Node's own modules. An ESM bundle has no `require`, where bundlers leave a call of it as it is;
// `getBuiltinModule` came with Node 20.16.
const builtin = process.getBuiltinModule

module.exports = {
  fs: builtin?.('node:fs') ?? require('node:fs'),
  module: builtin?.('node:module') ?? require('node:module'),
  util: builtin?.('node:util') ?? require('node:util'),
  workerThreads: builtin?.('node:worker_threads') ?? require('node:worker_threads')
}
