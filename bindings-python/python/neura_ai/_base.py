"""What the two clients have in common: how they are made, and what waits for nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

# The native half calls the first and the last.
from . import _logging as _logging
from . import _native
from . import _threads as _threads
from ._arguments import Default, pairs
from ._client_arguments import DEFAULTS, ClientArguments
from ._errors import InvalidArgumentError
from ._naming import named_for_class, with_options
from ._options import client_options
from ._pickling import Origin
from ._signature import ClientSignature
from ._usage import Usage

if TYPE_CHECKING:
    from typing_extensions import Unpack

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
        default: Default | None = None,
        **options: Unpack[ClientArguments],
    ) -> None:
        try:
            arguments: dict[str, Any] = {**options}
            arguments["headers"] = pairs(options.get("headers"), "headers")
            self._native = _native.Client(client_options(api_key, **arguments), self._is_async)
            self._origin = Origin({**arguments, "api_key": api_key}, self._native.holds_secret)
        finally:
            # Tools that report errors print the variables of each frame.
            arguments = {}
            del api_key, options
        if default is not None and not callable(default):
            raise TypeError(f"default must be callable, or None, not {type(default).__name__}")
        self._default = default
        self._connect()

    if TYPE_CHECKING:
        __signature__: ClassVar[Any]
    else:
        __init__ = named_for_class(with_options(DEFAULTS)(__init__))
        __signature__ = ClientSignature(__init__)

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
