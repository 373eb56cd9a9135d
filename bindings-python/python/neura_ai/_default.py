"""The client of the module's own verbs, which is made when the first of them is called."""

from __future__ import annotations

from ._native import DefaultClient
from ._session import Session

_client: DefaultClient[Session] = DefaultClient()


def _default() -> Session:
    return _client.get(Session)


def forget() -> None:
    """Forgets the default client: the next verb makes another one, from the environment as it is
    then. Calls that run keep theirs."""
    _client.forget()


def auth_headers() -> dict[str, str]:
    """``Client.auth_headers`` of the default client."""
    return _default().auth_headers()
