"""A request of another library's client, sent by ours: what the adapters share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from ._arguments import DEFAULT
from ._native import UNPACKED_CODINGS, Call, RequestOptions, Response
from ._source import Source

#: A name or a value of a header, as the other libraries have it.
_Text: TypeAlias = str | bytes
#: What the other libraries say of a connection that they would keep.
_KEPT = "keep-alive"


class Watched(Source):
    """A source that remembers its own errors.

    The library above has classes for the errors of the call, not for these."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._raised: BaseException | None = None
        self.length = source.length

    def read(self, size: int) -> bytes | None:
        try:
            return self._source.read(size)
        except BaseException as error:
            self._raised = error
            raise

    def rewind(self) -> bool:
        return self._source.rewind()

    def has_raised(self, error: BaseException) -> bool:
        """Whether it is an error of the source, to be asked once."""
        raised, self._raised = self._raised, None
        return raised is error


def is_of_body(error: BaseException, body: bytes | Source) -> bool:
    """Whether an error is what the caller's own body raised."""
    return isinstance(body, Watched) and body.has_raised(error)


def watched(body: bytes | Source | None) -> bytes | Source:
    """A body as the adapters send it."""
    return Watched(body) if isinstance(body, Source) else body or b""


def missing(adapter: str, package: str, error: ModuleNotFoundError) -> ImportError:
    """The error for an adapter whose library is not there."""
    if error.name != package:
        return error  # The library is there, and lacks one of its own.
    return ImportError(f"{adapter} needs {package}, which is not installed: pip install {package}")


def call(
    method: str,
    url: str,
    headers: Iterable[tuple[_Text, _Text]],
    body: bytes | Source,
    *,
    connect: Any = DEFAULT,
    read: Any = DEFAULT,
    max_retries: int | None,
    keep_authorization: bool,
) -> Call[Response]:
    """The request as a call of a client of ours; the body of its reply is read as it comes.

    :param url: in full: another origin than the client's is refused by the core.
    :param connect: seconds to be connected.
    :param read: seconds without a step of the server, before the reply's head and after it.
    :param keep_authorization: whether keys among the headers go out, of whatever service.
    """
    try:
        headers = list(headers)
        if isinstance(body, Source) and body.length is None:
            body.length = _length(headers)
        length = body.length if isinstance(body, Source) else len(body)
        options = RequestOptions(
            headers=list(_headers(headers, url, length)),
            content_type=None,
            drop_foreign_credentials=not keep_authorization,
            params=None,
            is_named=False,
            timeout=(connect, read),
            max_retries=max_retries,
        )
        return Call.open(method, url, None, None, body or None, options)
    finally:
        # Tools that report errors print the variables of each frame.
        del headers


def _text(header: _Text) -> str:
    # Bytes that are no text come to the core as what it refuses, and are not quoted.
    return header.decode(errors="surrogateescape") if isinstance(header, bytes) else header


def _length(headers: Iterable[tuple[_Text, _Text]]) -> int | None:
    """The length of a body that its library knows."""
    lengths = [_text(value) for name, value in headers if _text(name).lower() == "content-length"]
    return int(lengths[0]) if len(lengths) == 1 and lengths[0].isdecimal() else None


def _headers(
    given: Iterable[tuple[_Text, _Text]], url: str, length: int | None
) -> Iterator[tuple[str, str]]:
    """The headers but those in which the core says the same by itself; where they say
    something else, the core refuses them."""
    host = urlsplit(url).netloc.rpartition("@")[2].lower()
    same = {
        "host": host,
        "content-length": str(length),
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


def without_secrets(reply: Response) -> Response:
    """The reply for a library, which may put it into its errors: without secrets."""
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
