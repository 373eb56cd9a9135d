"""A part of a client, as ``client.models``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._native import Client


class Part:
    """It holds the handle of its client, not the client, which holds it."""

    def __init__(self, native: Client) -> None:
        self._native = native
