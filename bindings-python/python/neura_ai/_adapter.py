"""A request of another library's client, sent by ours: what the adapters share."""

from __future__ import annotations

from ._native import UNPACKED_CODINGS
from ._response import Response
from ._source import Source


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
