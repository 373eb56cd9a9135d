"""How the body of a reply is read in pieces and in lines.

Made from core/src/sourcegen/python_readers.rs by `make options`; edit there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, Literal, overload

from ._native import Reply


class Reading(Reply):
    """A reply whose body is read as it comes."""

    __slots__ = ()

    @overload
    def iter_content(
        self, chunk_size: int | None = 1, decode_unicode: Literal[False] = False
    ) -> Iterator[bytes]: ...
    @overload
    def iter_content(
        self, chunk_size: int | None = 1, *, decode_unicode: Literal[True]
    ) -> Iterator[str]: ...
    @overload
    def iter_content(
        self, chunk_size: int | None, decode_unicode: Literal[True]
    ) -> Iterator[str]: ...
    def iter_content(
        self, chunk_size: int | None = 1, decode_unicode: bool = False
    ) -> Iterator[Any]:
        """The body in pieces of at most ``chunk_size`` bytes, as soon as they are there; None sets
        no limit. With ``decode_unicode`` they are text, read by ``encoding``."""
        from ._body import BodyIterator

        return BodyIterator(self, chunk_size, decode_unicode)

    @overload
    def iter_lines(
        self,
        chunk_size: int | None = 512,
        decode_unicode: Literal[False] = False,
        delimiter: bytes | None = None,
    ) -> Iterator[bytes]: ...
    @overload
    def iter_lines(
        self,
        chunk_size: int | None = 512,
        *,
        decode_unicode: Literal[True],
        delimiter: str | None = None,
    ) -> Iterator[str]: ...
    @overload
    def iter_lines(
        self,
        chunk_size: int | None,
        decode_unicode: Literal[True],
        delimiter: str | None = None,
    ) -> Iterator[str]: ...
    def iter_lines(
        self,
        chunk_size: int | None = 512,
        decode_unicode: bool = False,
        delimiter: str | bytes | None = None,
    ) -> Iterator[Any]:
        """The lines of the body, without their ends, each as soon as it is there; ``delimiter``
        ends them in place of a line break."""
        from ._body import BodyIterator
        from ._lines import Lines

        lines = Lines(decode_unicode, delimiter)
        return BodyIterator(self, chunk_size, decode_unicode, lines)

    @overload
    def aiter_content(
        self, chunk_size: int | None = 1, decode_unicode: Literal[False] = False
    ) -> AsyncIterator[bytes]: ...
    @overload
    def aiter_content(
        self, chunk_size: int | None = 1, *, decode_unicode: Literal[True]
    ) -> AsyncIterator[str]: ...
    @overload
    def aiter_content(
        self, chunk_size: int | None, decode_unicode: Literal[True]
    ) -> AsyncIterator[str]: ...
    def aiter_content(
        self, chunk_size: int | None = 1, decode_unicode: bool = False
    ) -> AsyncIterator[Any]:
        """As ``iter_content``, for ``async for``."""
        from ._body import AsyncBodyIterator

        return AsyncBodyIterator(self, chunk_size, decode_unicode)

    @overload
    def aiter_lines(
        self,
        chunk_size: int | None = 512,
        decode_unicode: Literal[False] = False,
        delimiter: bytes | None = None,
    ) -> AsyncIterator[bytes]: ...
    @overload
    def aiter_lines(
        self,
        chunk_size: int | None = 512,
        *,
        decode_unicode: Literal[True],
        delimiter: str | None = None,
    ) -> AsyncIterator[str]: ...
    @overload
    def aiter_lines(
        self,
        chunk_size: int | None,
        decode_unicode: Literal[True],
        delimiter: str | None = None,
    ) -> AsyncIterator[str]: ...
    def aiter_lines(
        self,
        chunk_size: int | None = 512,
        decode_unicode: bool = False,
        delimiter: str | bytes | None = None,
    ) -> AsyncIterator[Any]:
        """As ``iter_lines``, for ``async for``."""
        from ._body import AsyncBodyIterator
        from ._lines import Lines

        lines = Lines(decode_unicode, delimiter)
        return AsyncBodyIterator(self, chunk_size, decode_unicode, lines)
