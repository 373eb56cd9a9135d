'use strict'

const { ArrivingBody } = require('./body.js')
const { acceptingAll, withDefaults } = require('./defaults.js')
const { classes } = require('./errors.js')
const { bodyFailed, fetchRefuses, partsOf } = require('./fetch-arguments.js')
const { ReplyHead } = require('./reply-head.js')
const { run, unlessAborted, unwrap } = require('./runtime.js')

/** The statuses of a redirect, of which `redirect: 'error'` makes an error. */
const REDIRECTS = [301, 302, 303, 307, 308]

/** What makes the typed error of each Response, by its headers: all that the OpenAI SDK keeps. */
const checks = new WeakMap()

/** The typed error of a Response of `client.fetch` outside 200 to 299, else null. */
const refusalOf = (headers) => {
  try {
    unwrap(checks.get(headers)?.() ?? null)
    return null
  } catch (error) {
    return error
  }
}

/** The errors that fetch has as a TypeError: no whole reply came. */
const isNetworks = (error) => error instanceof classes.APIConnectionError

/** @param {string} message what fetch's own error says, which libraries look for */
function likeFetch(error, message, signal) {
  if (signal?.aborted) return signal.reason
  return isNetworks(error) ? new TypeError(message, { cause: error }) : error
}

/** What is wrong with an argument, as fetch says it. */
function argumentError(error) {
  return error instanceof classes.InvalidArgumentError ? new TypeError(error.message, { cause: error }) : error
}

/** The error of a call that has no reply, as fetch says it. */
function callError(error, request) {
  const { signal, upload } = request
  if (signal?.aborted) return signal.reason
  if (upload?.raised?.error === error && error?.name !== 'AbortError') return bodyFailed(error)
  if (fetchRefuses(error, request)) return new TypeError(error.message, { cause: error })
  return likeFetch(error, 'fetch failed', signal)
}

/**
 * fetch over a client's connections, with its key in place of any other; a real Response.
 * @param {object} native the client
 * @param {string | URL | Request} input
 * @param {object} [init]
 * @param {object} [as] how another library wants errors
 * @param {(error: unknown) => unknown} as.toError what a reader of the body gets; the call then
 *   rejects with our own errors
 */
async function fetchOver(native, input, init, as) {
  const request = await partsOf(input, init ?? {}).catch((error) => {
    throw as === undefined ? argumentError(error) : error
  })
  const { signal } = request
  if (signal?.aborted) {
    request.upload?.end()
    throw signal.reason
  }
  const begin = (native) =>
    native.openReply(request.parts, acceptingAll(native, withDefaults(native, request.call)), true)
  let reply
  try {
    reply = unlessAborted(await run(native, begin, signal, undefined, request.upload), signal)
  } catch (error) {
    throw as === undefined ? callError(error, request) : error
  }
  if (request.redirect === 'error' && REDIRECTS.includes(reply.status)) {
    const cause = errorOf(() => unwrap(reply.check()))
    reply.close()
    throw new TypeError('fetch failed', { cause })
  }
  const toError = as?.toError ?? ((error) => likeFetch(error, 'terminated', signal))
  return responseOf(reply, signal, request.parts.method, toError)
}

function responseOf(reply, signal, method, toError) {
  const { responseOf } = require('./fetch-response.js')
  const { statusText } = reply
  const { status, url, headers } = new ReplyHead(reply)
  const body = new ArrivingBody(reply, signal)
  const source = () => body.stream(toError)
  const bodied = method === 'HEAD' ? null : { source }
  const response = responseOf({ status, statusText, url, headers }, bodied)
  if (response.body === null) reply.close()
  checks.set(response.headers, () => reply.check())
  return response
}

function errorOf(act) {
  try {
    return act()
  } catch (error) {
    return error
  }
}

module.exports = { fetchOver, isNetworks, refusalOf }
