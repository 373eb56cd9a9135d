import './lib/origin.mjs' // First: the others load the addon.
import neura from './index.js'

export const {
  Client,
  NeuraResponse,
  version,
  diagnose,
  resolve,
  request,
  get,
  head,
  post,
  put,
  patch,
  authHeaders,
  NeuraError,
  APIError,
  APIUserAbortError,
  APIConnectionTimeoutError,
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
} = neura

// `delete` is a keyword: `import { delete as del }`, or `neura.delete`.
const { delete: del } = neura
export { del as delete }

export default neura
