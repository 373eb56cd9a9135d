"""The verbs of the module, on a client that is made when the first of them is called."""

from __future__ import annotations

import os
from _thread import allocate_lock
from typing import TYPE_CHECKING, Any

from ._native import Response
from ._session import Session

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._arguments import (
        Data,
        Params,
        SessionArguments,
        SessionBodyArguments,
        SessionJsonArguments,
        SessionQueryArguments,
    )

# The lock of `threading`, without the import of it.
_lock = allocate_lock()
_client: Session | None = None


def _renew_lock() -> None:
    # The thread that held it when the process was forked is not in the child to let go.
    global _lock
    _lock = allocate_lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_lock)


def _default() -> Session:
    # A client that could not be made is not kept: the next call looks for a key again.
    global _client
    with _lock:
        if _client is None:
            _client = Session()
        return _client


def forget() -> None:
    """Lets go of the default client: the next verb makes another, of the environment as it is
    then. Calls that run end as they would."""
    global _client
    with _lock:
        _client = None


def request(method: str, url: str, **arguments: Unpack[SessionArguments]) -> Response:
    """``Client.request`` on the default client, whose options the environment gives.

    >>> import neura_ai
    >>> neura_ai.request("GET", "/models").status_code
    200
    """
    try:
        return _default().request(method, url, **arguments)
    finally:
        del arguments


def get(
    url: str, params: Params | None = None, **arguments: Unpack[SessionQueryArguments]
) -> Response:
    """``Client.get`` on the default client."""
    try:
        return _default().get(url, params=params, **arguments)
    finally:
        del arguments


def options(url: str, **arguments: Unpack[SessionArguments]) -> Response:
    """``Client.options`` on the default client."""
    try:
        return _default().options(url, **arguments)
    finally:
        del arguments


def head(url: str, **arguments: Unpack[SessionArguments]) -> Response:
    """``Client.head`` on the default client."""
    try:
        return _default().head(url, **arguments)
    finally:
        del arguments


def post(
    url: str, data: Data | None = None, json: Any = None, **arguments: Unpack[SessionJsonArguments]
) -> Response:
    """``Client.post`` on the default client."""
    try:
        return _default().post(url, data=data, json=json, **arguments)
    finally:
        del arguments


def put(url: str, data: Data | None = None, **arguments: Unpack[SessionBodyArguments]) -> Response:
    """``Client.put`` on the default client."""
    try:
        return _default().put(url, data=data, **arguments)
    finally:
        del arguments


def patch(
    url: str, data: Data | None = None, **arguments: Unpack[SessionBodyArguments]
) -> Response:
    """``Client.patch`` on the default client."""
    try:
        return _default().patch(url, data=data, **arguments)
    finally:
        del arguments


def delete(url: str, **arguments: Unpack[SessionArguments]) -> Response:
    """``Client.delete`` on the default client."""
    try:
        return _default().delete(url, **arguments)
    finally:
        del arguments


def auth_headers() -> dict[str, str]:
    """``Client.auth_headers`` of the default client."""
    return _default().auth_headers()
