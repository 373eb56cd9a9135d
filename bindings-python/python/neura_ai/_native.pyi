"""The native half: handles that the package's own classes stand on.

Made from bindings-python/src by `make options`; edit there.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from types import GenericAlias
from typing import Any, Generic, TypeVar, final

from typing_extensions import Self, disjoint_base

from ._headers import Headers
from ._object import Object
from ._response import RequestInfo, Response
from ._source import Source
from .types import ChatCompletion

_Given = TypeVar("_Given")
_Declared = TypeVar("_Declared", bound=Callable[..., Any])
_Text = str | bytes

__all__ = [
    "CLOSED_BODY",
    "CLOSED_STREAM",
    "FOREIGN_CREDENTIALS",
    "UNPACKED_CODINGS",
    "VERSION",
    "AttributeDict",
    "Batches",
    "Call",
    "Client",
    "DefaultClient",
    "Event",
    "LazyInfo",
    "MemberNames",
    "Method",
    "NewReply",
    "Port",
    "Question",
    "Reply",
    "Stream",
    "afford_line",
    "afford_piece",
    "before_fork",
    "chunk_size",
    "class_within",
    "dumps",
    "instead",
    "library_call",
    "loads",
    "made_response",
    "method",
    "near_miss",
    "quoted",
    "restore_response",
    "write_usage",
]

CLOSED_BODY: str
CLOSED_STREAM: str
FOREIGN_CREDENTIALS: list[str]
UNPACKED_CODINGS: list[str]
VERSION: str

def afford_line(length: int, wanted: int | None = None) -> None:
    """Checks that ``wanted`` bytes can be had for a line of ``length`` bytes; without ``wanted`` it
    is known that they cannot."""

def afford_piece(length: int, wanted: int | None = None) -> None:
    """The same for a piece of a body."""

def before_fork() -> None:
    """As ``write_usage``, before a fork. It ends the thread that writes later: Python warns when
    other threads run."""

def chunk_size(value: Any) -> int | None:
    """``chunk_size=``: how many bytes a piece may have, None for any number."""

def class_within(of: type[Object], member: str) -> type[Object]:
    """The class of an object, or of those in a list, that stands under ``member`` in one of
    ``of``."""

def dumps(value: Any, default: Callable[[Any], Any] | None = None) -> bytes:
    """The JSON text of a value, as UTF-8; see ``write``."""

def instead(name: str) -> str | None:
    """What to do in place of what another library's option of this name does, or None."""

def library_call(
    method: str,
    url: str,
    headers: list[tuple[_Text, _Text]],
    body: bytes | Source,
    limits: tuple[Any, Any],
    max_retries: int,
    keep_authorization: bool,
) -> Call[Response]:
    """The request as a call; the body of its reply is read as it comes.  ``url`` is in full: the
    core refuses another origin than the client's. ``limits`` are the seconds to be connected, and
    those without a step of the server. ``keep_authorization``: keys among the headers go out, of
    whatever service."""

def loads(text: str, objects: bool) -> Any:
    """The value of JSON text; see ``read``."""

def made_response(
    status: Any,
    url: str,
    headers: Any,
    body: bytes,
    media_type: str | None,
) -> Response:
    """The reply that a test made; ``headers`` are a mapping or pairs."""

def method(declared: _Declared) -> _Declared:
    """Has a declared function run here."""

def near_miss(given: str, known: list[str]) -> str | None:
    """Which of the known names was probably meant by another one, or None."""

def quoted(text: str) -> str:
    """What a caller gave, as a message quotes it: a key in its place is masked."""

def restore_response(facts: str, body: bytes, encoding: str | None) -> Response:
    """The reply that ``pickle`` kept."""

def write_usage() -> None:
    """Writes to ``NEURA_USAGE_FILE`` what is not written yet."""

class AttributeDict(dict[str, Any]):
    """A dict whose members are attributes too: the base of ``neura_ai.Object``."""

    def __getattribute__(self, name: str, /) -> Any: ...
    def __setattr__(self, name: str, value: Any, /) -> None: ...
    def __delattr__(self, name: str, /) -> None: ...

@disjoint_base
class Batches:
    """Iterates over the items of batches. A subclass has the method ``_next_batch``, which returns
    the next batch, an iterable without code in Python, or None at the end. Unlike a generator's
    code, it is called again after an error and after the end; and a batch that raises an error is
    asked again."""

    def __new__(cls, *_arguments: Any, **_options: Any) -> Self:
        """The arguments are those of the subclass."""
    def __iter__(self) -> Self: ...
    def __next__(self) -> Any | None: ...
    def _drop_batch(self) -> bool:
        """Drops the items that were not taken. Returns whether there were any."""

@final
class Call(Generic[_Given]):
    """One call, to be run once. In the stubs it has the type of its outcome."""

    def again(self) -> Call[_Given]:
        """The same call once more, if it can be made so."""
    def __class_getitem__(cls, key: Any) -> GenericAlias: ...

@final
class Client:
    """A client of the core, until it is closed. Any number of threads may use it."""

    def run(self, call: Call[_Given]) -> _Given:
        """Runs a call and waits for its outcome."""
    def begin(self, port: Port, call: Call[Any], asked: bool) -> int:
        """Begins a call whose outcome arrives at ``port`` under the number returned. ``asked``: a
        callable that is asked for a key needs it."""
    def copy(self) -> Self:
        """Another handle of the same client, to be closed by itself."""
    def usage(self) -> Object:
        """How much each key was used, as a ``neura_ai.Object``."""
    @property
    def shown(self) -> tuple[str, str] | None:
        """The base URL, and the mask of the key or else the sort of place that is to give it; None
        once the client is closed."""
    def holds_secret(self, text: str) -> bool:
        """Whether a text holds a secret of the client's: such a text is never written down."""
    @property
    def callable(self) -> Callable[[], Any] | None:
        """Whom the core asks for the key, or None."""
    @property
    def default(self) -> Callable[[Any], Any] | None:
        """What a body's values are given to that JSON has no form for, or None."""
    @property
    def on_attempt(self) -> Callable[..., object] | None:
        """What is called after each attempt, or None."""
    def url(self, path: str) -> str:
        """The URL that a request to ``path`` would ask."""
    @property
    def base_url(self) -> str: ...
    def close_idle(self) -> None:
        """Closes the connections that rest; of a closed client there are none to be found."""
    def close(self) -> None:
        """Lets go of the core's client; calls that run keep it until they end."""

@final
class DefaultClient(Generic[_Given]):
    """A client that is made at the first use."""

    def __new__(cls) -> Self: ...
    def get(self, make: Callable[[], _Given]) -> _Given:
        """The client; calls ``make`` if it was not made yet."""
    def forget(self) -> None:
        """The next use makes another client. Calls that run keep theirs."""
    def __class_getitem__(cls, key: Any) -> GenericAlias: ...

@final
class Event:
    """An event as it came: ``event`` is "message" where the server named none."""

    __match_args__: tuple[str, str, str]
    def __new__(cls, event: str, data: str, id: str) -> Self: ...
    @property
    def event(self) -> str:
        """The name that the server gave the event, else "message"."""
    @property
    def data(self) -> str:
        """The text of its ``data`` lines."""
    @property
    def id(self) -> str:
        """The last id that the server gave, else ""."""
    def json(self, **options: Any) -> Any:
        """The data as JSON; ``options`` are those of ``json.loads``. Data that is not JSON is a
        ``DecodeError``, and a ``json.JSONDecodeError`` too."""
    def __getnewargs__(self) -> tuple[str, str, str]:
        """For ``pickle`` and ``copy``."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class LazyInfo:
    """It stands in the slot ``_response`` of an object: few programs look there, and making a
    ``ResponseInfo`` costs as much as a call."""

@final
class MemberNames:
    """Iterates over names, which are plain texts. An error that ends the loop because a name has
    not the attribute or the member that a chunk has gets a note: the program took a whole answer
    for a stream."""

    def __new__(cls, names: Iterable[str]) -> Self: ...
    def __iter__(self) -> Self: ...
    def __next__(self) -> str: ...

@final
class Method:
    """A function that Python declares: its parameters and its documentation. Its call runs here."""

    def __get__(self, instance: Any, owner: Any = None, /) -> Any: ...
    def __call__(self, *arguments: Any, **named: Any) -> Any: ...
    def __reduce__(self) -> Any:
        """For ``pickle`` and ``copy``, which find it by its name."""

@final
class NewReply:
    """A reply on its way into an object of the class that Python makes of it."""

@final
class Port:
    """The open calls of one event loop. Outcomes gather until ``take``; the first to come since
    then wakes the loop, and the others ride along."""

    def __new__(cls, wake: Callable[[], None] | None) -> Port:
        """A port that wakes its loop through the descriptor ``fileno``, or else calls ``wake`` from
        any thread."""
    def fileno(self) -> int | None:
        """The descriptor that can be read when there is something to take."""
    def take(self) -> list[tuple[int, Any, BaseException | None]]:
        """What came since the last time, in order: ``(number, value, None)``, or ``(number, None,
        exception)``."""
    def cancel(self, id: int) -> None:
        """Settles a call as cancelled, and closes its connection."""
    def stop(self, seconds: float) -> bool:
        """Cancels every open call, takes no more, and waits up to ``seconds`` for those that
        run."""

@final
class Question:
    """A call's question to the callable that gives its client's key, and that its event loop
    knows."""

    def answer(self, given: Any) -> None:
        """The key that the callable returned; a value that is not text is an error."""
    def fail(self, raised: BaseException) -> None:
        """What it raised instead."""

@disjoint_base
class Reply:
    """What ``neura_ai.Response`` stands on, which says how its body is read as it comes."""

    def __new__(cls, reply: NewReply) -> Self: ...
    @property
    def status_code(self) -> int:
        """The HTTP status, as 200."""
    @property
    def reason(self) -> str:
        """The words that the server sent with the status, as "Not Found"; empty if it sent none, or
        others than ASCII."""
    @property
    def history(self) -> list[Response]:
        """Always empty: redirects are not followed."""
    @property
    def next(self) -> None:
        """Always None: redirects are not followed."""
    @property
    def cookies(self) -> dict[str, str]:
        """Always empty: cookies are not kept. The server's stand in ``headers["set-cookie"]``."""
    @property
    def is_redirect(self) -> bool:
        """Whether this is a redirect that names its target, in ``headers["location"]``."""
    @property
    def is_permanent_redirect(self) -> bool:
        """Whether it is one for good."""
    @property
    def links(self) -> dict[str, dict[str, str]]:
        """The Link header: each link by its ``rel``, or else by its ``url``."""
    @property
    def ok(self) -> bool:
        """Whether the status is one of 200 to 299."""
    @property
    def url(self) -> str:
        """The URL that was asked."""
    @property
    def request(self) -> RequestInfo:
        """What was asked: its ``method`` and ``url``."""
    @property
    def headers(self) -> Headers:
        """The reply's headers: a mapping that knows no difference of case."""
    @property
    def content(self) -> bytes:
        """The body as it came. What is still to come of a stream is read first."""
    @property
    def text(self) -> str:
        """The body as text, read by ``encoding``; what that cannot read becomes U+FFFD."""
    @property
    def apparent_encoding(self) -> str:
        """What the body itself looks like, for a server that names a wrong charset: "utf-8", or
        else "ISO-8859-1"."""
    @property
    def encoding(self) -> str:
        """How ``text`` and ``decode_unicode`` read the body: the charset of the Content-Type, else
        "utf-8". Another may be set."""
    @encoding.setter
    def encoding(self, encoding: str | None) -> None: ...
    @property
    def elapsed(self) -> timedelta:
        """From the sending of the request to the headers of the reply, of the last attempt."""
    @property
    def request_id(self) -> str | None:
        """The service's name for this request, or None."""
    @property
    def attempts(self) -> int:
        """How often the request was sent."""
    @property
    def rate_limit(self) -> Object:
        """What the server said of its limits: ``requests`` and ``tokens``, each with ``limit``,
        ``remaining`` and ``reset_ms``, None where it said nothing."""
    def json(self, **options: Any) -> Any:
        """The body as JSON; ``options`` are those of ``json.loads``. A body that is not JSON is a
        ``DecodeError``, and a ``json.JSONDecodeError`` too."""
    def raise_for_status(self) -> None:
        """Raises the error of a status outside 200 to 299; its ``response`` is this one. The words
        of a body that is still to come are waited for, 2 s at most; an ``AsyncClient`` did so
        before it returned the reply."""
    def close(self) -> None:
        """Closes the connection of a body that was not read to its end. Closing twice is fine."""
    def __bool__(self) -> bool: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        """For ``pickle``. What is still to come of a body is read first; every secret of the client
        is left out, also where the server sent it."""
    def __copy__(self) -> Response:
        """Another of the same reply. What is still to come of a body is read first."""
    def __deepcopy__(self, _seen: Any) -> Response: ...
    def _piece(self, most: int) -> bytes | None: ...
    def _ready_piece(self, most: int) -> bytes | None:
        """At most ``most`` bytes that have arrived; None if there are none yet."""
    def _begin_piece(self, port: Port, most: int) -> int: ...
    def _begin_read(self, port: Port) -> int: ...
    def _events(self) -> Stream: ...
    def _begin_events(self, port: Port) -> int: ...
    @property
    def _pairs(self) -> list[tuple[str, str]]:
        """The headers one by one; a repeated name is repeated here."""
    def _without_secrets(self) -> Response:
        """The same reply without the client's secrets, for another library. It takes over the rest
        of the body."""
    @property
    def _is_read(self) -> bool:
        """Whether the body is all in memory."""
    @property
    def _is_open(self) -> bool:
        """Whether a connection is held."""

@final
class Stream:
    """A stream of the core. The connection goes with the last item, an error, ``close`` or the
    handle itself, whichever is first."""

    @property
    def status_code(self) -> int: ...
    @property
    def headers(self) -> Headers: ...
    @property
    def request_id(self) -> str | None: ...
    @property
    def attempts(self) -> int: ...
    @property
    def rate_limit(self) -> Object: ...
    def next(self) -> Any | None:
        """The next event, or the next chunk of chat; None at the end."""
    def ahead(self) -> Any | None:
        """An item that has already arrived, or None."""
    def begin_next(self, port: Port) -> int:
        """Begins to wait for the next item for an event loop; it arrives under the number returned,
        or None at the end."""
    def whole(self) -> ChatCompletion:
        """The answer of a chat, once what is left was read: an object in the form of a
        completion."""
    def begin_whole(self, port: Port) -> int:
        """As ``whole``, for an event loop; it arrives under the number returned."""
    @property
    def is_open(self) -> bool:
        """Whether the stream is still to be read or closed."""
    def close(self) -> None:
        """Closes the connection at once; a thread that waits in ``next`` is woken."""
