'use strict'

const entries = require('../lib/entries.js')
const { configError, start } = require('./program.js')

const { inspect } = entries.builtin.util
const { Client } = entries.client
const { forget } = entries.defaultClient
const { asyncDispose } = entries.dispose
const { checked } = entries.options

const OPTIONS = {
  db: [(value) => typeof value === 'string', 'the path of a file'],
  eventDelay: [(value) => value >= 0 && value < 2 ** 31, 'a number of milliseconds, 0 or more']
}

/** A service on this machine, with keys that are good, expired, revoked, limited. */
class Sandbox {
  #facts
  #stop

  constructor(facts, stop) {
    this.#facts = facts
    this.#stop = stop
  }

  static async start(options) {
    const { db, eventDelay = 0 } = checked(options, OPTIONS, 'Sandbox.start')
    const words = ['--port', '0', '--seed-keys', '--event-delay-ms', String(Math.round(eventDelay))]
    const { facts, stop } = await start('neura-sandbox', db === undefined ? words : [...words, '--db', db])
    forget()
    return new Sandbox(facts, stop)
  }

  get url() {
    return this.#facts.base_url
  }

  get apiKey() {
    return this.#key('api_key', 'apiKey')
  }

  get expiredApiKey() {
    return this.#key('expired_api_key', 'expiredApiKey')
  }

  get revokedApiKey() {
    return this.#key('revoked_api_key', 'revokedApiKey')
  }

  get limitedApiKey() {
    return this.#key('limited_api_key', 'limitedApiKey')
  }

  #key(name, ours) {
    const key = this.#facts[name]
    if (typeof key === 'string') return key
    throw configError(
      `this sandbox cannot show its ${ours}: its db already had keys, and a key is shown only ` +
        'when it is made; store it then, or make a key with `neura-sandbox keys create`'
    )
  }

  get env() {
    return { NEURA_API_KEY: this.apiKey, NEURA_BASE_URL: this.url }
  }

  client(options) {
    return new Client({ baseURL: this.url, ...(options?.apiKey === undefined && { apiKey: this.apiKey }), ...options })
  }

  async close() {
    forget()
    await this.#stop()
  }

  async [asyncDispose]() {
    await this.close()
  }

  [inspect.custom](_depth, options) {
    return `Sandbox ${inspect({ url: this.url }, options)}`
  }
}

module.exports = { Sandbox }
