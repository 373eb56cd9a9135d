'use strict'

/** Which function gives the key of which native client. */
const owned = new WeakMap()

/**
 * A function that a caller gave as the key.
 *
 * Nothing but its client's native part owns it, and an open call its client's: a
 * function often closes over the object that has the client, and the native side, whose
 * references the garbage collector cannot see through, would keep both for ever.
 */
class KeyFunction {
  #ask

  constructor(ask) {
    this.#ask = ask
  }

  /**
   * Asks the function, and answers the question; never rejects.
   * @param {any} question the native one
   */
  async answer(question) {
    try {
      const key = await this.#ask.call(undefined)
      if (typeof key !== 'string') {
        throw new TypeError(`it must return a string or a promise of one, not ${typeof key}`)
      }
      question.answer(key)
    } catch (error) {
      question.fail(wordsOf(error))
    }
  }
}

/** What was thrown, in its own words; anything can be thrown. */
function wordsOf(error) {
  try {
    return String(error?.message ?? error)
  } catch {
    return 'it threw a value without a message'
  }
}

/** Says whose key `given` gives, if it is a function. */
function own(native, given) {
  if (typeof given === 'function') owned.set(native, new KeyFunction(given))
  return native
}

/** `to`, a native client that shares its keys with `from`. */
function share(from, to) {
  const asks = functionOf(from)
  if (asks !== undefined) owned.set(to, asks)
  return to
}

/** The function that gives the key of a native client, if one does. */
const functionOf = (native) => owned.get(native)

module.exports = { functionOf, own, share }
