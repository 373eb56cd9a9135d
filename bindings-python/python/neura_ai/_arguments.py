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
#: Seconds, None for no limit, or the pair (connect, idle) of ``requests``.
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
    return request_options(pairs(extra_headers), extra_query, timeout, max_retries, idempotency_key)


def pairs(given: Any) -> list[tuple[Any, Any]]:
    """The pairs of a mapping, or of anything that already gives pairs."""
    if given is None:
        return []
    return list(given.items() if isinstance(given, Mapping) else given)


def query(params: Any) -> list[tuple[str, str]]:
    """``params=`` as pairs of text: a list repeats its name, None is left out."""
    if isinstance(params, (str, bytes)):
        raise TypeError("params is a mapping or a list of pairs; a query as text goes in the path")
    return [(name, _query_text(value)) for name, value in _spread(params)]


def request_options(
    headers: list[tuple[str, str]],
    params: Params | None,
    timeout: Timeout,
    max_retries: int | None,
    idempotency_key: str | None,
) -> RequestOptions:
    """The options of any request."""
    return RequestOptions(
        headers=headers,
        params=query(params),
        timeout=timeout,
        head_timeout=DEFAULT,
        max_retries=max_retries,
        idempotency_key=idempotency_key,
    )


def body(
    json: Any, data: Any, headers: HeaderArgument | None
) -> tuple[bytes | None, list[tuple[str, str]]]:
    """``data=`` as raw bytes, beside which there is no ``json=``, and the headers of both."""
    given = pairs(headers)
    if json is None:
        if not isinstance(data, (Mapping, list, tuple)):
            return _raw(data), given
        # Imported by the few calls that need it, as `numbers` below: both cost at start.
        from urllib.parse import urlencode

        # As in requests: values by str(), so True is "True", and nothing is no form.
        form = urlencode(list(_spread(data))).encode()
        if form and not any(str(name).lower() == "content-type" for name, _ in given):
            given.append(("Content-Type", "application/x-www-form-urlencoded"))
        return form, given
    if data is not None and data != {}:
        raise InvalidArgumentError("json and data are two bodies: give one of them")
    return None, given


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


def _spread(given: Any) -> Iterator[tuple[Any, Any]]:
    """The pairs, once for each of several values, and not at all for None."""
    for name, values in pairs(given):
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
