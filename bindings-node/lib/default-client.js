'use strict'

const { Client } = require('./client.js')

let client

/** Made at the first call, from the environment; a failure is not remembered. */
function defaultClient() {
  return (client ??= new Client())
}

/** A verb on the default client. What is wrong with the key rejects, as in a call. */
const verb = (name) =>
  async function (...given) {
    return await defaultClient()[name](...given)
  }

const verbs = {
  request: verb('request'),
  get: verb('get'),
  head: verb('head'),
  post: verb('post'),
  put: verb('put'),
  patch: verb('patch'),
  delete: verb('delete'),
  authHeaders: () => defaultClient().authHeaders()
}

/** The next verb makes another client, of the environment as it is then. Calls that run keep theirs. */
const forget = () => (client = undefined)

// Not enumerable: no name of the package.
module.exports = /** @type {typeof verbs & { forget: () => void }} */ (
  Object.defineProperty(verbs, 'forget', { value: forget })
)
