"""The verbs of the module, on a client that is made when the first of them is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._native import DefaultClient, Response
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

_client: DefaultClient[Session] = DefaultClient()


def _default() -> Session:
    return _client.get(Session)


def forget() -> None:
    """Forgets the default client: the next verb makes another one, from the environment as it is
    then. Calls that run keep theirs."""
    _client.forget()


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
