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
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._object import Object

if TYPE_CHECKING:
    from ._native import Response
    from ._response import RequestInfo


class NeuraError(Exception):
    """Base of every error of this package. ``str(error)`` is the message.

    :ivar kind: what failed, as data: the same word in every language.
    :ivar message: what failed, where the key came from, what to do next.
    :ivar status_code: HTTP status, None where no reply came.
    :ivar code: the server's code; for a malformed key what is wrong with it.
    :ivar type: the server's type of error, or None.
    :ivar param: the parameter that the server complains of, or None.
    :ivar request_id: the service's name for the request, or None.
    :ivar retry_after: seconds that the server asks to wait, or None.
    :ivar retryable: whether the same request may succeed later.
    :ivar attempts: how often the request was sent; 0 where it never was.
    :ivar rate_limit: what the server said of its limits, or None.
    :ivar body: the server's body as text, or None.
    :ivar response: the reply, whose ``raise_for_status`` raised it, or that a named call or a
        stream was refused by, without any key; None where no whole reply came. Of an error
        inside a stream its body is the event.
    :ivar request: what was asked, ``method`` and ``url``; None where nothing was sent.

    >>> import neura_ai
    >>> try:
    ...     neura_ai.Client("nk-wrong-key-0000000000").models.list()
    ... except neura_ai.NeuraError as error:
    ...     print(type(error).__name__, error.kind, error.status_code, error.retryable)
    InvalidAPIKeyError invalid_api_key 401 False
    """

    kind: str = "internal"
    response: Response | None = None
    request: RequestInfo | None = None
    #: Whether nothing of the request went out, which other libraries have a class for.
    _unsent: bool = False

    def __init__(
        self,
        message: str,
        *,
        status_code: int | None = None,
        code: str | None = None,
        type: str | None = None,
        param: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        retryable: bool = False,
        attempts: int = 0,
        rate_limit: Object | None = None,
        body: str | None = None,
    ) -> None:
        # The message alone is in `args`: `pickle` and `copy` call the class with
        # `args` and lay the attributes back from `__dict__`.
        # Not by super(): a class of Python's beside this one may want more.
        Exception.__init__(self, message)
        self.message = message
        self.status_code = status_code
        self.code = code
        self.type = type
        self.param = param
        self.request_id = request_id
        self.retry_after = retry_after
        self.retryable = retryable
        self.attempts = attempts
        self.rate_limit = rate_limit
        self.body = body


class APIConnectionError(NeuraError):
    """No whole reply came: a connection that failed, or a time limit that passed."""

    kind = "connection"


class APITimeoutError(APIConnectionError, TimeoutError):
    """A time limit passed; the message names which."""

    kind = "timeout"


class ConnectionError(APIConnectionError):
    """The connection was refused, reset, closed or cut short; no time limit passed.

    ``requests`` knows the two as strangers, and so an ``except`` for the one must not catch
    the other; hence a class beside ``APITimeoutError``.
    """


class ConnectTimeout(APITimeoutError, ConnectionError):  # noqa: N818 - as in requests
    """A time limit passed before anything of the request went out, in any attempt: to send it
    again does nothing twice."""


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


# The one table from kind to class: each class says its kind once, above.
CLASSES: dict[str, type[NeuraError]] = {
    of_kind.kind: of_kind
    for of_kind in (
        ConnectionError,
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
        OutOfMemoryError,
    )
}


# A traceback names the place that an `except` clause names.
for _public in (NeuraError, APIConnectionError, ConnectTimeout, ReadTimeout, *CLASSES.values()):
    _public.__module__ = "neura_ai"


def error(
    kind: str,
    message: str,
    *,
    unsent: bool = False,
    json_at: tuple[int, int, int] | None = None,
    **details: Any,
) -> NeuraError:
    """The exception for an error of the core; called by the native half.

    :param unsent: nothing of the request went out.
    :param json_at: where JSON that was asked for stops to be JSON: index, line, column.
    """
    of_kind = CLASSES[kind]
    if of_kind is APITimeoutError:
        of_kind = ConnectTimeout if unsent else ReadTimeout
    elif of_kind is DecodeError and json_at is not None:
        from ._json_error import not_json

        return not_json(json_at, message, **details)
    made = of_kind(message, **details)
    if unsent:
        made._unsent = True
    return made
