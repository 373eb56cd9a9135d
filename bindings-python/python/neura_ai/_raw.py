"""``with_raw_response``: what a call returns, with the facts of the HTTP reply."""

from __future__ import annotations

from collections.abc import Awaitable
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ._part import Explained, SdkNames
from ._response import ResponseInfo

if TYPE_CHECKING:
    from ._headers import Headers
    from ._object import Object

_Given_co = TypeVar("_Given_co", covariant=True)


class RawResponse(Explained, Generic[_Given_co]):
    """The reply behind what a named call returned, with the attributes of a ``ResponseInfo``."""

    _instead = "parse() gives the answer; the reply of a verb, as client.post, has its text"

    status_code: int
    headers: Headers
    request_id: str | None
    attempts: int
    rate_limit: Object

    def __init__(self, reply: ResponseInfo, parsed: _Given_co) -> None:
        vars(self).update(reply._asdict())
        self._parsed = parsed

    def parse(self) -> _Given_co:
        """What the call returns without ``with_raw_response``."""
        return self._parsed


class Raw:
    """The calls of a client or of one of its parts. ``_raw_calls.py`` has their types."""

    def __init__(self, of: SdkNames) -> None:
        self._of = of

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"'Raw' object has no attribute {name!r}")
        call = getattr(self._of, name)
        if isinstance(call, SdkNames):
            return Raw(call)
        if not callable(call):
            return call

        def raw(*arguments: Any, **named: Any) -> Any:
            try:
                given = call(*arguments, **named)
            finally:
                # Tools that report errors print the variables of each frame.
                del arguments, named
            return _awaited(given) if isawaitable(given) else _raw(given)

        return raw

    def __dir__(self) -> list[str]:
        return dir(self._of)


async def _awaited(given: Awaitable[Any]) -> Any:
    return _raw(await given)


def _raw(given: Any) -> Any:
    reply = getattr(given, "_response", None)
    # What a verb returns is the reply.
    return given if reply is None else RawResponse(reply, given)
