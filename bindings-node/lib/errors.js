'use strict'

// NeuraError                        everything below
// ├─ APIConnectionError             no whole reply came
// │  ├─ APITimeoutError             a limit of time was reached
// │  ├─ TLSError                    no safe connection; nothing was sent
// │  ├─ ProxyError                  the proxy refused or failed
// │  ├─ ProtocolError               the reply is not HTTP
// │  └─ IncompleteStreamError       the stream ended early, after the chunks that came
// ├─ APIStatusError                 the service answered with another status than 200 to 299
// │  ├─ BadRequestError             400
// │  ├─ AuthenticationError         401
// │  │  ├─ InvalidAPIKeyError       the service does not know the key
// │  │  ├─ ExpiredAPIKeyError       the key is past its end date
// │  │  ├─ RevokedAPIKeyError       the key was revoked
// │  │  ├─ MissingAPIKeyError       no key found, or none sent (status null: nothing was asked)
// │  │  └─ MalformedAPIKeyError     no key can look like this (status null; see `code`)
// │  ├─ PaymentRequiredError        402
// │  ├─ PermissionDeniedError       403
// │  ├─ NotFoundError               404
// │  ├─ RequestTimeoutError         408
// │  ├─ ConflictError               409
// │  ├─ PayloadTooLargeError        413
// │  ├─ UnprocessableEntityError    422
// │  ├─ RateLimitError              429
// │  │  └─ QuotaExceededError       429, and waiting does not help
// │  ├─ InternalServerError         500 to 599
// │  └─ RedirectError               300 to 399: never followed
// ├─ ConfigError                    an option or a variable of the environment is wrong
// ├─ InvalidArgumentError           an argument of this call is wrong
// ├─ DecodeError                    the reply is not what it says it is, or not JSON
// ├─ BodyTooLargeError              the reply is larger than the limit
// ├─ CancelledError                 an AbortSignal; its name is AbortError
// ├─ InternalError                  a fault of this package
// └─ OutOfMemoryError               no memory for a body, an event or a head

class NeuraError extends Error {
  /**
   * @param {string} message
   * @param {object} [fields] the fields below; absent ones are null
   */
  constructor(message, fields = {}) {
    super(message)
    this.kind = fields.kind ?? null
    this.status = fields.status ?? null
    this.code = fields.code ?? null
    this.type = fields.type ?? null
    this.param = fields.param ?? null
    this.requestId = fields.requestId ?? null
    this.retryAfter = fields.retryAfter ?? null
    this.retryable = fields.retryable ?? false
    this.attempts = fields.attempts ?? 0
    this.rateLimit = fields.rateLimit ?? null
    // Up to 1 MiB: whoever prints an error does not want to read it.
    const body = { value: fields.body ?? null, writable: true, configurable: true }
    Object.defineProperty(this, 'body', body)
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

const classes = { NeuraError }
for (const each of Object.values(CLASSES)) classes[each.name] = each

// On the prototype, as with Error's own: a name in each object would print twice.
for (const [name, each] of Object.entries(classes)) {
  const value = each === CancelledError ? 'AbortError' : name
  Object.defineProperty(each.prototype, 'name', { value, writable: true, configurable: true })
}

/**
 * The error of a native failure. Made where the caller awaits, so that its
 * stack leads there.
 * @param {import('./native.js').Failure} failure
 * @param {AbortSignal} [signal] the call's, whose reason becomes the cause
 */
function toError(failure, signal) {
  const error = new CLASSES[failure.kind](failure.message, failure)
  if (error instanceof CancelledError && signal?.aborted) {
    const value = signal.reason
    Object.defineProperty(error, 'cause', { value, writable: true, configurable: true })
  }
  return error
}

module.exports = { CLASSES, classes, toError }
