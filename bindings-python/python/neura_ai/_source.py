"""Bodies of requests that are read a piece at a time while they go out."""

from __future__ import annotations

import io
from collections.abc import AsyncIterable, Iterable, Iterator
from typing import Any

from . import _json

#: What is larger goes out in pieces of this size, where it cannot be shared with the core.
PIECE = 2**20


class Source:
    """What the core reads a body from, on the thread that makes the call."""

    #: How many bytes will come in all; None where that is not known.
    length: int | None = None

    def read(self, size: int) -> bytes | None:
        """The next bytes, b"" at the end; more than ``size`` are kept for later. None where
        nothing has come yet, so that the core looks at the call and asks again."""
        raise NotImplementedError

    def rewind(self) -> bool:
        """Begins anew, if it can."""
        return False

    def start(self) -> None:
        """The event loop that runs is to send it."""

    def close(self) -> None:
        """Its call is over."""


class View(Source):
    """Memory that may change, and so cannot be shared."""

    def __init__(self, given: bytearray | memoryview) -> None:
        self._given = given
        self._at = 0
        self.length = given.nbytes if isinstance(given, memoryview) else len(given)

    def read(self, size: int) -> bytes:
        # Not held between two pieces: a bytearray cannot grow meanwhile.
        end = self._at + min(size, PIECE)
        with memoryview(self._given) as view, view.cast("B") as flat, flat[self._at : end] as part:
            piece = bytes(part)
        self._at += len(piece)
        return piece

    def rewind(self) -> bool:
        self._at = 0
        return True


class File(Source):
    """A file, or what reads like one, from where it stands."""

    def __init__(self, file: Any, what: str) -> None:
        self._file = file
        self._what = what
        self._position: int | None = None
        self._begun = False
        try:
            empty = file.read(0)
        except TypeError:
            empty = None  # It takes no size, and gives all that it has.
        self._takes_size = empty is not None
        if not isinstance(empty, str):
            self.length = self._count()
        elif isinstance(file, io.TextIOBase):
            # How many bytes a text has is known when it was read. Other readers of text, as of
            # `codecs`, stand before the place that their `tell` gives.
            self._count()
        self._left = self.length

    def _count(self) -> int | None:
        """How many bytes are left, and where to begin anew, if that can be said."""
        try:
            if not getattr(self._file, "seekable", _yes)():
                return None
            position = self._file.tell()
            end = self._file.seek(0, 2)
            # A file of /proc says that it is empty, and is not.
            more = end == position and (not self._takes_size or self._file.read(1))
            self._file.seek(position)
        except (AttributeError, OSError, TypeError, ValueError):
            length = getattr(self._file, "len", None)
            return length if isinstance(length, int) else None
        self._position = position
        return max(end - position, 0) if isinstance(end, int) and not more else None

    def read(self, size: int) -> bytes:
        if not self._begun and self._position is not None:
            self._file.seek(self._position)  # It may be another part of the body, too.
            self._left = self.length
        self._begun = True
        if not self._takes_size:
            return piece_of(self._file.read(), self._what)
        if self._left is not None:
            size = min(size, self._left)  # What is added meanwhile is not sent.
        piece = piece_of(self._file.read(size), self._what)
        if self._left is not None:
            self._left -= len(piece)
        return piece

    def rewind(self) -> bool:
        self._begun = False
        return self._position is not None


class Pieces(Source):
    """An iterable of pieces, which is asked for the next as soon as one was sent."""

    def __init__(self, given: Iterable[Any], what: str) -> None:
        self._given: Iterator[Any] | Iterable[Any] = given
        self._pieces: Iterator[Any] | None = None
        self._what = what

    def read(self, size: int) -> bytes:
        if self._pieces is None:
            self._pieces = iter(self._given)
        for given in self._pieces:
            if piece := piece_of(given, self._what):
                return piece
        return b""


def _yes() -> bool:
    return True


def source_of(given: Any, what: str, is_async: bool = False) -> bytes | Source | None:
    """A body: in memory, or to be read from a file or an iterable as it goes out. An event loop
    also iterates asynchronously."""
    if given is None or isinstance(given, (bytes, Source)):
        return given
    if isinstance(given, str):
        return _json.encode(given, what)
    if isinstance(given, (bytearray, memoryview)):
        size = given.nbytes if isinstance(given, memoryview) else len(given)
        whole = isinstance(given, memoryview) and not given.c_contiguous
        return bytes(given) if whole or size <= PIECE else View(given)
    if is_async and isinstance(given, AsyncIterable):
        from ._async_source import AsyncPieces

        return AsyncPieces(given, what)
    if hasattr(given, "read"):
        return File(given, what)
    if isinstance(given, Iterable):
        return Pieces(given, what)
    kind = type(given).__name__
    if isinstance(given, AsyncIterable):
        raise TypeError(f"{what} that is iterated asynchronously ({kind}) needs AsyncClient")
    raise TypeError(f"{what} must be bytes, str, a mapping or a list of pairs, not {kind}")


def piece_of(given: Any, what: str) -> bytes:
    """One piece of a body."""
    if isinstance(given, bytes):
        return given
    if isinstance(given, str):
        return _json.encode(given, what)
    if isinstance(given, (bytearray, memoryview)):
        return bytes(given)
    kind = type(given).__name__
    raise TypeError(f"{what} that is read or iterated over must return bytes or str, not {kind}")
