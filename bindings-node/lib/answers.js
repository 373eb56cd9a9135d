'use strict'

const { withResponse } = require('./reply-head.js')
const { NeuraResponse } = require('./response.js')
const { run, unlessAborted } = require('./runtime.js')

/** The value of a named call's reply. */
async function valueOf(native, begin, signal) {
  const response = new NeuraResponse(await run(native, begin, signal))
  const value = withResponse(await response.json(), response)
  unlessAborted(response, signal)
  return hidden(value, { _request_id: response.requestId })
}

/**
 * The promise of a named call, with the ways to its reply that the OpenAI SDK's has.
 * @param {Promise<any>} promise
 */
function withReply(promise) {
  return hidden(promise, {
    /** The value together with its reply. */
    async withResponse() {
      const data = await promise
      return { data, response: data._response, request_id: data._response.requestId }
    },
    /** Only the reply. */
    async asResponse() {
      return (await promise)._response
    }
  })
}

/** The promise of a list: it and its value are iterables of the members. */
function withMembers(promise) {
  const value = promise.then((list) => hidden(list, { [Symbol.asyncIterator]: () => each(list) }))
  return hidden(withReply(value), { [Symbol.asyncIterator]: () => each(value) })
}

async function* each(list) {
  yield* (await list).data
}

/** `object` with members that neither its keys nor JSON show. */
function hidden(object, members) {
  for (const name of Reflect.ownKeys(members)) {
    const value = members[name]
    Object.defineProperty(object, name, { value, writable: true, configurable: true })
  }
  return object
}

module.exports = { valueOf, withMembers, withReply }
