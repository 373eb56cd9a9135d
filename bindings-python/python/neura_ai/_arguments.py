"""Arguments of a call, in the manner of ``requests``, to what the native half takes."""

from __future__ import annotations

from collections.abc import AsyncIterable, Callable, Iterable, Iterator, Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any, Protocol, TypeAlias, TypedDict

from . import _json
from ._errors import InvalidArgumentError
from ._naming import with_options
from ._native import RequestOptions
from ._omitted import Omitted
from ._request_arguments import REQUEST_DEFAULTS, PlainArguments
from ._source import Source, source_of

if TYPE_CHECKING:
    from typing_extensions import Unpack

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
HeaderArgument: TypeAlias = Mapping[str, str] | Iterable[tuple[str, str]]
#: Makes of a value that JSON has no form for another that it has.
Default: TypeAlias = Callable[[Any], Any]


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

#: What a query as text may hold besides letters and digits; the escapes are the caller's.
_IN_QUERY = "!$%&'()*+,/:;=?@[]~"
#: Stands for a time limit that was left out, since None means "no limit".
DEFAULT: Any = ...


class _Arguments(PlainArguments, total=False):
    headers: HeaderArgument | None
    stream: bool
    default: Default | None


class QueryArguments(_Arguments, total=False):
    """The arguments of a verb whose ``params`` may stand second; see ``Client.request``."""

    json: Any
    data: Data | None


class BodyArguments(_Arguments, total=False):
    """The arguments of a verb whose ``data`` may stand second."""

    json: Any
    params: Params | None


class JsonArguments(_Arguments, total=False):
    """The arguments of a verb whose ``data`` and ``json`` may stand second and third."""

    params: Params | None


class RequestArguments(QueryArguments, total=False):
    """The arguments of ``Client.request``."""

    params: Params | None


class _Requests(TypedDict, total=False):
    """What verbs of requests take besides; see ``_refused``."""

    allow_redirects: bool | None
    auth: Any
    cert: Any
    cookies: Any
    files: Any
    hooks: Any
    proxies: Any
    verify: Any


class SessionArguments(RequestArguments, _Requests, total=False):
    """Those of ``Client.request``, and those of requests."""


class SessionQueryArguments(QueryArguments, _Requests, total=False):
    """As ``QueryArguments``, and those of requests."""


class SessionJsonArguments(JsonArguments, _Requests, total=False):
    """As ``JsonArguments``, and those of requests."""


class SessionBodyArguments(BodyArguments, _Requests, total=False):
    """As ``BodyArguments``, and those of requests."""


class CallArguments(PlainArguments, total=False):
    """The keyword arguments of every named call that are no part of its body."""

    extra_headers: HeaderArgument | None
    extra_query: QueryPairs | None


@with_options(REQUEST_DEFAULTS)
def call_options(
    *,
    extra_headers: HeaderArgument | None = None,
    extra_query: QueryPairs | None = None,
    **options: Unpack[PlainArguments],
) -> RequestOptions:
    """The options of a named call."""
    try:
        headers = pairs(extra_headers, "extra_headers")
        return request_options(headers, extra_query, options)
    finally:
        # Tools that report errors print the variables of each frame: so in all that follows.
        headers = []
        del extra_headers


def pairs(given: Any, name: str) -> list[tuple[Any, Any]]:
    """The pairs of a mapping, or of anything that already gives pairs."""
    if given is None:
        return []
    if isinstance(given, Mapping):
        return list(given.items())
    try:
        if isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
            kind = type(given).__name__
            raise TypeError(f"{name} must be a mapping or a list of pairs, not {kind}")
        found: list[Any] = list(given)
        if not all(isinstance(pair, (tuple, list)) and len(pair) == 2 for pair in found):
            raise TypeError(f"a list for {name} must contain pairs of a name and a value")
        return [(pair[0], pair[1]) for pair in found]
    finally:
        found = []
        del given


def query(params: Any) -> list[tuple[str, str]]:
    """``params=`` as pairs of text: a list repeats its name, None is left out."""
    return [(_query_name(name), _query_text(value)) for name, value in _spread(params, "params")]


def with_query(path: str, params: Any) -> tuple[str, Any]:
    """``params=`` that is text at the end of the path, and those that are still to be written."""
    if not isinstance(params, (str, bytes)):
        return path, params
    from urllib.parse import quote

    given = _json.encode(params, "params") if isinstance(params, str) else params
    # As in requests: a fragment is never sent.
    text = quote(given.partition(b"#")[0], safe=_IN_QUERY)
    if text and isinstance(path, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        path = path.partition("#")[0]
        path += ("&" if "?" in path else "?") + text
    return path, None


def request_options(
    headers: list[tuple[str, str]],
    params: Params | None,
    options: PlainArguments,
) -> RequestOptions:
    """The options of any request."""
    try:
        return RequestOptions(
            headers=headers,
            drop_foreign_credentials=False,
            params=query(params),
            **options,
        )
    finally:
        del headers


def body(
    json: Any, data: Any, headers: HeaderArgument | None
) -> tuple[bytes | Source | None, list[tuple[str, str]]]:
    """``data=`` as raw bytes or where they come from, beside which there is no ``json=``, and
    the headers of both."""
    try:
        given = pairs(headers, "headers")
        if json is not None:
            if data:  # As in requests: what is empty is no body beside another.
                raise InvalidArgumentError("give json or data, not both")
            return None, given
        if not isinstance(data, (Mapping, list, tuple)):
            return source_of(data, "data"), given
        form = _form(data)
        if form and not any(str(name).lower() == "content-type" for name, _ in given):
            given.append(("Content-Type", "application/x-www-form-urlencoded"))
        return form, given
    finally:
        given = []
        del headers


def _form(data: Any) -> bytes:
    # Imported by the few calls that need it: it costs at start.
    from urllib.parse import urlencode

    # As in requests: values by str(), so True is "True", and nothing is no form.
    written = [(_form_text(name), _form_text(value)) for name, value in _spread(data, "data")]
    return urlencode(written).encode()


def _form_text(value: Any) -> bytes:
    return value if isinstance(value, bytes) else _json.encode(str(value), "data")


def _spread(given: Any, what: str) -> Iterator[tuple[Any, Any]]:
    """The pairs, once for each of several values, and not at all for None."""
    for name, values in pairs(given, what):
        several = isinstance(values, Iterable) and not isinstance(values, (str, bytes, Mapping))
        for value in values if several else (values,):
            if value is not None:
                yield name, value


def _query_name(name: Any) -> str:
    if isinstance(name, bool) or not isinstance(name, (str, bytes, int, float)):
        kind = type(name).__name__
        raise TypeError(f"the name of a param must be text or a number, not {kind}")
    return _query_text(name)


def _query_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)  # an IntEnum's own text is its name
    if isinstance(value, bytes):
        # Bytes that are no text come to the core as what it refuses, and are not quoted.
        return value.decode(errors="surrogateescape")
    if isinstance(value, Mapping):
        kind = type(value).__name__
        raise TypeError(f"a param must be text, a number, a bool or None, not {kind}")
    return str(value)
