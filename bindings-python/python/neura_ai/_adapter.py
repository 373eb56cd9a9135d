"""A request of another library's client, sent by ours: what the adapters share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from ._arguments import DEFAULT
from ._native import UNPACKED_CODINGS, Call, RequestOptions, Response

#: A name or a value of a header, as the other libraries have it.
_Text: TypeAlias = str | bytes
#: What the other libraries say of a connection that they would keep.
_KEPT = "keep-alive"


def missing(adapter: str, package: str, error: ModuleNotFoundError) -> ImportError:
    """The error for an adapter whose library is not there."""
    if error.name != package:
        return error  # The library is there, and lacks one of its own.
    return ImportError(f"{adapter} stands on {package}, which is not there: pip install {package}")


def call(
    method: str,
    url: str,
    headers: Iterable[tuple[_Text, _Text]],
    body: bytes,
    *,
    connect: Any = DEFAULT,
    read: Any = DEFAULT,
    max_retries: int | None,
) -> Call[Response]:
    """The request as a call of a client of ours; the body of its reply is read as it comes.

    :param url: in full: another origin than the client's is refused by the core.
    :param connect: seconds to be connected.
    :param read: seconds without a step of the server, before the reply's head and after it.
    """
    try:
        options = RequestOptions(
            headers=list(_headers(headers, url, len(body))),
            params=[],
            timeout=(connect, read),
            max_retries=max_retries,
            idempotency_key=None,
        )
        return Call.open(method, url, None, None, body or None, options)
    finally:
        # Tools that report errors print the variables of each frame.
        del headers


def _text(header: _Text) -> str:
    # Bytes that are no text come to the core as what it refuses, and are not quoted.
    return header.decode(errors="surrogateescape") if isinstance(header, bytes) else header


def _headers(
    given: Iterable[tuple[_Text, _Text]], url: str, length: int
) -> Iterator[tuple[str, str]]:
    """The headers but those in which the core says the same by itself; where they say
    something else, the core refuses them."""
    host = urlsplit(url).netloc.rpartition("@")[2].lower()
    same = {
        "host": host,
        "content-length": str(length),
        # The body is in memory by now, and goes out with its length.
        "transfer-encoding": "chunked",
        "connection": _KEPT,
    }
    for name, value in ((_text(name), _text(value)) for name, value in given):
        lower = name.lower()
        if same.get(lower) == value.strip().lower():
            continue
        yield name, _codings(value) if lower == "accept-encoding" else value


def _codings(accepted: str) -> str:
    """Of the codings that a library unpacks those that the core does, which unpacks for it."""
    known = (*UNPACKED_CODINGS, "identity")
    each = [coding.strip() for coding in accepted.split(",")]
    kept = [coding for coding in each if coding.partition(";")[0].strip().lower() in known]
    return ", ".join(kept) or "identity"


def told(reply: Response) -> Response:
    """The reply as a library is told of it: what it puts into its errors holds no secret."""
    return reply._without_secrets()


def reply_headers(reply: Response, method: str) -> list[tuple[str, str]]:
    """The reply's headers, but for what no longer holds of a body that the core unpacked."""
    pairs = reply._pairs
    packed = any(
        coding.strip().lower() in UNPACKED_CODINGS
        for name, value in pairs
        if name.lower() == "content-encoding"
        for coding in value.split(",")
    )
    if not packed or method == "HEAD":
        return pairs
    gone = ("content-encoding", "content-length")
    return [(name, value) for name, value in pairs if name.lower() not in gone]
