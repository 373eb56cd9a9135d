'use strict'

const { withResponse } = require('./reply-head.js')
const { NeuraResponse } = require('./response.js')
const { unwrap } = require('./runtime.js')

/**
 * The promise of a named call, with the ways to its reply that the OpenAI SDK's has.
 * @extends {Promise<any>}
 */
class ReplyPromise extends Promise {
  /** The value together with its reply. */
  async withResponse() {
    const data = await this
    return { data, response: data._response, request_id: data._response.requestId }
  }

  /** Only the reply. */
  async asResponse() {
    return (await this)._response
  }
}

/** That of a list: it and its value are iterables of the members. */
class ListPromise extends ReplyPromise {
  async *[Symbol.asyncIterator]() {
    yield* (await this).data
  }
}

// Await takes such a promise as it is, and then() makes a plain one, as for any other promise.
for (const { prototype } of [ReplyPromise, ListPromise]) {
  Object.defineProperty(prototype, 'constructor', { value: Promise })
}

/** The value of the reply to a named call. */
function answerOf(reply) {
  const response = new NeuraResponse(reply)
  const value = withResponse(JSON.parse(unwrap(reply.jsonText())), response)
  return hidden(value, '_request_id', response.requestId)
}

/** That of a list: it is an iterable of its members. */
function listOf(reply) {
  const list = answerOf(reply)
  return hidden(list, Symbol.asyncIterator, () => each(list))
}

async function* each(list) {
  yield* list.data
}

/** `object` with a member that neither its keys nor JSON show. */
function hidden(object, name, value) {
  // A reply may have a member of this name already, which can be seen.
  return Object.defineProperty(object, name, { value, writable: true, configurable: true, enumerable: false })
}

module.exports = { ListPromise, ReplyPromise, answerOf, listOf }
