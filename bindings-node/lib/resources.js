'use strict'

const { valueOf, withMembers, withReply } = require('./answers.js')
const { withDefaults } = require('./defaults.js')
const { namedOf, optionsOf } = require('./request.js')
const { run, unlessAborted } = require('./runtime.js')
const { NeuraStream, chunksOf } = require('./stream.js')

class Completions {
  #native

  constructor(native) {
    this.#native = native
  }

  /** The completion, or with `stream: true` its chunks once the headers came. */
  create(body, options) {
    return withReply(this.#create(body, options))
  }

  async #create(body, options) {
    const { stream, json, signal, ...named } = namedOf(body, options, 'chat.completions.create')
    const call = withDefaults(this.#native, named.call)
    if (!stream) return await valueOf(this.#native, (native) => native.chat(json, call), signal)
    const begin = (native) => native.openChat(json, call)
    const opened = await run(this.#native, begin, signal)
    return new NeuraStream(unlessAborted(opened, signal), chunksOf, signal)
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

  list(options) {
    return withMembers(this.#list(options))
  }

  async #list(options) {
    const { call, signal } = optionsOf(options, 'models.list')
    const begin = (native) => native.models(withDefaults(native, call))
    return await valueOf(this.#native, begin, signal)
  }

  retrieve(id, options) {
    return withReply(this.#retrieve(id, options))
  }

  async #retrieve(id, options) {
    if (typeof id !== 'string') throw new TypeError("a model's id must be a string")
    const { call, signal } = optionsOf(options, 'models.retrieve')
    const begin = (native) => native.model(id, withDefaults(native, call))
    return await valueOf(this.#native, begin, signal)
  }
}

class Embeddings {
  #native

  constructor(native) {
    this.#native = native
  }

  create(body, options) {
    return withReply(this.#create(body, options))
  }

  async #create(body, options) {
    const { json, call, signal } = namedOf(body, options, 'embeddings.create')
    const begin = (native) => native.embeddings(json, withDefaults(native, call))
    return await valueOf(this.#native, begin, signal)
  }
}

module.exports = { Chat, Embeddings, Models }
