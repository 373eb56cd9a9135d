"""JSON in and out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import _native
from ._errors import InvalidArgumentError, NeuraError


def dumps(value: Any, default: Callable[[Any], Any] | None = None) -> bytes:
    """The JSON text of an argument.

    :param default: is given each value that JSON has no form for, and gives back what
        is written in its place; what it raises passes through.
    :raises InvalidArgumentError: (a ``ValueError``) for NaN, infinities, circular
        references, lone surrogates, and more than 900 levels.
    :raises TypeError: for a value or a key that JSON has no form for.
    """
    return _native.dumps(value, default)


def encode(text: str, what: str) -> bytes:
    """Text as UTF-8; ``what`` names it in the error."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        pass  # Not as the context of ours: it carries the whole text.
    raise InvalidArgumentError(f"{what} holds half of a surrogate pair, which UTF-8 cannot carry")


def loads(text: str, **options: Any) -> Any:
    """Python's values of JSON text that the core has checked.

    :param options: those of ``json.loads``.
    :raises JSONDecodeError: for more than 900 levels, and where Python sets a limit that
        JSON does not have.
    """
    if not options:
        return _native.loads(text, False)
    import json

    try:
        return json.loads(text, **options)
    except RecursionError:
        raise _unreadable("the JSON is nested too deeply for Python") from None
    except ValueError as error:
        raise _unreadable(f"Python cannot read this JSON: {error}") from None


def _unreadable(message: str) -> NeuraError:
    from ._json_error import JSONDecodeError

    return JSONDecodeError(message)


def loads_objects(text: str) -> Any:
    """As ``loads``, and each JSON object is an ``Object``."""
    return _native.loads(text, True)
