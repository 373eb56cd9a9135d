"""A part of a client, as ``client.models``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._native import Client


class Part:
    """It holds the handle of its client, not the client, which holds it. The one of the class
    itself, which tools look at, as ``unittest.mock`` does, has None."""

    _native: Client

    def __init__(self, native: Any = None) -> None:
        self._native = native
