"""Reading the body of a reply, which came whole or is still to come."""

from __future__ import annotations

from codecs import CodecInfo, lookup
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from functools import partial
from itertools import islice
from sys import getsizeof
from typing import Any

from . import _native
from ._errors import CancelledError, InvalidArgumentError, NeuraError
from ._lines import Lines
from ._native import CLOSED_BODY, Batches, Reply, afford_piece

#: A piece without a limit of its own.
_ALL = 2**31
#: How many bytes of a body in memory are cut in one go.
_BATCH = 1 << 16
#: Memory is looked for each time this many bytes of pieces were made.
_STEP = 1 << 20


def _size(response: Reply, chunk_size: int | None) -> int:
    chunk_size = _native.chunk_size(chunk_size)
    if chunk_size is not None and chunk_size < 1:
        raise InvalidArgumentError(f"chunk_size must be 1 or more, or None, not {chunk_size}")
    if not response._is_open:
        _ = response.content  # Raises where the body was read in pieces.
    return min(chunk_size or _ALL, _ALL)


class _Reader:
    """One pass over a body. Reading on after an error gives an error again, never the end."""

    def __init__(
        self,
        response: Reply,
        chunk_size: int | None,
        decode_unicode: bool,
        lines: Lines | None = None,
    ) -> None:
        self._response = response
        self._size = _size(response, chunk_size)
        #: The body's pieces, if it was in memory at the first step.
        self._slices: Iterator[bytes] | None = None
        self._begun = False
        self._texts = _Texts(response.encoding) if decode_unicode else None
        self._lines = lines
        self._is_plain = lines is None and not decode_unicode
        self._ended = False
        #: What reading on gives. The native half repeats its own errors.
        self._failure: Exception | None = None

    def _drop_batch(self) -> bool:
        """Drops the items that were not taken. Returns whether there were any."""
        raise NotImplementedError

    def _slice(self) -> bytes | None:
        """The next piece of a body in memory; None at its end, and for one that arrives."""
        return next(self._slices or iter(()), None) if self._is_in_memory() else None

    def _is_in_memory(self) -> bool:
        """Whether the body was in memory when its first piece was read."""
        if self._slices is None and not self._begun and self._response._is_read:
            self._slices = _slices(self._response.content, self._size)
        return self._slices is not None

    def _items(self, piece: bytes | None) -> Sequence[Any]:
        """What is complete with this piece, or at the end for None."""
        self._begun, self._ended = True, piece is None
        given: Any = piece
        if self._texts is not None:
            given = self._texts.end() if piece is None else self._texts.feed(piece)
        if self._lines is None:
            return (given,) if given else ()
        found = self._lines.feed(given) if given else []
        return [*found, *self._lines.end()] if piece is None else found

    def _repeat(self) -> None:
        """Raises the error that ended the pass, if one did."""
        if self._failure is not None:
            # A copy: one exception would gather the frames of every step.
            raise copy(self._failure)

    def _fail(self, error: BaseException) -> None:
        """Ends the pass if the error lost a part of the body.

        :raises OutOfMemoryError: instead of Python's own error.
        """
        if isinstance(error, NeuraError) and not isinstance(error, MemoryError):
            return
        self._failure = CancelledError(CLOSED_BODY)
        self._response.close()
        if isinstance(error, MemoryError):
            try:
                if self._lines is not None:
                    self._lines.fail(error)
                self._failure = copy(error)
            except MemoryError as explained:
                self._failure = copy(explained)
                raise

    def _close(self) -> None:
        """Closes the connection. Reading on is ``cancelled``, unless all was read."""
        if self._drop_batch() or not self._ended:
            self._failure = self._failure or CancelledError(CLOSED_BODY)
        self._response.close()


class BodyIterator(_Reader, Batches):
    """The items of a body."""

    #: The pieces of a body that arrives, if they are given as they are.
    _arriving: Iterator[Any] | None = None

    def _drop_batch(self) -> bool:
        # What has not arrived cannot be dropped; the closed body refuses it.
        return self._arriving is None and Batches._drop_batch(self)

    def _next_batch(self) -> Iterable[Any] | None:
        self._repeat()
        try:
            if self._is_plain:
                return self._pieces()
            while not self._ended:
                piece = self._slice()
                if piece is None and self._slices is None:
                    piece = self._response._piece(self._size)
                if items := self._items(piece):
                    return items
        except BaseException as error:
            self._fail(error)
            raise
        return None

    def _pieces(self) -> Iterable[Any] | None:
        """Pieces that are given as they are."""
        if self._is_in_memory():  # Also one that another thread read after this began.
            batch = [*islice(self._slices or (), max(1, _BATCH // self._size))]
            self._ended = not batch
            return batch or None
        if self._ended:
            return None
        self._arriving, self._ended = iter(partial(self._response._piece, self._size), None), True
        return self._arriving

    def close(self) -> None:
        """Closes the connection, unless the body was read to its end."""
        self._close()


class AsyncBodyIterator(_Reader):
    """The items of a body, for ``async for``."""

    _batch: Iterator[Any] = iter(())
    #: A task waits for the next items.
    _waited_for = False

    def __aiter__(self) -> AsyncBodyIterator:
        return self

    async def __anext__(self) -> Any:
        for item in self._batch:
            return item
        if self._is_plain and self._begun and not self._waited_for:
            piece = self._response._ready_piece(self._size)
            if piece is not None:
                return piece
        self._repeat()
        if self._waited_for:
            raise InvalidArgumentError(
                "another task is already waiting for the body's next piece: only one may read it"
            )
        self._waited_for = True
        try:
            while not self._ended:
                piece = self._slice()
                if piece is None and self._slices is None:
                    piece = self._response._ready_piece(self._size)
                    if piece is None:
                        begin = self._response._begin_piece
                        piece = await settled(self._response, begin, self._size)
                self._batch = iter(self._items(piece))
                for item in self._batch:
                    return item
        except BaseException as error:
            self._fail(error)
            raise
        finally:
            self._waited_for = False
        raise StopAsyncIteration

    def _drop_batch(self) -> bool:
        left, self._batch = self._batch, iter(())
        return next(left, None) is not None

    async def aclose(self) -> None:
        """Closes the connection, unless the body was read to its end."""
        self._close()


async def settled(response: Reply, begin: Callable[..., int], *arguments: Any) -> Any:
    """What comes of what ``begin`` begins to read."""
    from asyncio import CancelledError  # which is loaded here, and is much to load elsewhere

    from ._port import running_port

    try:
        return await running_port().run(begin, *arguments)
    except (CancelledError, GeneratorExit):
        # What was on its way to the task is lost, so there is no going on behind it.
        response.close()
        raise


def _slices(content: bytes, size: int) -> Iterator[bytes]:
    given = _Given()
    for start in range(0, len(content), size):
        part = slice(start, start + size)
        yield given.piece(content.__getitem__, part, min(size, len(content)))


class _Given:
    """Pieces of a body that are made here; their reader may keep all of them."""

    def __init__(self) -> None:
        #: How many bytes they took since memory was last looked for.
        self._unchecked = 0

    def piece(self, make: Callable[..., Any], given: Any, length: int) -> Any:
        """What ``make`` makes, a piece of about this length.

        :raises OutOfMemoryError: there is no memory for it, or soon none for an error.
        """
        try:
            made = make(given)
        except MemoryError:
            afford_piece(length)
            raise
        self._unchecked += getsizeof(made)
        if self._unchecked >= _STEP:
            self._unchecked = 0
            afford_piece(length, _STEP)
        return made


def decode(content: bytes, encoding: str) -> str:
    """All of a body as text; by UTF-8 if the encoding is not for text."""
    text: str = _decoder(encoding).decode(content, True)
    return text


def _decoder(encoding: str) -> Any:
    """The decoder for an encoding; that of UTF-8 where it is unknown, makes no text of bytes
    (``hex``), or knows no U+FFFD (``idna``)."""
    try:
        found = lookup(encoding)
        if found.name in ("utf-16", "utf-32"):
            return _ByMark(found)
        # What `bytes.decode` goes by.
        if found._is_text_encoding:
            found.incrementaldecoder("replace").decode(b"a-", True)
            return found.incrementaldecoder("replace")
    except (LookupError, ValueError, TypeError):
        pass  # TypeError: of a program's own that has no such decoder.
    return lookup("utf-8").incrementaldecoder("replace")


class _ByMark:
    """UTF-16 or UTF-32 by its byte order mark; without one it is little-endian, as in browsers."""

    def __init__(self, codec: CodecInfo) -> None:
        self._decoder: Any = codec.incrementaldecoder("replace")
        self._without_mark = f"{codec.name}-le"

    def decode(self, piece: bytes, final: bool = False) -> Any:
        """As of every incremental decoder."""
        try:
            return self._decoder.decode(piece, final)
        except UnicodeError:  # It has no mark.
            begun, _ = self._decoder.getstate()
            self._decoder = lookup(self._without_mark).incrementaldecoder("replace")
            return self._decoder.decode(begun + piece, final)


class _Texts:
    """Pieces of a body in, their text out."""

    def __init__(self, encoding: str) -> None:
        self._decode = _decoder(encoding).decode
        self._given = _Given()

    def feed(self, piece: bytes) -> str:
        """The text that is whole with ``piece``."""
        text: str = self._given.piece(self._decode, piece, len(piece))
        return text

    def end(self) -> str:
        """What the bytes stand for that are left."""
        text: str = self._decode(b"", True)
        return text
