"""The errors of ``requests`` for ours."""

from __future__ import annotations

from typing import NoReturn

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

from ._adapter_errors import joined
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


def fail(error: NeuraError, request: PreparedRequest, *, in_body: bool = False) -> NoReturn:
    """Raises the class of ``requests`` for an error of ours, which is its cause; where the
    request or the configuration is wrong, ours that is a ``RequestException`` too."""
    if error.kind not in _CLASSES:
        made = joined(error, RequestException)
        made.request = request
        raise made from error.__cause__
    of_kind = _CLASSES[error.kind][in_body]
    if error.kind == "timeout" and error._unsent:
        of_kind = ConnectTimeout
    raise of_kind(error.message, request=request) from error
