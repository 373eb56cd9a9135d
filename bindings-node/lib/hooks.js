'use strict'

const builtin = require('./builtin.js')

/** The option `onAttempt` of native clients. */
const listeners = new WeakMap()
/** Who hears of the attempts of a call, by its number. */
const observed = new Map()

let found

/** The channels of `node:diagnostics_channel`, which is loaded at the first call. */
function channels() {
  if (found === undefined) {
    const { channel } = builtin.diagnosticsChannel
    found = { headers: channel('neura:attempt:headers'), error: channel('neura:attempt:error') }
  }
  return found
}

/** Calls `onAttempt`, where it is a function, after each attempt of a native client. */
function listen(native, onAttempt) {
  if (onAttempt !== undefined) listeners.set(native, onAttempt)
}

/** Begins a native call, and has its attempts reported where somebody listens. */
function begun(runtime, owner, begin) {
  const listener = listeners.get(owner)
  const { headers, error } = channels()
  if (listener === undefined && !headers.hasSubscribers && !error.hasSubscribers) {
    return begin(owner)
  }
  // Listeners run in the caller's asynchronous context, as the spans of a trace need it.
  const scope = new builtin.asyncHooks.AsyncResource('NeuraCall')
  runtime.observe(true)
  try {
    const number = begin(owner)
    observed.set(number, { listener, scope, cancelled: false })
    return number
  } finally {
    runtime.observe(false)
  }
}

/** The call was cancelled: the attempt that this cuts short ends after it. */
function cancelled(number) {
  const call = observed.get(number)
  if (call !== undefined) call.cancelled = true
}

/** The call has settled. */
function settled(number) {
  if (observed.get(number)?.cancelled === false) observed.delete(number)
}

/**
 * Passes an attempt on.
 * @param {number} number of its call
 * @param {any} attempt the native one
 */
function report(number, { fields }) {
  const call = observed.get(number)
  if (call === undefined) return
  if (fields === null) observed.delete(number)
  else call.scope.runInAsyncScope(tell, undefined, fields, call.listener)
}

function tell(attempt, listener) {
  const { headers, error } = channels()
  // What a subscriber throws is an uncaught exception, as on every channel of Node's.
  ;(attempt.status === null ? error : headers).publish(attempt)
  if (listener === undefined) return
  try {
    const given = listener(attempt)
    if (typeof given?.then === 'function') given.then(undefined, warn)
  } catch (thrown) {
    warn(thrown)
  }
}

/** A listener's own error is no matter of the call's. */
function warn(thrown) {
  let words
  try {
    words = String(thrown?.stack ?? thrown)
  } catch {
    words = 'a value without a text'
  }
  process.emitWarning(`onAttempt threw ${words}`, 'NeuraWarning')
}

/** How many calls are listened to, for tests. */
const watched = () => observed.size

module.exports = { begun, cancelled, listen, report, settled, watched }
