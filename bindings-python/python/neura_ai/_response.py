"""The reply of a verb, and what is known of the reply behind an object or a stream."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ._reading import Reading

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from ._async_stream import AsyncEventStream
    from ._headers import Headers
    from ._native import Stream
    from ._object import Object
    from ._stream import EventStream


class Response(Reading):
    """The server's reply, whatever its status. Its body is in memory, or with ``stream=True`` read
    as it comes."""

    __slots__ = ()

    def iter_events(self) -> EventStream:
        """The events of the body, which is an event stream, to the first whose data is
        ``[DONE]``."""
        from ._stream import EventStream

        return EventStream(self._events())

    async def aread(self) -> bytes:
        """Reads what is still to come, and returns the body: ``content`` for an event loop."""
        if not self._is_read:
            from ._body import settled

            await settled(self, self._begin_read)
        return self.content

    def aiter_events(self) -> AsyncEventStream:
        """As ``iter_events``, for ``async for``."""
        from ._async_stream import events_of

        return events_of(self)

    async def aclose(self) -> None:
        """As ``close``, which does not wait either."""
        self.close()

    def __iter__(self) -> Iterator[bytes]:
        return self.iter_content(128)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


Response.__module__ = "neura_ai"


class RequestInfo(NamedTuple):
    """What was asked: the ``request`` of a ``Response`` and of an error.

    :ivar method: as ``POST``.
    :ivar url: the whole URL, with its query.

    >>> import neura_ai
    >>> neura_ai.get("/models").request
    <Request [GET]>
    """

    method: str
    url: str

    def __repr__(self) -> str:
        # Without the URL: a program may have put anything into a query.
        return f"<Request [{self.method}]>"


class ResponseInfo(NamedTuple):
    """The HTTP reply behind what a named call returned: its ``_response``.

    :ivar status_code: the HTTP status, as 200.
    :ivar headers: the reply's headers.
    :ivar request_id: the service's name for the request, or None.
    :ivar attempts: how often the request was sent.
    :ivar rate_limit: as in ``Response.rate_limit``.

    >>> import neura_ai
    >>> models = neura_ai.Client().models.list()
    >>> models._response.status_code, models._response.attempts
    (200, 1)
    """

    status_code: int
    headers: Headers
    request_id: str | None
    attempts: int
    rate_limit: Object

    @classmethod
    def of(cls, reply: Stream) -> ResponseInfo:
        """What outlives a reply once its body was read."""
        return cls(
            reply.status_code,
            reply.headers,
            reply.request_id,
            reply.attempts,
            reply.rate_limit,
        )
