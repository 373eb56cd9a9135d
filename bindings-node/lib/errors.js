'use strict'

const builtin = require('./builtin.js')

// The tree of them is drawn at the head of error-types.d.ts.

class NeuraError extends Error {
  /** As the native side gives them (name, value, name, value), until they are first read. */
  #headers

  /**
   * @param {string} message
   * @param {any} [fields] the fields below; absent ones are null
   */
  constructor(message, fields = {}) {
    super(message)
    this.kind = fields.kind ?? kindOf(new.target)
    this.status = fields.status ?? null
    // ABORT_ERR as Node's own errors of an abort.
    const usual = this.kind === 'cancelled' ? 'ABORT_ERR' : null
    this.code = fields.code ?? fields.systemCause?.code ?? usual
    this.type = fields.type ?? null
    this.param = fields.param ?? null
    this.requestId = fields.requestId ?? null
    this.retryAfter = fields.retryAfter ?? null
    this.retryable = fields.retryable ?? false
    this.attempts = fields.attempts ?? 0
    this.rateLimit = fields.rateLimit ?? null
    // Up to 1 MiB: whoever prints an error does not want to read it.
    hidden(this, 'body', fields.body ?? null)
    this.#headers = fields.headers ?? null
    if (fields.cause === undefined) keepFields(this, { ...this })
    else hidden(this, 'cause', fields.cause)
  }

  /** The headers of the reply; null where none came. */
  get headers() {
    if (Array.isArray(this.#headers)) this.#headers = toHeaders(this.#headers)
    return this.#headers
  }

  /** The `error` in the body of the reply; null if it has no such member. */
  get error() {
    try {
      return JSON.parse(/** @type {any} */ (this).body).error ?? null
    } catch {
      return null
    }
  }

  get requestID() {
    return this.requestId
  }

  /** The name, the message and every enumerable field. */
  toJSON() {
    return { name: this.name, message: this.message, ...this }
  }
}

class APIConnectionError extends NeuraError {}
class APITimeoutError extends APIConnectionError {}
class TLSError extends APIConnectionError {}
class ProxyError extends APIConnectionError {}
class ProtocolError extends APIConnectionError {}
class IncompleteStreamError extends APIConnectionError {}

class APIStatusError extends NeuraError {}
class BadRequestError extends APIStatusError {}
class AuthenticationError extends APIStatusError {}
class InvalidAPIKeyError extends AuthenticationError {}
class ExpiredAPIKeyError extends AuthenticationError {}
class RevokedAPIKeyError extends AuthenticationError {}
class MissingAPIKeyError extends AuthenticationError {}
class MalformedAPIKeyError extends AuthenticationError {}
class PaymentRequiredError extends APIStatusError {}
class PermissionDeniedError extends APIStatusError {}
class NotFoundError extends APIStatusError {}
class RequestTimeoutError extends APIStatusError {}
class ConflictError extends APIStatusError {}
class PayloadTooLargeError extends APIStatusError {}
class UnprocessableEntityError extends APIStatusError {}
class RateLimitError extends APIStatusError {}
class QuotaExceededError extends RateLimitError {}
class InternalServerError extends APIStatusError {}
class RedirectError extends APIStatusError {}

class ConfigError extends NeuraError {}
class InvalidArgumentError extends NeuraError {}
class DecodeError extends NeuraError {}
class BodyTooLargeError extends NeuraError {}
class CancelledError extends NeuraError {}
class InternalError extends NeuraError {}
class OutOfMemoryError extends NeuraError {}

/** Kind to class: the only place that knows both. */
const CLASSES = {
  config: ConfigError,
  invalid_argument: InvalidArgumentError,
  missing_api_key: MissingAPIKeyError,
  malformed_api_key: MalformedAPIKeyError,
  invalid_api_key: InvalidAPIKeyError,
  expired_api_key: ExpiredAPIKeyError,
  revoked_api_key: RevokedAPIKeyError,
  authentication: AuthenticationError,
  bad_request: BadRequestError,
  payment_required: PaymentRequiredError,
  permission_denied: PermissionDeniedError,
  not_found: NotFoundError,
  request_timeout: RequestTimeoutError,
  conflict: ConflictError,
  payload_too_large: PayloadTooLargeError,
  unprocessable: UnprocessableEntityError,
  rate_limited: RateLimitError,
  quota_exceeded: QuotaExceededError,
  server: InternalServerError,
  redirect: RedirectError,
  api: APIStatusError,
  connection: APIConnectionError,
  timeout: APITimeoutError,
  tls: TLSError,
  proxy: ProxyError,
  protocol: ProtocolError,
  decode: DecodeError,
  body_too_large: BodyTooLargeError,
  incomplete_stream: IncompleteStreamError,
  cancelled: CancelledError,
  internal: InternalError,
  out_of_memory: OutOfMemoryError
}

/**
 * Written out: a bundler may give a class another name.
 * @type {Record<string, any>}
 */
const classes = {
  NeuraError,
  APIConnectionError,
  APITimeoutError,
  TLSError,
  ProxyError,
  ProtocolError,
  IncompleteStreamError,
  APIStatusError,
  BadRequestError,
  AuthenticationError,
  InvalidAPIKeyError,
  ExpiredAPIKeyError,
  RevokedAPIKeyError,
  MissingAPIKeyError,
  MalformedAPIKeyError,
  PaymentRequiredError,
  PermissionDeniedError,
  NotFoundError,
  RequestTimeoutError,
  ConflictError,
  PayloadTooLargeError,
  UnprocessableEntityError,
  RateLimitError,
  QuotaExceededError,
  InternalServerError,
  RedirectError,
  ConfigError,
  InvalidArgumentError,
  DecodeError,
  BodyTooLargeError,
  CancelledError,
  InternalError,
  OutOfMemoryError
}

// On the prototype, as with Error's own: a name in each object would print twice.
for (const [name, each] of Object.entries(classes)) {
  hidden(each, 'name', name)
  hidden(each.prototype, 'name', each === CancelledError ? 'AbortError' : name)
}

/** The names that the OpenAI SDK has for some of them. */
const aliases = {
  APIError: NeuraError,
  APIUserAbortError: CancelledError,
  APIConnectionTimeoutError: APITimeoutError
}

/**
 * Makes the fields the cause of an error that has no other: structuredClone and postMessage keep
 * message, stack and cause of an Error, and no member besides. `console.log` shows them once.
 */
function keepFields(error, fields) {
  hidden(error, 'cause', fields)
  hidden(error, Symbol.for('nodejs.util.inspect.custom'), /** @this {any} */ function () {
    return this.cause === fields ? withoutCause(this) : this
  })
}

function withoutCause(error) {
  const { cause, ...members } = Object.getOwnPropertyDescriptors(error)
  const copy = Object.create(Object.getPrototypeOf(error), members)
  hidden(copy, 'stack', error.stack) // Not in every engine is it a member that is copied.
  return copy
}

/** The kind of a class, or of the nearest one that it extends; null of NeuraError itself. */
function kindOf(each) {
  if (each === null || each === NeuraError) return null
  const kind = Object.keys(CLASSES).find((kind) => CLASSES[kind] === each)
  return kind ?? kindOf(Object.getPrototypeOf(each))
}

function hidden(object, name, value) {
  Object.defineProperty(object, name, { value, writable: true, configurable: true })
}

/**
 * The error of a native failure. Made where the caller awaits, so that its
 * stack leads there.
 * @param {any} failure
 * @param {AbortSignal | null} [signal] the call's, whose reason becomes the cause
 */
function toError(failure, signal) {
  const error = new CLASSES[failure.kind](failure.message, failure)
  const cause = failure.systemCause
  if (error instanceof CancelledError && signal?.aborted) {
    hidden(error, 'cause', signal.reason)
    // As fetch, which rejects with the reason itself.
    if (signal.reason?.name === 'TimeoutError') rename(error, 'TimeoutError')
  } else if (cause) {
    const systemError = toSystemError(cause)
    keepFields(systemError, error.cause)
    hidden(error, 'cause', systemError)
  }
  return error
}

function rename(error, name) {
  error.stack = error.stack?.replace(error.name, name)
  hidden(error, 'name', name)
}

/** What Node itself throws where the system says this. */
function toSystemError({ code, syscall, hostname, address, port, text }) {
  const at = address === undefined ? hostname : `${address}:${port}`
  const words = [syscall, code, at].filter((word) => word !== undefined).join(' ')
  const hangUp = code === 'ECONNRESET' && text === undefined ? 'socket hang up' : undefined
  const error = new Error(hangUp ?? (syscall === undefined && text ? `${code}: ${text}` : words))
  const fields = { errno: errnoOf(code), code, syscall, address, port, hostname }
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) error[name] = value
  return error
}

/** Node's number of a code; libuv has another name for a host that is not found. */
function errnoOf(code) {
  const wanted = code === 'ENOTFOUND' ? 'EAI_NONAME' : code
  const known = [...(builtin.util.getSystemErrorMap?.() ?? [])]
  return known.find(([, [name]]) => name === wanted)?.[0]
}

/** `Headers` holds one character for each byte, as in fetch. */
function toHeaders(flat) {
  const headers = new Headers()
  for (let place = 0; place < flat.length; place += 2) {
    headers.append(flat[place], Buffer.from(flat[place + 1]).toString('latin1'))
  }
  return headers
}

module.exports = { CLASSES, aliases, classes, toError }
