"""A client in the manner of ``requests.Session``."""

from __future__ import annotations

# A url here where a client says path: the names are those of requests.
# pyright: reportIncompatibleMethodOverride=false
from collections.abc import Callable, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any

from ._arguments import pairs
from ._client import Client
from ._headers import MutableHeaders
from ._native import Response
from ._pickling import may_prove
from ._refused import ARGUMENTS, Nothing, is_refused, take_out

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from ._arguments import (
        Data,
        Params,
        SessionArguments,
        SessionBodyArguments,
        SessionJsonArguments,
        SessionQueryArguments,
    )


class Session(Client):
    """A ``Client`` whose ``headers`` and ``params`` may be changed: they go out with every
    request of a verb, beneath its own.

    For programs written for ``requests``; the key is found as a ``Client`` finds it, and an
    ``Authorization`` among the headers goes out in its place. ::

        with neura_ai.Session() as session:
            session.headers["X-Team"] = "search"
            print(session.get("/models").json())

    What ``requests`` can be asked for and is not done here (``auth``, ``cert``, ``cookies``,
    ``files``, ``hooks``, ``proxies``, ``verify=False``, ...) is a ``ConfigError``, as an
    argument and as an attribute; None, and what asks for nothing, is taken. Redirects are not
    followed, whatever ``allow_redirects`` says.
    """

    # As requests has them; what they cannot be set to, `_refused` says.
    auth = None
    cert = None
    max_redirects = 30
    trust_env = True
    verify = True

    _more_arguments = ARGUMENTS

    def _connect(self) -> None:
        super()._connect()
        #: The headers of every request, by name.
        self.headers: MutableMapping[str, str] = MutableHeaders()
        #: The query of every request.
        self.params: Any = {}

    @property
    def cookies(self) -> MutableMapping[str, Any]:
        """Always empty: cookies are not kept."""
        return Nothing("cookies")

    @property
    def hooks(self) -> MutableMapping[str, Any]:
        """Always empty."""
        return Nothing("hooks")

    @property
    def proxies(self) -> MutableMapping[str, Any]:
        """Always empty: a client knows its ``proxy`` from the start."""
        return Nothing("proxies")

    # Type checkers would take any attribute for one that can be set.
    if not TYPE_CHECKING:

        def __setattr__(self, name: str, value: Any) -> None:
            try:
                if not is_refused(name, value):
                    super().__setattr__(name, value)
            finally:
                # Tools that report errors print the variables of each frame.
                del value

    def __copy__(self) -> Self:
        made = super().__copy__()
        # Or what is changed here would be changed there.
        made.headers = MutableHeaders((self.headers or {}).items())
        if _is_mapping(self.params):
            made.params = dict(self.params)
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        for what in ("headers", "params"):
            if name := _secret_of(getattr(self, what), self._native.holds_secret):
                raise TypeError(
                    f"a Session whose {what} ({name}) may hold a secret cannot be pickled"
                )
        return super().__reduce__()

    def close(self) -> None:
        """Closes the connections that rest. As in ``requests``, a later request opens another."""
        self._native.close_idle()

    def request(self, method: str, url: str, **arguments: Unpack[SessionArguments]) -> Response:
        """``Client.request``, with the session's headers and params beneath the request's own.

        What of ``requests`` is taken besides, and what is refused, ``Session`` says.
        """
        try:
            take_out(arguments)  # type: ignore[arg-type]
            arguments["headers"] = self._with_own(arguments.get("headers"))
            arguments["params"] = self._with_own_params(arguments.get("params"))
            return super().request(method, url, **arguments)  # type: ignore[misc]
        finally:
            # Tools that report errors print the variables of each frame.
            del arguments

    def _with_own(self, headers: Any) -> list[tuple[str, str]]:
        own: list[tuple[Any, Any]] = []
        beneath: list[tuple[Any, Any]] = []
        try:
            own = pairs(headers, "headers")
            known = {str(name).lower() for name, _ in own}
            beneath = [
                pair for pair in (self.headers or {}).items() if pair[0].lower() not in known
            ]
            return [(name, value) for name, value in beneath + own if value is not None]
        finally:
            del headers, own, beneath

    def _with_own_params(self, params: Any) -> Any:
        if not self.params or params is None:
            return params or self.params
        if _is_mapping(params) and _is_mapping(self.params):
            return {**self.params, **params}
        return params  # As in requests: what is no mapping stands alone.

    def get(
        self, url: str, params: Params | None = None, **arguments: Unpack[SessionQueryArguments]
    ) -> Response:
        """``request("GET", url, ...)``."""
        try:
            return self.request("GET", url, params=params, **arguments)
        finally:
            del arguments

    def options(self, url: str, **arguments: Unpack[SessionArguments]) -> Response:
        """``request("OPTIONS", url, ...)``."""
        try:
            return self.request("OPTIONS", url, **arguments)
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


def _is_mapping(given: Any) -> bool:
    return isinstance(given, Mapping)


def _secret_of(given: Any, is_secret: Callable[[str], bool]) -> str | None:
    """The name of what may be a secret; of a query as text or in pairs it stays unknown."""
    if not _is_mapping(given):
        text = str(given)
        return "one of them" if may_prove(text, "") or is_secret(text) else None
    for name, value in given.items():
        if may_prove(str(name), str(value)) or is_secret(str(value)):
            return str(name)
    return None
