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

import type { RateLimit } from '../index.js'

/** The stable name of what went wrong, the same in every language. */
export type ErrorKind =
  | 'config'
  | 'invalid_argument'
  | 'missing_api_key'
  | 'malformed_api_key'
  | 'invalid_api_key'
  | 'expired_api_key'
  | 'revoked_api_key'
  | 'authentication'
  | 'bad_request'
  | 'payment_required'
  | 'permission_denied'
  | 'not_found'
  | 'request_timeout'
  | 'conflict'
  | 'payload_too_large'
  | 'unprocessable'
  | 'rate_limited'
  | 'quota_exceeded'
  | 'server'
  | 'redirect'
  | 'api'
  | 'connection'
  | 'timeout'
  | 'tls'
  | 'proxy'
  | 'protocol'
  | 'decode'
  | 'body_too_large'
  | 'incomplete_stream'
  | 'cancelled'
  | 'internal'
  | 'out_of_memory'

export interface ErrorFields {
  kind?: ErrorKind | null
  status?: number | null
  code?: string | null
  type?: string | null
  param?: string | null
  requestId?: string | null
  retryAfter?: number | null
  retryable?: boolean
  attempts?: number
  rateLimit?: RateLimit | null
  body?: string | null
  headers?: Headers | null
  cause?: unknown
}

/**
 * Absent is null. The fields from `kind` to `rateLimit` are enumerable: `console.log` and
 * `JSON.stringify` show them, never a key. `structuredClone` and `postMessage` keep message, stack
 * and cause of an error, in every engine; so its last cause has the fields.
 */
export class NeuraError extends Error {
  constructor(message: string, fields?: ErrorFields)
  kind: ErrorKind
  status: number | null
  /**
   * The service's code; of a MalformedAPIKeyError what is wrong with the key; of a connection
   * Node's own, such as `ECONNREFUSED`, `ENOTFOUND`, `ETIMEDOUT`; of a CancelledError `ABORT_ERR`.
   */
  code: string | null
  type: string | null
  param: string | null
  requestId: string | null
  /** Seconds. */
  retryAfter: number | null
  /** Whether the same call may succeed later. */
  retryable: boolean
  /** How many times the request was sent. */
  attempts: number
  rateLimit: RateLimit | null
  /** What the service sent, as text, up to 1 MiB. */
  body: string | null
  /**
   * Of a connection the error that Node itself would throw (`code`, `errno`, `syscall`, `address`,
   * `port`, `hostname`, where known), whose own cause are the fields; of a CancelledError the
   * signal's reason; else the fields from `kind` to `rateLimit`, as a plain object.
   */
  cause: any
  /** The headers of the reply, without secrets. */
  readonly headers: Headers | null
  /** What the service says in its body's `error`. */
  readonly error: any
  /** As `requestId`. */
  readonly requestID: string | null
  /** Name, message and every enumerable field: what `JSON.stringify` writes. */
  toJSON(): { name: string; message: string } & ErrorFields
}
/** Of a connection; its `cause` is the error that Node itself would throw, where there is one. */
export class APIConnectionError extends NeuraError {}
export class APITimeoutError extends APIConnectionError {}
export class TLSError extends APIConnectionError {}
export class ProxyError extends APIConnectionError {}
export class ProtocolError extends APIConnectionError {}
export class IncompleteStreamError extends APIConnectionError {}
export class APIStatusError extends NeuraError {}
export class BadRequestError extends APIStatusError {}
export class AuthenticationError extends APIStatusError {}
export class InvalidAPIKeyError extends AuthenticationError {}
export class ExpiredAPIKeyError extends AuthenticationError {}
export class RevokedAPIKeyError extends AuthenticationError {}
export class MissingAPIKeyError extends AuthenticationError {}
export class MalformedAPIKeyError extends AuthenticationError {}
export class PaymentRequiredError extends APIStatusError {}
export class PermissionDeniedError extends APIStatusError {}
export class NotFoundError extends APIStatusError {}
export class RequestTimeoutError extends APIStatusError {}
export class ConflictError extends APIStatusError {}
export class PayloadTooLargeError extends APIStatusError {}
export class UnprocessableEntityError extends APIStatusError {}
export class RateLimitError extends APIStatusError {}
export class QuotaExceededError extends RateLimitError {}
export class InternalServerError extends APIStatusError {}
export class RedirectError extends APIStatusError {}
export class ConfigError extends NeuraError {}
export class InvalidArgumentError extends NeuraError {}
export class DecodeError extends NeuraError {}
export class BodyTooLargeError extends NeuraError {}
/**
 * Its name is 'AbortError', or 'TimeoutError' where the signal's reason has that name; its cause is
 * the signal's reason, its code `ABORT_ERR`.
 */
export class CancelledError extends NeuraError {}
export class InternalError extends NeuraError {}
export class OutOfMemoryError extends NeuraError {}

// The names that the OpenAI SDK has for some of them.
export { NeuraError as APIError, CancelledError as APIUserAbortError }
export { APITimeoutError as APIConnectionTimeoutError }
