'use strict'

const { Failure, Runtime, cancelledFailure } = require('./native.js')
const { onAbort } = require('./abort.js')
const { toError } = require('./errors.js')

/** Open calls: the number that the native side gave, and who waits for it. */
const open = new Map()

// One for each environment: a worker loads this module anew.
const runtime = new Runtime((batch) => {
  for (let place = 0; place < batch.length; place += 2) {
    const resolve = open.get(batch[place])
    open.delete(batch[place])
    resolve(batch[place + 1])
  }
  if (open.size === 0) runtime.release()
})

/**
 * Begins a call and waits for what it comes to, which is thrown when it is a failure.
 * @param {() => number} begin the native call
 * @param {AbortSignal} [signal]
 * @param {(call: number) => void} [began] told the number, for `runtime.cancel`
 */
async function run(begin, signal, began) {
  if (signal?.aborted) throw toError(cancelledFailure(), signal)
  const call = begin()
  began?.(call)
  if (open.size === 0) runtime.hold()
  const outcome = new Promise((resolve) => open.set(call, resolve))
  if (signal === undefined) return unwrap(await outcome)

  const forget = onAbort(signal, () => runtime.cancel(call))
  try {
    return unwrap(await outcome, signal)
  } finally {
    forget()
  }
}

/** A native value, or the error thrown that stands in its place. */
function unwrap(value, signal) {
  if (value instanceof Failure) throw toError(value, signal)
  return value
}

module.exports = { run, runtime, unwrap }
