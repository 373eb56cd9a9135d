'use strict'

// Node's own modules. An ESM bundle has no `require`, where bundlers leave a call of it as it is;
// `getBuiltinModule` came with Node 20.16. Each is loaded when it is first used: `worker_threads`
// takes 2 ms of the time of an import.
const builtin = process.getBuiltinModule

module.exports = {
  get asyncHooks() {
    return builtin?.('node:async_hooks') ?? require('node:async_hooks')
  },
  get childProcess() {
    return builtin?.('node:child_process') ?? require('node:child_process')
  },
  get crypto() {
    return builtin?.('node:crypto') ?? require('node:crypto')
  },
  get diagnosticsChannel() {
    return builtin?.('node:diagnostics_channel') ?? require('node:diagnostics_channel')
  },
  get fs() {
    return builtin?.('node:fs') ?? require('node:fs')
  },
  get module() {
    return builtin?.('node:module') ?? require('node:module')
  },
  get path() {
    return builtin?.('node:path') ?? require('node:path')
  },
  get util() {
    return builtin?.('node:util') ?? require('node:util')
  },
  get workerThreads() {
    return builtin?.('node:worker_threads') ?? require('node:worker_threads')
  }
}
