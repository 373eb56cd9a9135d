"""Pieces of a body in, its lines out."""

from __future__ import annotations

from collections.abc import Iterator
from sys import getsizeof
from typing import Any, NoReturn

from ._native import afford_line

#: A line asks for memory each time this many bytes of it came.
_STEP = 1 << 20


class Lines:
    """Lines of text or of bytes, however the pieces are cut.

    A line ends with LF, CR or CRLF, as in an event stream, and is given without it; what
    follows the last end is a line where it is not empty. With a ``delimiter`` they are what
    ``split`` makes of the whole, of which the last may well be empty.
    """

    def __init__(self, text: bool, delimiter: str | bytes | None) -> None:
        kind: type[str] | type[bytes] = str if text else bytes
        if delimiter is not None and (not isinstance(delimiter, kind) or not delimiter):
            raise TypeError(f"delimiter must be {kind.__name__}, and not empty")
        self._text = text
        self._delimiter: Any = delimiter
        #: The parts of the line that has no end yet, joined once it has one.
        self._parts: list[Any] = []
        #: The end of those, which may be the beginning of a delimiter.
        self._tail: Any = "" if text else b""
        self._empty = self._tail
        #: How many bytes the parts take, and at how many the line asks for memory next.
        self._held = 0
        self._next = _STEP
        #: The last piece ended with CR, and a LF that begins the next belongs to it.
        self._after_cr = False

    def feed(self, piece: Any) -> list[Any]:
        """The lines that end in ``piece``."""
        if self._delimiter is not None:
            return self._split(piece)
        lf: Any = "\n" if self._text else b"\n"
        cr: Any = "\r" if self._text else b"\r"
        if self._after_cr and piece[:1] == lf:
            piece = piece[1:]
        if not piece:
            return []
        self._after_cr = piece[-1:] == cr
        return self._ended(piece.replace(cr + lf, lf).replace(cr, lf).split(lf))

    def end(self) -> Iterator[Any]:
        """The line that no end came for."""
        left = self._joined(self._tail)
        # A list with an empty part in it: a delimiter came last.
        if left or (self._delimiter is not None and self._parts):
            yield left

    def fail(self, error: MemoryError) -> NoReturn:
        """Raises this package's error for one of Python's, of a line or of its pieces."""
        self._parts.clear()  # The error needs memory too, and its traceback leads here.
        if type(error) is not MemoryError:
            raise error
        afford_line(self._held)
        raise error

    def _split(self, piece: Any) -> list[Any]:
        found = (self._tail + piece).split(self._delimiter)
        # So much of the rest may belong to a delimiter whose end is still to come.
        cut = max(0, len(found[-1]) - len(self._delimiter) + 1)
        found[-1], self._tail = found[-1][:cut], found[-1][cut:]
        return self._ended(found)

    def _ended(self, found: list[Any]) -> list[Any]:
        """What was split; the first belongs to the parts, the last is a new part."""
        *lines, left = found
        if lines:
            lines[0] = self._joined(lines[0])
            self._parts.clear()
            self._held, self._next = 0, _STEP
        self._parts.append(left)
        self._held += getsizeof(left) - getsizeof(self._empty)
        if self._held >= self._next:
            # All of it is copied once it has an end.
            afford_line(self._held, self._held)
            self._next = self._held + _STEP
        return lines

    def _joined(self, last: Any) -> Any:
        line = self._empty.join([*self._parts, last])
        if self._held >= _STEP:
            afford_line(self._held, _STEP)  # What is called next must find some left.
        return line
