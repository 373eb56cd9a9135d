"""JSON in and out, by Python's own ``json``."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ._errors import DecodeError, InvalidArgumentError


def dumps(value: Any, default: Callable[[Any], Any] | None = None) -> bytes:
    """The JSON text of an argument; ``default`` as in ``json.dumps``.

    :raises InvalidArgumentError: (a ``ValueError``) for NaN, infinities, cycles, lone
        surrogates, and what is nested too deeply.
    :raises TypeError: for a value or a key that JSON has no form for.
    """
    try:
        text = json.dumps(
            value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=default
        )
    except RecursionError:
        raise InvalidArgumentError("the JSON argument is nested too deeply") from None
    except ValueError as error:
        raise InvalidArgumentError(f"the JSON argument cannot be sent: {error}") from None
    return encode(text, "the JSON argument")


def encode(text: str, what: str) -> bytes:
    """Text as UTF-8; ``what`` names it in the error."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        pass  # Not as the context of ours: it carries the whole text.
    raise InvalidArgumentError(f"{what} holds half of a surrogate pair, which UTF-8 cannot carry")


def loads(text: str, **options: Any) -> Any:
    """Python's values of JSON text that the core has checked.

    :raises DecodeError: where Python sets a limit that JSON does not have.
    """
    try:
        return json.loads(text, **options)
    except RecursionError:
        raise DecodeError("the JSON is nested too deeply for Python") from None
    except ValueError as error:
        raise DecodeError(f"Python cannot read this JSON: {error}") from None
