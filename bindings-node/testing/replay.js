'use strict'

const entries = require('../lib/entries.js')
const { start } = require('./program.js')

const { Client } = entries.client
const { forget } = entries.defaultClient
const { asyncDispose } = entries.dispose

/** Any key is good here, and none should be a real one. */
const KEY = 'nk-replay-not-a-secret'

/** A server that plays a script: its answers, errors and faults in turn. */
class Replay {
  #facts
  #stop

  constructor(facts, stop) {
    this.#facts = facts
    this.#stop = stop
  }

  static async start(script) {
    if (script === null || typeof script !== 'object') {
      throw new TypeError('Replay.start takes a script, or a list of replies')
    }
    const whole = Array.isArray(script) ? { replies: script, after: 'error' } : script
    const { facts, stop } = await start('neura-replay', ['--script', '-'], `${JSON.stringify(whole)}\n`)
    forget()
    return new Replay(facts, stop)
  }

  get url() {
    return this.#facts.base_url ?? this.#facts.proxy_url
  }

  get apiKey() {
    return KEY
  }

  get env() {
    return { NEURA_API_KEY: KEY, NEURA_BASE_URL: this.url }
  }

  client(options) {
    return new Client({ apiKey: KEY, baseURL: this.url, ...options })
  }

  async report() {
    // The server that is asked is this client's own base URL, at another path.
    const control = new Client({ apiKey: KEY, baseURL: this.#facts.control_url, maxRetries: 0, proxy: false })
    const reply = await control.get('/report')
    return await reply.throwForStatus().json()
  }

  async close() {
    forget()
    await this.#stop()
  }

  async [asyncDispose]() {
    await this.close()
  }
}

module.exports = { Replay }
