'use strict'

const { Attempt, Failure, Question, Runtime, Wanted, cancelledFailure } = require('./native.js')
const { onAbort } = require('./abort.js')
const builtin = require('./builtin.js')
const { toError } = require('./errors.js')
const hooks = require('./hooks.js')
const { functionOf } = require('./key-function.js')
const { give } = require('./upload.js')

/** Open calls by the number that the native side gave. */
const open = new Map()
let held = false
let listens = false

/**
 * A call under way.
 * @typedef {object} Call
 * @property {object} owner the native object that was called; kept until the call is
 *   over, and with it the function that gives its key
 * @property {(outcome: any) => void} settled
 * @property {() => void} [forget] forgets its signal
 * @property {any} [upload] a body that is asked for in pieces
 * @property {any} [wanted] the question for the piece that is awaited: without an owner it would be
 *   collected with a promise that nothing settles, which ends the call as if it had been aborted
 * @property {import('node:async_hooks').AsyncResource} [scope] the caller's asynchronous context, where
 *   code of the caller's runs during the call: the function that gives the key, or the body
 */

// One for each environment: a worker loads this module anew.
const runtime = new Runtime(process.argv[1] ?? '')
process.on('exit', () => runtime.writeUsage())

function settleAll(batch) {
  for (let place = 0; place < batch.length; place += 2) {
    const [number, outcome] = [batch[place], batch[place + 1]]
    if (outcome instanceof Question) ask(number, outcome)
    else if (outcome instanceof Attempt) hooks.report(number, outcome)
    else if (outcome instanceof Wanted) supply(number, outcome)
    else close(number, outcome)
  }
  keep()
}

/** The call is over. */
function close(number, outcome) {
  const call = open.get(number)
  open.delete(number)
  within(call, () => call.upload?.end())
  call.scope?.emitDestroy()
  call.forget?.()
  hooks.settled(number)
  call.settled(outcome)
}

/** Gives a call the piece of its body that it wants. */
function supply(number, wanted) {
  const call = open.get(number)
  if (call !== undefined) call.wanted = wanted
  within(call, () => give(call?.upload, wanted))
}

/** Asks the function that gives the key of a call's client. */
function ask(number, question) {
  const asker = open.get(number)
  // Without one, it was cancelled meanwhile.
  if (asker !== undefined) within(asker, () => functionOf(asker.owner).answer(question))
}

/**
 * Runs `act` in the asynchronous context of a call. Without that it would be the context of the first
 * call of the process, in which outcomes are heard of.
 */
function within(call, act) {
  if (call?.scope === undefined) act(call)
  else call.scope.runInAsyncScope(act, undefined, call)
}

/** The process stays while a call is open; each ends, at its `timeout` at the latest. */
function keep() {
  const keeps = open.size > 0
  if (keeps === held) return
  held = keeps
  if (keeps) runtime.hold()
  else runtime.release()
}

/**
 * Hears of outcomes from the first call on. The handle for that is always open, but keeps nothing
 * alive. It is made outside of the call, since jest reports each that a test's own code makes.
 */
function listen() {
  if (listens) return
  listens = true
  Promise.resolve().then(() => {
    runtime.listen(settleAll)
    if (held) runtime.hold()
  })
}

/** Ends a call at once; it settles with a failure of kind `cancelled`. */
function cancel(number) {
  hooks.cancelled(number)
  runtime.cancel(number)
}

/**
 * Begins a call; `settled` gets what it comes to, a native failure also. Throws what cannot begin.
 * @param {any} owner the native object that is called
 * @param {(owner: any) => number} begin the native call
 * @param {AbortSignal | null | undefined} signal
 * @param {(outcome: any) => void} settled
 * @param {(call: number) => void} [began] told the number, for `cancel`
 * @param {any} [upload] the call's body, where it is asked for in pieces
 */
function start(owner, begin, signal, settled, began, upload) {
  if (signal?.aborted) {
    upload?.end()
    return settled(cancelledFailure(owner.attempts ?? 0))
  }
  listen()
  const number = hooks.begun(runtime, owner, begin)
  began?.(number)
  const forget = signal ? onAbort(signal, () => cancel(number)) : undefined
  open.set(number, { owner, settled, forget, upload, scope: scopeOf(owner, upload) })
  keep()
}

/** The context of the caller, for a call that runs code of the caller's. */
function scopeOf(owner, upload) {
  if (upload === undefined && functionOf(owner) === undefined) return undefined
  return new builtin.asyncHooks.AsyncResource('NeuraCall', { requireManualDestroy: true })
}

/** As `start`; waits for the outcome, which is thrown when it is a failure. */
async function run(owner, begin, signal, began, upload) {
  const outcome = await new Promise((settled) => start(owner, begin, signal, settled, began, upload))
  return valueOf(outcome, signal, owner, upload)
}

/**
 * As `run`, inside the promise that `resolve` belongs to: each async function on the way would be
 * another promise.
 * @param {any} owner
 * @param {(owner: any) => number} begin
 * @param {AbortSignal | undefined} signal
 * @param {(value: any) => void} resolve
 * @param {(value: any) => any} make what the promise gets for a native value
 * @param {any} [upload]
 */
function settle(owner, begin, signal, resolve, make, upload) {
  const settled = (outcome) => {
    if (outcome instanceof Failure || signal?.aborted) {
      return resolve(failed(outcome, signal, owner, upload))
    }
    try {
      resolve(make(outcome))
    } catch (error) {
      resolve(Promise.reject(error))
    }
  }
  start(owner, begin, signal, settled, undefined, upload)
}

/**
 * Rejects with the error of a call. When it is made, the call's promise waits for this one already, so
 * that its stack leads to the function that awaits the call.
 */
async function failed(outcome, signal, owner, upload) {
  await undefined
  await undefined
  return valueOf(outcome, signal, owner, upload)
}

/** What a call came to, or the error thrown that stands in its place. */
function valueOf(outcome, signal, owner, upload) {
  return unlessAborted(raisedOr(outcome, upload, signal), signal, owner)
}

/** What the body of a failed call threw is the call's error. */
function raisedOr(outcome, upload, signal) {
  const raised = upload?.raised
  if (raised && outcome instanceof Failure && !signal?.aborted) throw raised.error
  return outcome
}

/**
 * What a call came to. After an abort nothing resolves, also where the outcome was there
 * already: a stream that opened is closed.
 * @param {any} outcome a native value, or one of ours with the same members
 * @param {AbortSignal | null} [signal]
 * @param {any} [owner] whose `attempts` count where the outcome has none
 */
function unlessAborted(outcome, signal, owner) {
  if (!signal?.aborted || outcome?.kind === 'cancelled') return unwrap(outcome, signal)
  outcome?.close?.()
  throw toError(cancelledFailure(outcome?.attempts ?? owner?.attempts ?? 0), signal)
}

/** A native value, or the error thrown that stands in its place. */
function unwrap(value, signal) {
  if (value instanceof Failure) throw toError(value, signal)
  return value
}

module.exports = { cancel, run, runtime, settle, unlessAborted, unwrap }
