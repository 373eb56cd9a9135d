"""The error of ``json()``, in a module of its own, for Python's ``json`` costs at start."""

from __future__ import annotations

import json
from typing import Any

from ._errors import DecodeError


class JSONDecodeError(DecodeError, json.JSONDecodeError):
    """What was read by ``json()`` is not JSON, or more than Python can hold.

    :ivar msg: the message.
    :ivar doc: empty: an error of a call carries no body along.
    :ivar pos: index of the first character that cannot be read, as near as it is known.
    :ivar lineno: its line, from 1.
    :ivar colno: its column, from 1.
    """

    def __init__(self, message: str, doc: str = "", pos: int = 0, **details: Any) -> None:
        # A test makes it as that of `json`, which counts the line and the column.
        json.JSONDecodeError.__init__(self, message, doc, pos)
        DecodeError.__init__(self, message, **details)

    def __reduce__(self) -> Any:
        # That of `json` gives the class other arguments.
        return ValueError.__reduce__(self)


JSONDecodeError.__module__ = "neura_ai"


def not_json(at: tuple[int, int, int], message: str, **details: Any) -> JSONDecodeError:
    """The error for text that cannot be read from ``at`` on: index, line, column."""
    error = JSONDecodeError(message, **details)
    error.pos, error.lineno, error.colno = at
    return error
