'use strict'

const { inspect } = require('./builtin.js').util

const { buildClient, checkCall } = require('./native.js')
const { asyncDispose } = require('./dispose.js')
const { own, replaced } = require('./key-function.js')
const { CLIENT, STREAM, checked, nativeOptions } = require('./options.js')
const { camelCased } = require('./report.js')
const { optionsOf, requestOf } = require('./request.js')
const { Chat, Embeddings, Models } = require('./resources.js')
const { NeuraResponse } = require('./response.js')
const { run, runtime, unwrap } = require('./runtime.js')
const { NeuraStream, eventsOf } = require('./stream.js')

/** A client of the service; one serves any number of calls at a time. */
class Client {
  #native

  constructor(options) {
    const given = checked(options, CLIENT, 'Client')
    this.#native = own(unwrap(buildClient(runtime, nativeOptions(given))), given.apiKey)
    this.chat = new Chat(this.#native)
    this.models = new Models(this.#native)
    this.embeddings = new Embeddings(this.#native)
  }

  async request(method, path, options) {
    const { parts, call, signal, stream, upload } = requestOf(method, path, options)
    const begin = (native) =>
      stream ? native.openReply(parts, call, false) : native.send(parts, call)
    return new NeuraResponse(await run(this.#native, begin, signal, undefined, upload), signal)
  }

  async get(path, options) {
    return await this.request('GET', path, options)
  }

  async head(path, options) {
    return await this.request('HEAD', path, options)
  }

  async post(path, options) {
    return await this.request('POST', path, options)
  }

  async put(path, options) {
    return await this.request('PUT', path, options)
  }

  async patch(path, options) {
    return await this.request('PATCH', path, options)
  }

  async delete(path, options) {
    return await this.request('DELETE', path, options)
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
    const begin = (native) => native.open(parts, call)
    return new NeuraStream(begin, eventsOf, signal, this.#native, upload)
  }

  /** Whether the key works, and if not, why. */
  async check(options) {
    const { call, signal } = optionsOf(options, 'check')
    return camelCased(await run(this.#native, (native) => native.check(call), signal))
  }

  /** The next request uses this key; those in flight end with the old one. */
  setApiKey(key) {
    if (typeof key !== 'string') throw new TypeError('the key must be a string')
    unwrap(this.#native.setApiKey(key))
    replaced(this.#native)
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
