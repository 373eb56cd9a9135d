"""What the arguments of a client and of a call may be."""

from __future__ import annotations

from collections.abc import AsyncIterable, Awaitable, Callable, Iterable, Mapping, Sequence
from typing import IO, Any, Protocol, TypeAlias

from ._omitted import Omitted
from ._request_arguments import PlainArguments

#: A key, several of which the first is preferred, or a callable that returns one.
ApiKey: TypeAlias = str | list[str] | tuple[str, ...] | Callable[[], str]
#: The same for an ``AsyncClient``, whose callable may return what is awaited for the key.
AsyncApiKey: TypeAlias = ApiKey | Callable[[], Awaitable[str]]

#: Values are text, numbers, booleans, None, whatever else has a text, and lists of these.
QueryPairs: TypeAlias = Mapping[str, Any] | Mapping[int, Any] | Iterable[tuple[str | int, Any]]
#: The whole query may also be text, with its escapes.
Params: TypeAlias = QueryPairs | str | bytes
Data: TypeAlias = (
    bytes
    | bytearray
    | memoryview
    | str
    | Mapping[str, Any]
    | Sequence[tuple[str, Any]]
    | IO[bytes]
    | IO[str]
    | Iterable[bytes]
    | AsyncIterable[bytes]
)
#: What one file may be: open, its content, or the pieces of that.
File: TypeAlias = IO[bytes] | IO[str] | bytes | str | Iterable[bytes] | AsyncIterable[bytes]
FileArgument: TypeAlias = (
    File
    | tuple[str | None, File]
    | tuple[str | None, File, str | None]
    | tuple[str | None, File, str | None, "HeaderArgument | None"]
)
#: None is left out.
Files: TypeAlias = Mapping[str, FileArgument | None] | Iterable[tuple[str, FileArgument | None]]
HeaderArgument: TypeAlias = Mapping[str, str] | Iterable[tuple[str, str]]
#: Makes of a value that JSON has no form for another that it has.
Default: TypeAlias = Callable[[Any], Any]


#: Called with the bytes so far, and with their sum if it is known; True for a bar of ``tqdm``.
Progress: TypeAlias = Callable[[int, int | None], object] | bool


class SplitTimeout(Protocol):
    """Limits apart from each other, as ``httpx.Timeout`` has them."""

    @property
    def connect(self) -> float | None:
        """Seconds to be connected."""

    @property
    def read(self) -> float | None:
        """Seconds between two pieces of a reply."""


#: Seconds, None for no limit, or the pair (connect, read) of ``requests``, which an
#: ``httpx.Timeout`` may hold too.
Timeout: TypeAlias = float | tuple[float | None, float | None] | SplitTimeout | Omitted | None


#: Stands for a time limit that was left out, since None means "no limit".
DEFAULT: Any = ...


class CallArguments(PlainArguments, total=False):
    """The keyword arguments of every named call that are no part of its body."""

    extra_headers: HeaderArgument | None
    extra_query: QueryPairs | None
