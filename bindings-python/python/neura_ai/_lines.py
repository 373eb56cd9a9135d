"""Pieces of a body in, its lines out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


class Lines:
    """Lines of text or of bytes, however the pieces are cut.

    A line ends with LF, CR or CRLF, as in an event stream, or with the ``delimiter`` that
    was given, and is told without it; what follows the last end is a line where it is not
    empty.
    """

    def __init__(self, text: bool, delimiter: str | bytes | None) -> None:
        kind: type[str] | type[bytes] = str if text else bytes
        if delimiter is not None and (not isinstance(delimiter, kind) or not delimiter):
            raise TypeError(f"delimiter must be {kind.__name__}, and not empty")
        self._text = text
        self._delimiter: Any = delimiter
        self._left: Any = "" if text else b""
        #: The last piece ended with CR, and a LF that begins the next belongs to it.
        self._after_cr = False

    def feed(self, piece: Any) -> Iterator[Any]:
        """The lines that end in ``piece``."""
        if self._delimiter is not None:
            *lines, self._left = (self._left + piece).split(self._delimiter)
            yield from lines
            return
        lf: Any = "\n" if self._text else b"\n"
        cr: Any = "\r" if self._text else b"\r"
        if self._after_cr and piece[:1] == lf:
            piece = piece[1:]
        if not piece:
            return
        self._after_cr = piece[-1:] == cr
        *lines, left = piece.replace(cr + lf, lf).replace(cr, lf).split(lf)
        if lines:
            lines[0] = self._left + lines[0]
            self._left = left
            yield from lines
        else:
            self._left += left

    def end(self) -> Iterator[Any]:
        """The line that no end came for."""
        if self._left:
            yield self._left
