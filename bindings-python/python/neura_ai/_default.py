"""The verbs of the module, on a client that is made when the first of them is called."""

from __future__ import annotations

import os
from _thread import allocate_lock
from typing import TYPE_CHECKING, Any

from ._arguments import (
    BodyArguments,
    Data,
    JsonArguments,
    Params,
    QueryArguments,
    RequestArguments,
)
from ._client import Client
from ._native import Response

if TYPE_CHECKING:
    from typing_extensions import Unpack

# The lock of `threading`, without the import of it.
_lock = allocate_lock()
_client: Client | None = None


def _renew_lock() -> None:
    # The thread that held it when the process was forked is not in the child to let go.
    global _lock
    _lock = allocate_lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_lock)


def _default() -> Client:
    # A client that could not be made is not kept: the next call looks for a key again.
    global _client
    with _lock:
        if _client is None:
            _client = Client()
        return _client


def request(method: str, path: str, **arguments: Unpack[RequestArguments]) -> Response:
    """``Client.request`` on the default client, whose options the environment gives.

    >>> import neura_ai
    >>> neura_ai.request("GET", "/models").status_code
    200
    """
    return _default().request(method, path, **arguments)


def get(path: str, params: Params | None = None, **arguments: Unpack[QueryArguments]) -> Response:
    """``Client.get`` on the default client."""
    return _default().get(path, params=params, **arguments)


def head(path: str, **arguments: Unpack[RequestArguments]) -> Response:
    """``Client.head`` on the default client."""
    return _default().head(path, **arguments)


def post(
    path: str, data: Data | None = None, json: Any = None, **arguments: Unpack[JsonArguments]
) -> Response:
    """``Client.post`` on the default client."""
    return _default().post(path, data=data, json=json, **arguments)


def put(path: str, data: Data | None = None, **arguments: Unpack[BodyArguments]) -> Response:
    """``Client.put`` on the default client."""
    return _default().put(path, data=data, **arguments)


def patch(path: str, data: Data | None = None, **arguments: Unpack[BodyArguments]) -> Response:
    """``Client.patch`` on the default client."""
    return _default().patch(path, data=data, **arguments)


def delete(path: str, **arguments: Unpack[RequestArguments]) -> Response:
    """``Client.delete`` on the default client."""
    return _default().delete(path, **arguments)


def auth_headers() -> dict[str, str]:
    """``Client.auth_headers`` of the default client."""
    return _default().auth_headers()
