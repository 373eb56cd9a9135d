"""What the two clients have in common: how they are made, and what waits for nobody."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

# The native half calls the first and the last.
from . import _logging as _logging
from . import _native
from . import _threads as _threads
from ._arguments import DEFAULT, Default, HeaderArgument, Timeout, pairs
from ._errors import InvalidArgumentError
from ._naming import named_for_class
from ._options import EnvFile, Proxy, client_options
from ._pickling import Origin
from ._usage import Usage

_Key = TypeVar("_Key")
_Self = TypeVar("_Self", bound="ClientBase[Any]")

#: What a client makes for itself; whatever else it has is a subclass's own.
_OURS = ("_native", "_origin", "_default", "chat", "models", "embeddings")


class ClientBase(Generic[_Key]):
    """A client before it is said how its calls are waited for."""

    #: Whether an event loop waits for calls, or a thread does.
    _is_async: ClassVar[bool]

    def __init__(
        self,
        api_key: _Key | None = None,
        *,
        profile: str | None = None,
        env_file: EnvFile | None = None,
        base_url: str | None = None,
        timeout: Timeout = DEFAULT,
        connect_timeout: float | None = DEFAULT,
        idle_timeout: float | None = DEFAULT,
        max_retries: int | None = None,
        replay_unsent_only: bool = False,
        max_in_flight: int | None = None,
        headers: HeaderArgument | None = None,
        proxy: Proxy | None = None,
        ca_file: str | PathLike[str] | None = None,
        client_cert: str | PathLike[str] | None = None,
        client_key: str | PathLike[str] | None = None,
        max_body_bytes: int | None = None,
        max_event_bytes: int | None = None,
        max_header_bytes: int | None = None,
        allow_http: bool = False,
        default: Default | None = None,
    ) -> None:
        try:
            arguments: dict[str, Any] = {
                "api_key": api_key,
                "profile": profile,
                "env_file": env_file,
                "base_url": base_url,
                "timeout": timeout,
                "connect_timeout": connect_timeout,
                "idle_timeout": idle_timeout,
                "max_retries": max_retries,
                "replay_unsent_only": replay_unsent_only,
                "max_in_flight": max_in_flight,
                "headers": pairs(headers, "headers"),
                "proxy": proxy,
                "ca_file": ca_file,
                "client_cert": client_cert,
                "client_key": client_key,
                "max_body_bytes": max_body_bytes,
                "max_event_bytes": max_event_bytes,
                "max_header_bytes": max_header_bytes,
                "allow_http": allow_http,
            }
            self._native = _native.Client(client_options(**arguments), self._is_async)
            self._origin = Origin(arguments, self._native.holds_secret)
        finally:
            # Tools that report errors print the variables of each frame.
            arguments = {}
            del api_key, headers, proxy
        if default is not None and not callable(default):
            raise TypeError(f"default must be callable, or None, not {type(default).__name__}")
        self._default = default
        self._connect()

    if not TYPE_CHECKING:
        __init__ = named_for_class(__init__)

    def _connect(self) -> None:
        """Gives the client its named calls."""
        raise NotImplementedError

    def set_api_key(self, key: str) -> None:
        """Uses ``key`` from the next request on; those in flight end with the old one.

        :raises MalformedAPIKeyError: no key can look like this; the old one stays.
        :raises ConfigError: the base URL came from the file of the old key, and goes with
            that file's keys alone; the old key stays.
        """
        try:
            self._native.set_api_key(key)
            self._origin.has_key()
        finally:
            del key

    def usage(self) -> Usage:
        """How much each key was used that this client ever held: requests, refusals, tokens."""
        return Usage(self._native.usage()["keys"])

    def is_closed(self) -> bool:
        """Whether the client was closed, so that calls are refused."""
        return self._native.shown is None

    @property
    def base_url(self) -> str:
        """The address that paths are joined to."""
        return self._native.base_url

    def __copy__(self: _Self) -> _Self:
        """Another client that shares this one's key and connections, and is closed by itself."""
        made = self._handle()
        vars(made).update(self._more())
        return made

    def __deepcopy__(self: _Self, seen: dict[int, Any]) -> _Self:
        """As a copy, with the attributes of a subclass copied in depth."""
        from copy import deepcopy

        made = self._handle()
        seen[id(self)] = made  # An attribute may refer to the client.
        vars(made).update(deepcopy(self._more(), seen))
        return made

    def _handle(self: _Self) -> _Self:
        made = type(self).__new__(type(self))
        made._native = self._native.copy()
        made._origin = self._origin
        made._default = self._default
        made._connect()
        return made

    def __repr__(self) -> str:
        # Debuggers also show a client whose making failed, or that is closed.
        native = getattr(self, "_native", None)
        shown = native.shown if native else None
        name = type(self).__name__
        if shown is None:
            return f"{name}(closed)"
        base_url, key = shown
        return f"{name}(base_url={base_url!r}, api_key={key!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process makes the client again, and looks for its key again.

        :raises TypeError: the client holds a secret that was given as text: a key, a header
            whose name says so, a proxy's password.
        """
        name = type(self).__name__
        if self._native.shown is None:
            raise InvalidArgumentError(f"a closed {name} cannot be pickled")
        arguments = {
            **self._origin.arguments(name, self._native.holds_secret),
            "api_key": self._native.callable,
            "default": self._default,
        }
        return _made_again, (type(self), arguments), self._more() or None

    def _more(self) -> dict[str, Any]:
        """The attributes of a subclass."""
        return {name: value for name, value in vars(self).items() if name not in _OURS}


def _made_again(of: type[_Self], arguments: dict[str, Any]) -> _Self:
    """A client from ``pickle``."""
    made = of.__new__(of)
    # Not a subclass's own, whose arguments are its own too.
    ClientBase.__init__(made, **arguments)  # pyright: ignore[reportUnknownMemberType]
    return made
