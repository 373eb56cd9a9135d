"""Texts for JSON, and values of it; what goes out, the native half writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import _native
from ._errors import InvalidArgumentError, NeuraError


def encode(text: str, what: str) -> bytes:
    """Text as UTF-8; ``what`` names it in the error."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        pass  # Not as the context of ours: it carries the whole text.
    raise InvalidArgumentError(
        f"{what} contains half of a surrogate pair, which UTF-8 cannot encode"
    )


def loads(text: str, of: Callable[[Any], Any] | None = None, /, **options: Any) -> Any:
    """Python's values of JSON text that the core has checked.

    :param of: what the value is made into, if it is a dict.
    :param options: those of ``json.loads``.
    :raises JSONDecodeError: for more than 900 levels, and where Python sets a limit that
        JSON does not have.
    """
    if not options:
        return _native.loads(text, False)
    import json

    try:
        value = json.loads(text, **options)
        return of(value) if of and type(value) is dict else value
    except RecursionError:
        raise _unreadable("the JSON is nested too deeply for Python") from None
    except ValueError as error:
        raise _unreadable(f"Python cannot read this JSON: {error}") from None


def _unreadable(message: str) -> NeuraError:
    from ._json_error import JSONDecodeError

    return JSONDecodeError(message)
