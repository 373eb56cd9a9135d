"""Arguments of a call, in the manner of ``requests``, to what the native half takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import IO, Any, TypeAlias, TypedDict

from . import _json
from ._errors import InvalidArgumentError
from ._native import RequestOptions

Scalar: TypeAlias = str | int | float | bool | None
_Values: TypeAlias = Scalar | Iterable[Scalar]
Params: TypeAlias = Mapping[str, _Values] | Iterable[tuple[str, _Values]]
Data: TypeAlias = (
    bytes
    | bytearray
    | memoryview
    | str
    | Mapping[str, Any]
    | Sequence[tuple[str, Any]]
    | IO[bytes]
    | IO[str]
)
HeaderArgument: TypeAlias = Mapping[str, str] | Iterable[tuple[str, str]]
#: Makes of a value that JSON has no form for another that it has.
Default: TypeAlias = Callable[[Any], Any]
#: Seconds, None for no limit, or the pair (connect, read) of ``requests``.
Timeout: TypeAlias = float | tuple[float | None, float | None] | None

#: Stands for a time limit that was left out, since None means "no limit".
DEFAULT: Any = ...


class _Arguments(TypedDict, total=False):
    headers: HeaderArgument | None
    timeout: Timeout
    stream: bool
    max_retries: int | None
    idempotency_key: str | None
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


class SessionArguments(RequestArguments, total=False):
    """Those of ``Client.request``, and two of requests for what is so in any case."""

    allow_redirects: bool
    verify: bool


class SessionQueryArguments(QueryArguments, total=False):
    """As ``QueryArguments``, and two of requests for what is so in any case."""

    allow_redirects: bool
    verify: bool


class SessionJsonArguments(JsonArguments, total=False):
    """As ``JsonArguments``, and two of requests for what is so in any case."""

    allow_redirects: bool
    verify: bool


class SessionBodyArguments(BodyArguments, total=False):
    """As ``BodyArguments``, and two of requests for what is so in any case."""

    allow_redirects: bool
    verify: bool


class CallArguments(TypedDict, total=False):
    """The keyword arguments of every named call that are no part of its body."""

    extra_headers: HeaderArgument | None
    extra_query: Params | None
    timeout: Timeout
    max_retries: int | None
    idempotency_key: str | None


def call_options(
    *,
    extra_headers: HeaderArgument | None = None,
    extra_query: Params | None = None,
    timeout: Timeout = DEFAULT,
    max_retries: int | None = None,
    idempotency_key: str | None = None,
) -> RequestOptions:
    """The options of a named call."""
    try:
        headers = pairs(extra_headers, "extra_headers")
        return request_options(headers, extra_query, timeout, max_retries, idempotency_key)
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
            raise TypeError(f"{name} as a list must hold pairs: a name and a value each")
        return [(pair[0], pair[1]) for pair in found]
    finally:
        found = []
        del given


def query(params: Any) -> list[tuple[str, str]]:
    """``params=`` as pairs of text: a list repeats its name, None is left out."""
    if isinstance(params, (str, bytes)):
        raise TypeError("params is a mapping or a list of pairs; a query as text goes in the path")
    return [(name, _query_text(value)) for name, value in _spread(params, "params")]


def request_options(
    headers: list[tuple[str, str]],
    params: Params | None,
    timeout: Timeout,
    max_retries: int | None,
    idempotency_key: str | None,
) -> RequestOptions:
    """The options of any request."""
    try:
        return RequestOptions(
            headers=headers,
            params=query(params),
            timeout=timeout,
            max_retries=max_retries,
            idempotency_key=idempotency_key,
        )
    finally:
        del headers


def body(
    json: Any, data: Any, headers: HeaderArgument | None
) -> tuple[bytes | None, list[tuple[str, str]]]:
    """``data=`` as raw bytes, beside which there is no ``json=``, and the headers of both."""
    try:
        given = pairs(headers, "headers")
        if json is not None:
            if data is not None and data != {}:
                raise InvalidArgumentError("json and data are two bodies: give one of them")
            return None, given
        if not isinstance(data, (Mapping, list, tuple)):
            return _raw(data), given
        form = _form(data)
        if form and not any(str(name).lower() == "content-type" for name, _ in given):
            given.append(("Content-Type", "application/x-www-form-urlencoded"))
        return form, given
    finally:
        given = []
        del headers


def _form(data: Any) -> bytes:
    # Imported by the few calls that need it, as `numbers` below: both cost at start.
    from urllib.parse import urlencode

    # As in requests: values by str(), so True is "True", and nothing is no form.
    return urlencode(list(_spread(data, "data"))).encode()


def _raw(data: Any) -> bytes | None:
    if data is None or isinstance(data, bytes):
        return data
    if isinstance(data, str):
        return _json.encode(data, "data")
    if isinstance(data, (bytearray, memoryview)):
        return bytes(data)
    if hasattr(data, "read"):
        return _raw(data.read())
    kind = type(data).__name__
    raise TypeError(f"data must be bytes, str, a mapping or a list of pairs, not {kind}")


def _spread(given: Any, what: str) -> Iterator[tuple[Any, Any]]:
    """The pairs, once for each of several values, and not at all for None."""
    for name, values in pairs(given, what):
        several = isinstance(values, Iterable) and not isinstance(values, (str, bytes, Mapping))
        for value in values if several else (values,):
            if value is not None:
                yield name, value


def _query_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)  # an IntEnum's own text is its name
    from numbers import Number

    if isinstance(value, Number):
        return str(value)
    raise TypeError(f"a param is text, a number, a bool or None, not {type(value).__name__}")
