"""What is known of the HTTP reply behind an object or a stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ._headers import Headers
    from ._native import Response, Stream
    from ._object import Object


class ResponseInfo(NamedTuple):
    """The HTTP reply behind what a named call returned: its ``_response``."""

    status_code: int
    headers: Headers
    #: The service's name for the request, or None.
    request_id: str | None
    #: How often the request was sent.
    attempts: int
    #: As in ``Response.rate_limit``.
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
