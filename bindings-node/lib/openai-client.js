'use strict'

const { classes } = require('./errors.js')
const { fetchOver, isNetworks, refusalOf } = require('./fetch.js')
const { nativeClient } = require('./native-client.js')
const { CLIENT, checked } = require('./options.js')
const { camelCased } = require('./report.js')
const { unwrap } = require('./runtime.js')

/** What the SDK holds in place of the key, which it never sees. It is never sent. */
const HELD = 'held-by-neura-ai'

/** Options of both: the SDK does what they say. */
const SDKS = ['timeout', 'maxRetries', 'defaultHeaders', 'defaultQuery', 'logLevel']

/** Ways of the SDK to say who asks, or whom, that are not for this service. */
const FOR_OPENAI = ['adminAPIKey', 'provider', 'workloadIdentity']

/** Below each `fetch` that is given to the SDK: the native client and the options it is made of. */
const senders = new WeakMap()

/**
 * The SDK's class over a native client.
 * @param {typeof import('openai')} sdk the SDK, as an ES module or as CommonJS has it
 */
function classOver(sdk) {
  class OpenAI extends /** @type {any} */ (sdk.OpenAI) {
    /** The options of each request, by what the SDK gives to fetch. */
    #requests = new WeakMap()
    /** What went wrong last with a request, by its options. */
    #failures = new WeakMap()

    constructor(given = {}) {
      const { theirs, fetch } = inWords(sdk, () => split(sdk, given))
      super({
        ...theirs,
        fetch,
        baseURL: theirs.baseURL ?? senders.get(fetch).baseURL,
        apiKey: HELD,
        // Null, or the SDK would take them from variables that are for OpenAI.
        adminAPIKey: null,
        organization: theirs.organization ?? null,
        project: theirs.project ?? null,
        webhookSecret: theirs.webhookSecret ?? null,
        logLevel: theirs.logLevel ?? 'warn'
      })
      // Without the headers of OPENAI_CUSTOM_HEADERS.
      this._options.defaultHeaders = theirs.defaultHeaders
    }

    /** A word in place of the key. Another key may be set: it counts from the next request on. */
    get apiKey() {
      return HELD
    }

    set apiKey(key) {
      if (key === HELD) return
      const { native } = senders.get(this.fetch)
      inWords(sdk, () => {
        if (typeof key !== 'string') throw new TypeError('the key must be a string')
        unwrap(native.setApiKey(key))
      })
    }

    /** The key is added below the SDK, and kept from all that is above. */
    async authHeaders() {
      return undefined
    }

    /** There is a key, or the client could not have been made. */
    validateHeaders() {}

    async prepareRequest(request, context) {
      this.#requests.set(request, context.options)
      await super.prepareRequest(request, context)
    }

    async fetchWithTimeout(url, init, ...more) {
      try {
        return await super.fetchWithTimeout(url, init, ...more)
      } catch (error) {
        const options = this.#requests.get(init)
        if (options !== undefined) this.#failures.set(options, error)
        throw error
      }
    }

    /** What is wrong with the key or the configuration is not tried again. */
    async retryRequest(options, ...more) {
      const failure = this.#failures.get(options)
      if (isFinal(failure)) throw failure
      this.#failures.delete(options)
      return await super.retryRequest(options, ...more)
    }

    async makeRequest(input, ...more) {
      const options = await input
      try {
        return await super.makeRequest(options, ...more)
      } catch (error) {
        const failure = this.#failures.get(options)
        this.#failures.delete(options)
        if (isOurs(failure)) throw joined(sdk, error, failure)
        throw error
      }
    }

    makeStatusError(status, error, message, headers) {
      return caused(super.makeStatusError(status, error, message, headers), refusalOf(headers))
    }
  }
  OpenAI.OpenAI = OpenAI
  return OpenAI
}

/** The SDK's options, and a fetch for it made of ours. */
function split(sdk, given) {
  for (const name of FOR_OPENAI) {
    if (given[name] == null) continue
    throw config(`${name} is for OpenAI's own service: leave it out`)
  }
  const known = senders.get(given.fetch)
  if (given.fetch != null && known === undefined) {
    throw config('fetch is that of neura-ai here: leave it out, or use the class of openai')
  }
  const theirs = {}
  const ours = {}
  for (const [name, value] of Object.entries(given)) {
    const isOurs = !SDKS.includes(name) && (name === 'keepAuthorization' || Object.hasOwn(CLIENT, name))
    if (!isOurs) theirs[name] = value
    else if (value != null && value !== HELD) ours[name] = value
  }
  if (ours.baseURL !== undefined) ours.baseURL = String(ours.baseURL)
  // As `withOptions` makes it: the SDK gives on what it has.
  if (known !== undefined && ours.baseURL === known.baseURL) delete ours.baseURL
  const isSame = known !== undefined && Object.keys(ours).length === 0
  return { theirs, fetch: isSame ? given.fetch : senderOf(sdk, { ...known?.ours, ...ours }) }
}

/** A fetch for the SDK, which rejects with our own errors. The SDK tries again and limits time. */
function senderOf(sdk, ours) {
  const { keepAuthorization = false, ...options } = ours
  const given = checked({ timeout: null, maxRetries: 0, ...options }, CLIENT, 'OpenAI')
  const native = nativeClient(given)
  const { baseURL } = camelCased(native.keyInfo())
  const toError = (error) =>
    isNetworks(error) ? caused(new sdk.APIConnectionError({ message: error.message }), error) : error
  const fetch = async (input, init) =>
    await fetchOver(native, input, { ...init, keepAuthorization }, { toError })
  senders.set(fetch, { native, baseURL, ours })
  return fetch
}

const isOurs = (error) => error instanceof classes.NeuraError

/** Whether the SDK must not try again. A call that its own limit of time ended is the SDK's affair. */
const isFinal = (error) =>
  isOurs(error) && !isNetworks(error) && !(error instanceof classes.CancelledError)

const config = (message) => new classes.ConfigError(message, { kind: 'config' })

/** Runs `act`, whose errors are the SDK's with ours as their cause. */
function inWords(sdk, act) {
  try {
    return act()
  } catch (error) {
    throw isOurs(error) ? new sdk.OpenAIError(error.message, { cause: error }) : error
  }
}

/** The SDK's error for one of ours: its own, unless that says that the connection failed. */
function joined(sdk, error, failure) {
  return caused(isFinal(failure) ? new sdk.OpenAIError(failure.message) : error, failure)
}

function caused(error, cause) {
  if (cause === null || error === cause) return error
  return Object.defineProperty(error, 'cause', { value: cause, writable: true, configurable: true })
}

module.exports = { classOver }
