"""Every error that the package raises.

NeuraError
├── APIConnectionError            no whole reply came
│   ├── APITimeoutError           (also TimeoutError) a time limit passed
│   │   ├── ConnectTimeout        (also ConnectionError) before anything was sent
│   │   └── ReadTimeout           after something was sent
│   └── ConnectionError           any other: refused, reset, closed or cut short
│       ├── TLSError              the server's certificate, or no TLS at all
│       ├── ProxyError            the proxy refused or failed
│       ├── ProtocolError         what came is not HTTP
│       └── IncompleteStreamError a chat stream ended before its end
├── APIStatusError                the server answered with an error status
│   ├── BadRequestError           400
│   ├── AuthenticationError       401
│   │   ├── InvalidAPIKeyError
│   │   ├── ExpiredAPIKeyError
│   │   ├── RevokedAPIKeyError
│   │   ├── MissingAPIKeyError    also without a request: no key was found
│   │   └── MalformedAPIKeyError  (also ValueError) without a request: no key looks so
│   ├── PaymentRequiredError      402
│   ├── PermissionDeniedError     403
│   ├── NotFoundError             404
│   ├── RequestTimeoutError       408
│   ├── ConflictError             409
│   ├── PayloadTooLargeError      413
│   ├── UnprocessableEntityError  422
│   ├── RateLimitError            429
│   │   └── QuotaExceededError    429, and waiting will not help
│   ├── InternalServerError       500 and above
│   └── RedirectError             300 to 399: redirects are never followed
├── ConfigError                   (also ValueError) an option or a URL is wrong
├── InvalidArgumentError          (also ValueError) an argument of a call is wrong
├── DecodeError                   (also ValueError) a reply's content is not what it should be
│   └── JSONDecodeError           (also json.JSONDecodeError) of ``json()``; see _json_error.py
├── BodyTooLargeError             a reply is larger than the limit
├── CancelledError                the call was cancelled, as by ``close``
├── InternalError                 a fault in this package
└── OutOfMemoryError              (also MemoryError) no memory for a body, event or head

Made from core/src/sourcegen/python_errors.rs by `make options`; edit there.
"""

from __future__ import annotations

from ._error_base import NeuraError, error as error, register

__all__: list[str] = [
    "APIConnectionError",
    "APIStatusError",
    "APITimeoutError",
    "AuthenticationError",
    "BadRequestError",
    "BodyTooLargeError",
    "CancelledError",
    "ConfigError",
    "ConflictError",
    "DecodeError",
    "ExpiredAPIKeyError",
    "IncompleteStreamError",
    "InternalError",
    "InternalServerError",
    "InvalidAPIKeyError",
    "InvalidArgumentError",
    "MalformedAPIKeyError",
    "MissingAPIKeyError",
    "NeuraError",
    "NotFoundError",
    "OutOfMemoryError",
    "PayloadTooLargeError",
    "PaymentRequiredError",
    "PermissionDeniedError",
    "ProtocolError",
    "ProxyError",
    "QuotaExceededError",
    "RateLimitError",
    "RedirectError",
    "RequestTimeoutError",
    "RevokedAPIKeyError",
    "TLSError",
    "UnprocessableEntityError",
]


class APIConnectionError(NeuraError):
    """No whole reply came: a connection that failed, or a time limit that passed."""

    kind = "connection"


class APITimeoutError(APIConnectionError, TimeoutError):
    """A time limit passed; the message names which."""

    kind = "timeout"


class ConnectionError(APIConnectionError):
    """The connection was refused, reset, closed or cut short; no time limit passed. In ``requests``
    neither of the two is the other, so an ``except`` for one must not catch the other."""


class ConnectTimeout(APITimeoutError, ConnectionError):  # noqa: N818 - as in requests
    """A time limit passed before anything of the request went out, in any attempt: to send it again
    does nothing twice."""


class ReadTimeout(APITimeoutError):  # noqa: N818 - as in requests
    """A time limit passed after something of the request went out."""


class TLSError(ConnectionError):
    """The server could not prove who it is, or spoke no TLS."""

    kind = "tls"


class ProxyError(ConnectionError):
    """The proxy refused the way to the server, or failed."""

    kind = "proxy"


class ProtocolError(ConnectionError):
    """What the server sent is not HTTP as it is spoken today."""

    kind = "protocol"


class IncompleteStreamError(ConnectionError):
    """A chat stream ended without its end; the chunks before it are whole."""

    kind = "incomplete_stream"


class APIStatusError(NeuraError):
    """The server answered with a status that has no class of its own."""

    kind = "api"


class BadRequestError(APIStatusError):
    """400: the server cannot work with this request."""

    kind = "bad_request"


class AuthenticationError(APIStatusError):
    """401: the key was not accepted; the server did not say why."""

    kind = "authentication"


class InvalidAPIKeyError(AuthenticationError):
    """The server does not know this key."""

    kind = "invalid_api_key"


class ExpiredAPIKeyError(AuthenticationError):
    """The key is past its last day."""

    kind = "expired_api_key"


class RevokedAPIKeyError(AuthenticationError):
    """The key was revoked."""

    kind = "revoked_api_key"


class MissingAPIKeyError(AuthenticationError):
    """No key was found, or none reached the server."""

    kind = "missing_api_key"


class MalformedAPIKeyError(AuthenticationError, ValueError):
    """No key can look like this; nothing was sent. ``code`` says what is wrong."""

    kind = "malformed_api_key"


class PaymentRequiredError(APIStatusError):
    """402: the account has to be paid for."""

    kind = "payment_required"


class PermissionDeniedError(APIStatusError):
    """403: the key is good, but not for this."""

    kind = "permission_denied"


class NotFoundError(APIStatusError):
    """404: no such model or path."""

    kind = "not_found"


class RequestTimeoutError(APIStatusError):
    """408: the server waited too long for the request."""

    kind = "request_timeout"


class ConflictError(APIStatusError):
    """409: the request collides with another."""

    kind = "conflict"


class PayloadTooLargeError(APIStatusError):
    """413: the request is too large."""

    kind = "payload_too_large"


class UnprocessableEntityError(APIStatusError):
    """422: the request is well-formed, but its values are not."""

    kind = "unprocessable"


class RateLimitError(APIStatusError):
    """429: too many requests; ``retry_after`` says how long to wait, if known."""

    kind = "rate_limited"


class QuotaExceededError(RateLimitError):
    """429: the quota is used up; waiting will not help."""

    kind = "quota_exceeded"


class InternalServerError(APIStatusError):
    """500 and above: the server failed."""

    kind = "server"


class RedirectError(APIStatusError):
    """300 to 399: a redirect, which is never followed."""

    kind = "redirect"


class ConfigError(NeuraError, ValueError):
    """An option, a URL or a file of the configuration is wrong."""

    kind = "config"


class InvalidArgumentError(NeuraError, ValueError):
    """An argument of the call is wrong."""

    kind = "invalid_argument"


class DecodeError(NeuraError, ValueError):
    """The content of a reply is not what it should be, as HTML in place of JSON."""

    kind = "decode"


class BodyTooLargeError(NeuraError):
    """A reply, or one event of a stream, is larger than the limit."""

    kind = "body_too_large"


class CancelledError(NeuraError):
    """The call was cancelled, as when another thread closed its stream."""

    kind = "cancelled"


class InternalError(NeuraError):
    """A fault in this package; please report it."""

    kind = "internal"


class OutOfMemoryError(NeuraError, MemoryError):
    """There was no memory for a body, an event or a head of this size."""

    kind = "out_of_memory"


#: The class for each kind of the core.
CLASSES: dict[str, type[NeuraError]] = {
    "config": ConfigError,
    "invalid_argument": InvalidArgumentError,
    "missing_api_key": MissingAPIKeyError,
    "malformed_api_key": MalformedAPIKeyError,
    "invalid_api_key": InvalidAPIKeyError,
    "expired_api_key": ExpiredAPIKeyError,
    "revoked_api_key": RevokedAPIKeyError,
    "authentication": AuthenticationError,
    "bad_request": BadRequestError,
    "payment_required": PaymentRequiredError,
    "permission_denied": PermissionDeniedError,
    "not_found": NotFoundError,
    "request_timeout": RequestTimeoutError,
    "conflict": ConflictError,
    "payload_too_large": PayloadTooLargeError,
    "unprocessable": UnprocessableEntityError,
    "rate_limited": RateLimitError,
    "quota_exceeded": QuotaExceededError,
    "server": InternalServerError,
    "redirect": RedirectError,
    "api": APIStatusError,
    "connection": ConnectionError,
    "timeout": APITimeoutError,
    "tls": TLSError,
    "proxy": ProxyError,
    "protocol": ProtocolError,
    "decode": DecodeError,
    "body_too_large": BodyTooLargeError,
    "incomplete_stream": IncompleteStreamError,
    "cancelled": CancelledError,
    "internal": InternalError,
    "out_of_memory": OutOfMemoryError,
}

register(CLASSES, ConnectTimeout, ReadTimeout)
