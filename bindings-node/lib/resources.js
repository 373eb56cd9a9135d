'use strict'

const { namedOf, optionsOf } = require('./request.js')
const { NeuraResponse, withResponse } = require('./response.js')
const { run } = require('./runtime.js')
const { NeuraStream, chunksOf } = require('./stream.js')

/** The value of a named call's reply. */
async function valueOf(native, begin, signal) {
  const response = new NeuraResponse(await run(native, begin, signal))
  return withResponse(await response.json(), response)
}

class Completions {
  #native

  constructor(native) {
    this.#native = native
  }

  /** The completion, or with `stream: true` its chunks once the headers came. */
  async create(body, options) {
    const { stream, json, call, signal } = namedOf(body, options, 'chat.completions.create')
    if (!stream) return await valueOf(this.#native, (native) => native.chat(json, call), signal)
    const begin = (native) => native.openChat(json, call)
    return new NeuraStream(await run(this.#native, begin, signal), chunksOf, signal)
  }
}

class Chat {
  constructor(native) {
    this.completions = new Completions(native)
  }
}

class Models {
  #native

  constructor(native) {
    this.#native = native
  }

  async list(options) {
    const { call, signal } = optionsOf(options, 'models.list')
    return await valueOf(this.#native, (native) => native.models(call), signal)
  }

  async retrieve(id, options) {
    if (typeof id !== 'string') throw new TypeError("a model's id must be a string")
    const { call, signal } = optionsOf(options, 'models.retrieve')
    return await valueOf(this.#native, (native) => native.model(id, call), signal)
  }
}

class Embeddings {
  #native

  constructor(native) {
    this.#native = native
  }

  async create(body, options) {
    const { json, call, signal } = namedOf(body, options, 'embeddings.create')
    return await valueOf(this.#native, (native) => native.embeddings(json, call), signal)
  }
}

module.exports = { Chat, Embeddings, Models }
