"""Reading the body of a reply, which came whole or is still to come."""

from __future__ import annotations

from codecs import lookup
from collections.abc import AsyncIterator, Callable, Iterator
from sys import getsizeof
from typing import TYPE_CHECKING, Any

from ._lines import Lines
from ._native import Response, afford_piece
from ._stream import EventStream

if TYPE_CHECKING:
    from ._async_stream import AsyncEventStream

#: A piece without a limit of its own.
_ALL = 2**31
#: Memory is looked for each time this many bytes of pieces were made.
_STEP = 1 << 20


def iter_content(response: Response, chunk_size: int | None, decode_unicode: bool) -> Iterator[Any]:
    """``Response.iter_content``."""
    pieces = _pieces(response, _size(response, chunk_size))
    return _texts(pieces, response.encoding) if decode_unicode else pieces


def iter_lines(
    response: Response,
    chunk_size: int | None,
    decode_unicode: bool,
    delimiter: str | bytes | None,
) -> Iterator[Any]:
    """``Response.iter_lines``."""
    pieces = iter_content(response, chunk_size, decode_unicode)
    lines = Lines(decode_unicode, delimiter)

    def found() -> Iterator[Any]:
        try:
            for piece in pieces:
                yield from lines.feed(piece)
            yield from lines.end()
        except MemoryError as error:
            lines.fail(error)

    return found()


def iter_events(response: Response) -> EventStream:
    """``Response.iter_events``."""
    return EventStream(response._events())


async def aread(response: Response) -> bytes:
    """``Response.aread``."""
    if not response._is_read:
        await _settled(response, response._begin_read)
    return response.content


def aiter_content(
    response: Response, chunk_size: int | None, decode_unicode: bool
) -> AsyncIterator[Any]:
    """``Response.aiter_content``."""
    pieces = _apieces(response, _size(response, chunk_size))
    return _atexts(pieces, response.encoding) if decode_unicode else pieces


def aiter_lines(
    response: Response,
    chunk_size: int | None,
    decode_unicode: bool,
    delimiter: str | bytes | None,
) -> AsyncIterator[Any]:
    """``Response.aiter_lines``."""
    pieces = aiter_content(response, chunk_size, decode_unicode)
    lines = Lines(decode_unicode, delimiter)

    async def found() -> AsyncIterator[Any]:
        try:
            async for piece in pieces:
                for line in lines.feed(piece):
                    yield line
            for line in lines.end():
                yield line
        except MemoryError as error:
            lines.fail(error)

    return found()


def aiter_events(response: Response) -> AsyncEventStream:
    """``Response.aiter_events``."""
    from ._async_stream import AsyncEventStream

    async def opened(begun: Callable[[Callable[[], None]], None]) -> Any:
        if response._is_read:
            return response._events()
        begun(response.close)
        return await _settled(response, response._begin_events)

    return AsyncEventStream(opening=opened)


async def aclose(response: Response) -> None:
    """``Response.aclose``."""
    response.close()


async def aenter(response: Response) -> Response:
    """``async with`` over a response."""
    return response


def _size(response: Response, chunk_size: int | None) -> int:
    if chunk_size is not None and chunk_size < 1:
        from ._errors import InvalidArgumentError

        raise InvalidArgumentError(f"chunk_size must be 1 or more, or None, not {chunk_size}")
    if not response._is_open:
        _ = response.content  # Raises where the body was read in pieces.
    return min(chunk_size or _ALL, _ALL)


def _pieces(response: Response, size: int) -> Iterator[bytes]:
    if response._is_read:
        yield from _slices(response.content, size)
        return
    while (piece := response._piece(size)) is not None:
        yield piece


async def _apieces(response: Response, size: int) -> AsyncIterator[bytes]:
    if response._is_read:
        for part in _slices(response.content, size):
            yield part
        return
    while True:
        piece = response._ready_piece(size)
        if piece is None:
            piece = await _settled(response, response._begin_piece, size)
        if piece is None:
            return
        yield piece


async def _settled(response: Response, begin: Callable[..., int], *arguments: Any) -> Any:
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
    """All of a body as text; by UTF-8 where the encoding is none for text."""
    text: str = _decoder(encoding).decode(content, True)
    return text


def _decoder(encoding: str) -> Any:
    """The decoder for an encoding; that of UTF-8 where it is unknown, makes no text of bytes
    (``hex``), or knows no U+FFFD (``idna``)."""
    try:
        found = lookup(encoding)
        # What `bytes.decode` goes by.
        if found._is_text_encoding:
            found.incrementaldecoder("replace").decode(b"a-", True)
            return found.incrementaldecoder("replace")
    except (LookupError, ValueError, TypeError):
        pass  # TypeError: of a program's own that has no such decoder.
    return lookup("utf-8").incrementaldecoder("replace")


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


def _texts(pieces: Iterator[bytes], encoding: str) -> Iterator[str]:
    texts = _Texts(encoding)
    for piece in pieces:
        if text := texts.feed(piece):
            yield text
    if text := texts.end():
        yield text


async def _atexts(pieces: AsyncIterator[bytes], encoding: str) -> AsyncIterator[str]:
    texts = _Texts(encoding)
    async for piece in pieces:
        if text := texts.feed(piece):
            yield text
    if text := texts.end():
        yield text
