"""The errors of ``requests`` for ours."""

from __future__ import annotations

from requests import PreparedRequest
from requests.exceptions import (
    ChunkedEncodingError,
    ConnectionError,
    ConnectTimeout,
    ContentDecodingError,
    ProxyError,
    ReadTimeout,
    RequestException,
    SSLError,
)

from ._errors import NeuraError


class BodyTimeoutError(ConnectionError, ReadTimeout):
    """The read timeout within a body: ``requests`` raises the one class there, and says the
    other everywhere else."""


#: The class for each kind of error: before the reply's body, and in it.
_CLASSES: dict[str, tuple[type[RequestException], type[RequestException]]] = {
    "connection": (ConnectionError, ChunkedEncodingError),
    "timeout": (ReadTimeout, BodyTimeoutError),
    "tls": (SSLError, SSLError),
    "proxy": (ProxyError, ProxyError),
    "protocol": (ConnectionError, ChunkedEncodingError),
    "decode": (ContentDecodingError, ContentDecodingError),
    "body_too_large": (ConnectionError, ConnectionError),
    "cancelled": (ConnectionError, ConnectionError),
}


def raised(error: NeuraError, request: PreparedRequest, *, in_body: bool) -> Exception:
    """What ``requests`` raises for an error of ours; ours where the request or the
    configuration is wrong."""
    if error.kind not in _CLASSES:
        return error
    of_kind = _CLASSES[error.kind][in_body]
    if error.kind == "timeout" and error._unsent:
        of_kind = ConnectTimeout
    return of_kind(error.message, request=request)
