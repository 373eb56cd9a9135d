"""A client in the manner of ``requests.Session``."""

from __future__ import annotations

# A url here where a client says path: the names are those of requests.
# pyright: reportIncompatibleMethodOverride=false
from collections.abc import Callable, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any

from ._client import Client
from ._headers import MutableHeaders
from ._pickling import may_prove
from ._refused import Nothing, is_refused
from ._session_verbs import SessionVerbs

if TYPE_CHECKING:
    from typing_extensions import Self

    from ._native import Client as NativeClient
    from ._pickling import Origin


class Session(SessionVerbs, Client):
    """A ``Client`` whose ``headers`` and ``params`` may be changed: they go out with every
    request of a verb, beneath its own.

    For programs written for ``requests``; the key is found as a ``Client`` finds it, and an
    ``Authorization`` among the headers goes out in its place. ::

        with neura_ai.Session() as session:
            session.headers["X-Team"] = "search"
            print(session.get("/models").json())

    What ``requests`` can be asked for and is not done here (``auth``, ``cert``, ``cookies``,
    ``hooks``, ``proxies``, ``verify=False``, ...) is a ``ConfigError``, as an
    argument and as an attribute; None, and what asks for nothing, is taken. Redirects are not
    followed, whatever ``allow_redirects`` says.
    """

    _instead = (
        "If requests has it: neura_ai.requests.NeuraAdapter goes into a session of requests itself"
    )

    # As requests has them; what they cannot be set to, `_refused` says.
    auth = None
    cert = None
    max_redirects = 30
    trust_env = True
    verify = True

    def _connect(self, native: NativeClient, origin: Origin) -> None:
        super()._connect(native, origin)
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
