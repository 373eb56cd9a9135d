"""A client in the manner of ``requests.Session``."""

from __future__ import annotations

# A url here where a client says path: the names are those of requests.
# pyright: reportIncompatibleMethodOverride=false
from collections.abc import Iterator, MutableMapping
from typing import TYPE_CHECKING, Any

from ._arguments import pairs
from ._client import Client
from ._errors import ConfigError
from ._native import Response
from ._origin import may_prove

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._arguments import (
        Data,
        Params,
        RequestArguments,
        SessionArguments,
        SessionBodyArguments,
        SessionJsonArguments,
        SessionQueryArguments,
    )


class SessionHeaders(MutableMapping[str, str]):
    """A session's headers, by names in any case; a value of None takes a header away."""

    def __init__(self) -> None:
        self._values: dict[str, tuple[str, str]] = {}

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()][1]

    def __setitem__(self, name: str, value: str | None) -> None:
        if value is None:
            self._values.pop(name.lower(), None)
        else:
            self._values[name.lower()] = name, value

    def __delitem__(self, name: str) -> None:
        del self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self._values.values())

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        # Names alone: a value may prove who asks.
        return f"SessionHeaders({list(self)!r})"


class Session(Client):
    """A ``Client`` whose ``headers`` may be changed: they go out with every request of a verb.

    For programs written for ``requests``; the key is found as a ``Client`` finds it, and an
    ``Authorization`` among the headers goes out in its place. ::

        with neura_ai.Session() as session:
            session.headers["X-Team"] = "search"
            print(session.get("/models").json())

    ``allow_redirects`` and ``verify`` of a verb change nothing: redirects are not followed,
    and a server is always asked who it is, so that ``verify=False`` is a ``ConfigError``.
    """

    def _connect(self) -> None:
        super()._connect()
        #: The headers of every request, by name.
        self.headers: MutableMapping[str, str] = SessionHeaders()

    def __reduce__(self) -> tuple[Any, ...]:
        for name, value in self.headers.items():
            if may_prove(name, value) or self._native.holds_secret(value):
                raise TypeError(f"a Session whose header {name} may hold a secret is not pickled")
        return super().__reduce__()

    def request(self, method: str, url: str, **arguments: Unpack[SessionArguments]) -> Response:
        """``Client.request``, with the session's headers beneath the request's own."""
        try:
            arguments["headers"] = self._with_own(arguments.get("headers"))
            return super().request(method, url, **as_ours(arguments))
        finally:
            # Tools that report errors print the variables of each frame.
            del arguments

    def _with_own(self, headers: Any) -> list[tuple[str, str]]:
        own = pairs(headers, "headers")
        known = {str(name).lower() for name, _ in own}
        beneath = [pair for pair in self.headers.items() if pair[0].lower() not in known]
        return beneath + [(name, value) for name, value in own if value is not None]

    def get(
        self, url: str, params: Params | None = None, **arguments: Unpack[SessionQueryArguments]
    ) -> Response:
        """``request("GET", url, ...)``."""
        try:
            return self.request("GET", url, params=params, **arguments)
        finally:
            del arguments

    def head(self, url: str, **arguments: Unpack[SessionArguments]) -> Response:
        """``request("HEAD", url, ...)``."""
        try:
            return self.request("HEAD", url, **arguments)
        finally:
            del arguments

    def post(
        self,
        url: str,
        data: Data | None = None,
        json: Any = None,
        **arguments: Unpack[SessionJsonArguments],
    ) -> Response:
        """``request("POST", url, ...)``."""
        try:
            return self.request("POST", url, data=data, json=json, **arguments)
        finally:
            del arguments

    def put(
        self, url: str, data: Data | None = None, **arguments: Unpack[SessionBodyArguments]
    ) -> Response:
        """``request("PUT", url, ...)``."""
        try:
            return self.request("PUT", url, data=data, **arguments)
        finally:
            del arguments

    def patch(
        self, url: str, data: Data | None = None, **arguments: Unpack[SessionBodyArguments]
    ) -> Response:
        """``request("PATCH", url, ...)``."""
        try:
            return self.request("PATCH", url, data=data, **arguments)
        finally:
            del arguments

    def delete(self, url: str, **arguments: Unpack[SessionArguments]) -> Response:
        """``request("DELETE", url, ...)``."""
        try:
            return self.request("DELETE", url, **arguments)
        finally:
            del arguments


def as_ours(arguments: Any) -> RequestArguments:
    """The arguments of a verb of requests without those that say what is so in any case."""
    arguments.pop("allow_redirects", None)
    if arguments.pop("verify", True) not in (True, None):
        raise ConfigError(
            "verify: a server is always asked who it is, or the key could go to anybody. For a "
            "certificate of your own give a Client its ca_file, or set SSL_CERT_FILE"
        )
    ours: RequestArguments = arguments
    return ours
