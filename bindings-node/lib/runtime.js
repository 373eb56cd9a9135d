'use strict'

const { Failure, Question, Runtime, Wanted, cancelledFailure } = require('./native.js')
const { onAbort } = require('./abort.js')
const { toError } = require('./errors.js')
const { functionOf } = require('./key-function.js')
const { give } = require('./upload.js')

/** Open calls by the number that the native side gave. */
const open = new Map()
/** How many of them wait for a caller's function, and for nothing else. */
let parked = 0
let held = false

/** A call under way. */
class Call {
  #parked = false

  /**
   * @param {object} owner the native object that was called; kept until the call is
   *   over, and with it the function that gives its key
   * @param {(outcome: any) => void} resolve
   * @param {import('./pieces.js').Pieces} [upload] a body that is asked for in pieces
   */
  constructor(owner, resolve, upload) {
    this.owner = owner
    this.resolve = resolve
    this.upload = upload
    const from = functionOf(owner)
    this.park(from !== undefined && from.asker !== null && !from.known)
  }

  park(parks) {
    if (this.#parked !== parks) parked += parks ? 1 : -1
    this.#parked = parks
  }
}

// One for each environment: a worker loads this module anew.
const runtime = new Runtime((batch) => {
  for (let place = 0; place < batch.length; place += 2) {
    const [number, outcome] = [batch[place], batch[place + 1]]
    if (outcome instanceof Question) ask(number, outcome)
    else if (outcome instanceof Wanted) give(open.get(number)?.upload, outcome)
    else settle(number, outcome)
  }
  keep()
})

function settle(number, outcome) {
  const call = open.get(number)
  open.delete(number)
  call.park(false)
  call.upload?.end()
  // Cancelled, it leaves its question; the next call asks anew.
  answered(functionOf(call.owner), number)
  call.resolve(outcome)
}

/** Asks the function that gives the key of a call's client. */
async function ask(number, question) {
  const asker = open.get(number)
  if (asker === undefined) return // Cancelled meanwhile.
  const from = functionOf(asker.owner)
  from.asker = number
  const waiting = from.known ? [asker] : callsWith(from)
  waiting.forEach((call) => call.park(true))
  await from.answer(question)
  answered(from, number)
  keep()
}

/** The question of this call, if it is the open one, waits no more. */
function answered(from, number) {
  if (from?.asker !== number) return
  from.asker = null
  callsWith(from).forEach((call) => call.park(false))
}

const callsWith = (from) => [...open.values()].filter((call) => functionOf(call.owner) === from)

/**
 * The process stays for what the native side does. It does not stay for a caller's
 * promise, which may never settle: whatever that one waits for keeps the process itself.
 */
function keep() {
  const keeps = open.size > parked
  if (keeps === held) return
  held = keeps
  if (keeps) runtime.hold()
  else runtime.release()
}

/** Ends a call at once; it settles with a failure of kind `cancelled`. */
function cancel(number) {
  open.get(number)?.park(false)
  keep()
  runtime.cancel(number)
}

/**
 * Begins a call and waits for what it comes to, which is thrown when it is a failure.
 * @param {object} owner the native object that is called
 * @param {(owner: object) => number} begin the native call
 * @param {AbortSignal} [signal]
 * @param {(call: number) => void} [began] told the number, for `cancel`
 * @param {import('./pieces.js').Pieces} [upload] the call's body, where it is asked for in pieces
 */
async function run(owner, begin, signal, began, upload) {
  if (signal?.aborted) {
    upload?.end()
    throw toError(cancelledFailure(), signal)
  }
  const number = begin(owner)
  began?.(number)
  const outcome = new Promise((resolve) => open.set(number, new Call(owner, resolve, upload)))
  keep()
  if (signal === undefined) return unwrap(raisedOr(await outcome, upload))

  const forget = onAbort(signal, () => cancel(number))
  try {
    return unwrap(raisedOr(await outcome, upload, signal), signal)
  } finally {
    forget()
  }
}

/** What the body of a failed call threw is the call's error. */
function raisedOr(outcome, upload, signal) {
  const raised = upload?.raised
  if (raised && outcome instanceof Failure && !signal?.aborted) throw raised.error
  return outcome
}

/** A native value, or the error thrown that stands in its place. */
function unwrap(value, signal) {
  if (value instanceof Failure) throw toError(value, signal)
  return value
}

module.exports = { cancel, run, runtime, unwrap }
