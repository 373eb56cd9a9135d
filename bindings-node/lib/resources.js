'use strict'

const { ListPromise, ReplyPromise, answerOf, listOf } = require('./answers.js')
const { withDefaults } = require('./defaults.js')
const { namedOf, optionsOf } = require('./request.js')
const { run, settle, unlessAborted } = require('./runtime.js')
const { NeuraStream, chunksOf } = require('./stream.js')

class Completions {
  #native

  constructor(native) {
    this.#native = native
  }

  /** The completion, or with `stream: true` its chunks once the headers came. */
  create(body, options) {
    return new ReplyPromise((resolve) => {
      const { stream, json, signal, call } = namedOf(body, options, 'chat.completions.create')
      const whole = withDefaults(this.#native, call)
      if (stream) resolve(this.#stream(json, whole, signal))
      else settle(this.#native, (native) => native.chat(json, whole), signal, resolve, answerOf)
    })
  }

  async #stream(json, call, signal) {
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
    return new ListPromise((resolve) => {
      const { call, signal } = optionsOf(options, 'models.list')
      const whole = withDefaults(this.#native, call)
      settle(this.#native, (native) => native.models(whole), signal, resolve, listOf)
    })
  }

  retrieve(id, options) {
    return new ReplyPromise((resolve) => {
      if (typeof id !== 'string') throw new TypeError("a model's id must be a string")
      const { call, signal } = optionsOf(options, 'models.retrieve')
      const whole = withDefaults(this.#native, call)
      settle(this.#native, (native) => native.model(id, whole), signal, resolve, answerOf)
    })
  }
}

class Embeddings {
  #native

  constructor(native) {
    this.#native = native
  }

  create(body, options) {
    return new ReplyPromise((resolve) => {
      const { json, call, signal } = namedOf(body, options, 'embeddings.create')
      const whole = withDefaults(this.#native, call)
      settle(this.#native, (native) => native.embeddings(json, whole), signal, resolve, answerOf)
    })
  }
}

module.exports = { Chat, Embeddings, Models }
