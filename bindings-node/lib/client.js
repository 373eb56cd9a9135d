'use strict'

const { inspect } = require('./builtin.js').util

const { checkCall } = require('./native.js')
const { asyncDispose } = require('./dispose.js')
const { areOfCalls, setDefaults, withDefaults } = require('./defaults.js')
const { listen } = require('./hooks.js')
const { share } = require('./key-function.js')
const { nativeClient } = require('./native-client.js')
const { CLIENT, STREAM, checked } = require('./options.js')
const { optionsOf, requestOf } = require('./request.js')
const { Chat, Embeddings, Models } = require('./resources.js')
const { NeuraResponse } = require('./response.js')
const { run, settle, unlessAborted, unwrap } = require('./runtime.js')
const { NeuraStream, eventsOf } = require('./stream.js')

const camelCased = (text) => require('./report.js').camelCased(text)

/** A client of the service; one serves any number of calls at a time. */
class Client {
  /** @type {any} */
  #native
  /** @type {any} */
  #given
  /** The `apiKey` of this client and of those that share it; `setApiKey` changes it. */
  #key
  /** The options that `withOptions` gave since the native client was built. */
  #over = {}
  /**
   * The client that the one under construction shares its keys and connections with.
   * @type {Client}
   */
  static #source

  constructor(options) {
    this.#given = checked(options, CLIENT, 'Client')
    const source = Client.#source
    if (source === undefined) {
      this.#native = nativeClient(this.#given)
      this.#key = { given: this.#given.apiKey }
    } else {
      this.#native = share(source.#native, unwrap(source.#native.share()))
      this.#key = source.#key
      listen(this.#native, this.#given.onAttempt)
      setDefaults(this.#native, this.#given)
    }
    this.chat = new Chat(this.#native)
    this.models = new Models(this.#native)
    this.embeddings = new Embeddings(this.#native)
  }

  /** Another client with these options changed. */
  withOptions(options) {
    const over = checked(options, CLIENT, 'withOptions')
    const given = { ...this.#given, apiKey: this.#key.given, ...over }
    const Same = /** @type {typeof Client} */ (this.constructor)
    if (!areOfCalls(over, this.#given)) return new Same(given)
    Client.#source = this
    try {
      const client = new Same(given)
      client.#over = { ...this.#over, ...over }
      setDefaults(client.#native, given, client.#over)
      return client
    } finally {
      Client.#source = undefined
    }
  }

  request(method, path, options) {
    return new Promise((resolve) => {
      const { parts, call, signal, stream, upload } = requestOf(method, path, options)
      const whole = withDefaults(this.#native, call)
      const begin = (native) =>
        stream ? native.openReply(parts, whole, false) : native.send(parts, whole)
      const make = (reply) => new NeuraResponse(reply, signal)
      settle(this.#native, begin, signal, resolve, make, upload)
    })
  }

  get(path, options) {
    return this.request('GET', path, options)
  }

  head(path, options) {
    return this.request('HEAD', path, options)
  }

  post(path, options) {
    return this.request('POST', path, options)
  }

  put(path, options) {
    return this.request('PUT', path, options)
  }

  patch(path, options) {
    return this.request('PATCH', path, options)
  }

  delete(path, options) {
    return this.request('DELETE', path, options)
  }

  /** fetch with this client's key and connections; it may be passed on as it is. */
  get fetch() {
    const { fetchOver } = require('./fetch.js')
    return (this.#fetch ??= async (input, init) => await fetchOver(this.#native, input, init))
  }
  #fetch

  /** Events as they come; the request goes out at the first step. */
  stream(path, options) {
    const method = options?.method ?? 'POST'
    const { parts, call, signal, upload } = requestOf(method, path, options, STREAM)
    checkCall(call) // The request goes out later.
    const begin = (native) => native.open(parts, withDefaults(native, call))
    return new NeuraStream(begin, eventsOf, signal, this.#native, upload)
  }

  /** Whether the key works, and if not, why. */
  async check(options) {
    const { call, signal } = optionsOf(options, 'check')
    const begin = (native) => native.check(withDefaults(native, call))
    return camelCased(unlessAborted(await run(this.#native, begin, signal), signal))
  }

  /** The next request uses this key; those in flight end with the old one. */
  setApiKey(key) {
    if (typeof key !== 'string') throw new TypeError('the key must be a string')
    unwrap(this.#native.setApiKey(key))
    this.#key.given = key
  }

  /** How much each key was used that this client ever had. */
  usage() {
    return camelCased(unwrap(this.#native.usage()))
  }

  /** The Authorization header for another tool: the secret itself. */
  authHeaders() {
    return { Authorization: unwrap(this.#native.authHeader()) }
  }

  /** Further calls fail; those in flight end by themselves. */
  close() {
    this.#native.close()
  }

  async [asyncDispose]() {
    this.close()
  }

  [inspect.custom](_depth, options) {
    const info = this.#native.keyInfo()
    if (info === null) return 'Client (closed)'
    const { baseURL, mask } = camelCased(info)
    return `Client ${inspect({ baseURL, apiKey: mask }, options)}`
  }
}

module.exports = { Client }
