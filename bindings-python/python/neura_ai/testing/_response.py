"""A reply without a server."""

from __future__ import annotations

from types import NoneType
from typing import TYPE_CHECKING, Any

from .._native import dumps, made_response

if TYPE_CHECKING:
    from .._arguments import HeaderArgument
    from .._response import Response


def response(
    status_code: int = 200,
    *,
    json: Any = None,
    text: str | None = None,
    content: bytes = b"",
    headers: HeaderArgument | None = None,
    url: str = "",
) -> Response:
    """A ``Response`` without a server, as a verb returns it. The body is one of ``json``,
    ``text`` and ``content``; the Content-Type follows from it unless ``headers`` has one.

    >>> import neura_ai
    >>> error = {"message": "Slow down.", "code": "rate_limit_exceeded"}
    >>> reply = neura_ai.testing.response(429, json={"error": error}, headers={"Retry-After": "2"})
    >>> neura_ai.RateLimitError("no more", response=reply).retry_after
    2.0

    :param url: the URL that was asked.
    :raises TypeError: the body is given twice, or is of another type.
    :raises InvalidArgumentError: the status is not one of 200 to 599.
    """
    if (json is not None) + (text is not None) + (content != b"") > 1:
        raise TypeError("response takes one of json, text and content")
    if not isinstance(text, (str, NoneType)):
        raise TypeError(f"text must be a str, not {type(text).__name__}")
    if not isinstance(content, (bytes, bytearray)):
        raise TypeError(f"content must be bytes, not {type(content).__name__}")
    media_type = None
    if json is not None:
        content, media_type = dumps(json), "application/json"
    elif text is not None:
        content, media_type = text.encode(), "text/plain; charset=utf-8"
    return made_response(status_code, url, headers or {}, content, media_type)
