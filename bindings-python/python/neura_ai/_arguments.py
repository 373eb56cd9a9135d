"""Arguments of a call, in the manner of ``requests``, to what the native half takes."""

from __future__ import annotations

from collections.abc import AsyncIterable, Callable, Iterable, Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any, Protocol, TypeAlias, TypedDict

from . import _json
from ._errors import InvalidArgumentError
from ._naming import with_options
from ._native import RequestOptions, spread_pairs
from ._native import pairs as pairs
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
        return RequestOptions(
            headers=extra_headers,
            content_type=None,
            drop_foreign_credentials=False,
            params=extra_query,
            is_named=True,
            **options,
        )
    finally:
        # Tools that report errors print the variables of each frame: so in all that follows.
        del extra_headers


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
    headers: HeaderArgument | None,
    content_type: str | None,
    params: Params | None,
    options: PlainArguments,
) -> RequestOptions:
    """The options of any request."""
    try:
        return RequestOptions(
            headers=headers,
            content_type=content_type,
            drop_foreign_credentials=False,
            params=params,
            is_named=False,
            **options,
        )
    finally:
        del headers


def body(json: Any, data: Any) -> tuple[bytes | Source | None, str | None]:
    """``data=`` as raw bytes or where they come from, beside which there is no ``json=``, and
    its type where that is known."""
    if json is not None:
        if data:  # As in requests: what is empty is no body beside another.
            raise InvalidArgumentError("give json or data, not both")
        return None, None
    if not isinstance(data, (Mapping, list, tuple)):
        return source_of(data, "data"), None
    form = _form(data)
    return form, "application/x-www-form-urlencoded" if form else None


def _form(data: Any) -> bytes:
    # Imported by the few calls that need it: it costs at start.
    from urllib.parse import urlencode

    # As in requests: values by str(), so True is "True", and nothing is no form.
    pairs = spread_pairs(data, "data")
    return urlencode([(_form_text(name), _form_text(value)) for name, value in pairs]).encode()


def _form_text(value: Any) -> bytes:
    return value if isinstance(value, bytes) else _json.encode(str(value), "data")
