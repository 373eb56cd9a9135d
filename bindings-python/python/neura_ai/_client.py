"""The client, and what both clients have in common."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

# The native half calls both. What says why a key fails is there before no descriptors are left to
# import it.
from . import _diagnose as _diagnose, _logging as _logging, _threads as _threads
from ._arguments import DEFAULT, ApiKey
from ._create import Embeddings
from ._errors import InvalidArgumentError
from ._models import Chat, Models
from ._native import method
from ._part import SdkNames
from ._response import Response
from ._stream import EventStream
from ._usage import Usage
from ._verbs import Verbs

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from ._arguments import CallArguments, HeaderArgument, QueryPairs, Timeout
    from ._native import Client as NativeClient
    from ._object import Object
    from ._pickling import Origin
    from ._raw_calls import RawClient

_Key = TypeVar("_Key")
_Reply = TypeVar("_Reply")
_Events = TypeVar("_Events")
_Self = TypeVar("_Self", bound="ClientBase[Any, Any, Any]")

#: What a client makes for itself; its other attributes are a subclass's own.
_OURS = ("_native", "_origin", "chat", "models", "embeddings")


class ClientBase(Verbs[_Key, _Reply, _Events], SdkNames):
    """What both clients do alike."""

    #: Whether an event loop waits for calls, or a thread does.
    _is_async: ClassVar[bool]
    _native: NativeClient
    _origin: Origin

    def _connect(self, native: NativeClient, origin: Origin) -> None:
        """Takes what a client is made of, and gives it its named calls."""
        self._native = native
        self._origin = origin

    @method
    def set_api_key(self, key: str) -> None:
        """Uses ``key`` from the next request on; those in flight end with the old one.

        :raises MalformedAPIKeyError: no key can look like this; the old one stays.
        :raises ConfigError: the base URL came from the file of the old key, and goes with
            that file's keys alone; the old key stays.
        """
        raise NotImplementedError

    @method
    def with_options(
        self: _Self,  # Editors that use Jedi do not follow Self in a base class.
        *,
        timeout: Timeout = DEFAULT,
        connect_timeout: float | None = DEFAULT,
        idle_timeout: float | None = DEFAULT,
        max_retries: int | None = None,
        headers: HeaderArgument | None = None,
        default_headers: HeaderArgument | None = None,
        default_query: QueryPairs | None = None,
    ) -> _Self:
        """Another client that shares this one's key and connections, and is closed by itself.

        Its calls have these options, which are those of ``Client``; what is left out is as in
        this client. A header or parameter is added, or replaces that of the same name. ::

            quick = client.with_options(timeout=5, max_retries=0)
        """
        raise NotImplementedError

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

    def __copy__(self) -> Self:
        """Another client that shares this one's key and connections, and is closed by itself."""
        made = self._handle()
        vars(made).update(self._more())
        return made

    def __deepcopy__(self, seen: dict[int, Any]) -> Self:
        """As a copy, with the attributes of a subclass copied in depth."""
        from copy import deepcopy

        made = self._handle()
        seen[id(self)] = made  # An attribute may refer to the client.
        vars(made).update(deepcopy(self._more(), seen))
        return made

    def _handle(self) -> Self:
        made = type(self).__new__(type(self))
        made._connect(self._native.copy(), self._origin)
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
            "default": self._native.default,
            "on_attempt": self._native.on_attempt,
        }
        return _made_again, (type(self), arguments), self._more() or None

    def _more(self) -> dict[str, Any]:
        """The attributes of a subclass."""
        return {name: value for name, value in vars(self).items() if name not in _OURS}


def _made_again(of: type[ClientBase[Any, Any, Any]], arguments: dict[str, Any]) -> Any:
    """A client from ``pickle``."""
    made = of.__new__(of)
    changes = arguments.pop("changes", ())
    # Not a subclass's own, whose arguments are its own too.
    ClientBase.__init__(made, **arguments)  # pyright: ignore[reportUnknownMemberType]
    for options in changes:
        made = made.with_options(**options)
    return made


class Client(ClientBase[ApiKey, Response, EventStream]):
    """A client of the NeuraAI API. Any number of threads may use one at once.

    Every argument may be left out: the key is looked for in the environment and in files.
    ``help(neura_ai.Client.__init__)`` explains each. ::

        with neura_ai.Client() as client:
            reply = client.chat.completions.create(
                model="gpt-5", messages=[{"role": "user", "content": "Hello!"}]
            )
            print(reply.choices[0].message.content)

    :ivar chat: ``chat.completions.create``.
    :ivar models: ``models.list`` and ``models.retrieve``.
    :ivar embeddings: ``embeddings.create``.
    """

    _is_async = False

    # For those who look at the class; each client has its own.
    chat: Chat = Chat()
    models: Models = Models()
    embeddings: Embeddings = Embeddings()

    if TYPE_CHECKING:

        @property
        def with_raw_response(self) -> RawClient: ...

    def _connect(self, native: NativeClient, origin: Origin) -> None:
        super()._connect(native, origin)
        self.chat = Chat(native)
        self.models = Models(native)
        self.embeddings = Embeddings(native)

    @method
    def check(self, **arguments: Unpack[CallArguments]) -> Object:
        """Asks ``GET /models`` whether the key works; raises no error of the service.

        :returns: ``ok``, ``kind`` (of the error, or None), ``status``, ``message``,
            ``key`` (source and mask), ``latency_ms``, ``request_id`` and ``models`` (how
            many).
        """
        raise NotImplementedError

    @method
    def auth_headers(self) -> dict[str, str]:
        """The ``Authorization`` header, for another tool. It holds the key itself."""
        raise NotImplementedError

    def close(self) -> None:
        """Closes the client: calls that run end as they would, later ones are refused."""
        self._native.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
