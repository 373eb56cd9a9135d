"""What is known of the HTTP reply behind an object or a stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ._headers import Headers
    from ._native import Response, Stream
    from ._object import Object


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
    def of(cls, reply: Response | Stream) -> ResponseInfo:
        """What outlives a reply once its body was read."""
        return cls(
            reply.status_code,
            reply.headers,
            reply.request_id,
            reply.attempts,
            reply.rate_limit,
        )
