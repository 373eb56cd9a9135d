'use strict'

/** What to do for each signal that is listened to. */
const watched = new WeakMap()

/**
 * Calls `act` when the signal aborts; returns how to stop that.
 *
 * One listener serves all calls of a signal: Node warns of a leak at the eleventh,
 * and one signal for a hundred calls is good use.
 * @param {AbortSignal} signal not aborted yet
 * @param {() => void} act
 */
function onAbort(signal, act) {
  let watch = watched.get(signal)
  if (watch === undefined) {
    const acts = new Set()
    watch = { acts, listener: () => [...acts].forEach((each) => each()) }
    watched.set(signal, watch)
  }
  if (watch.acts.size === 0) signal.addEventListener('abort', watch.listener)
  watch.acts.add(act)
  return () => {
    if (watch.acts.delete(act) && watch.acts.size === 0) {
      signal.removeEventListener('abort', watch.listener)
    }
  }
}

module.exports = { onAbort }
