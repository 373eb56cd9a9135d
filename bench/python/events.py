"""The hand-written reading of an event stream, as a program without a library for it does it.

It is the fastest of those tried: pieces are split at once, and text is decoded once a piece.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterable, Iterable
from typing import Any


def words(chunk: Any) -> int:
    """Looks at what a program prints of a chunk, and counts it."""
    return 1 if chunk["choices"][0]["delta"].get("content") is not None else 0


class Splitter:
    """Is fed pieces of a body, and counts the chunks with words. The events end with LF LF."""

    def __init__(self) -> None:
        self._rest = b""
        self.found = 0

    def feed(self, piece: bytes) -> None:
        head, separator, tail = (self._rest + piece).rpartition(b"\n\n")
        self._rest = tail
        if not separator:
            return
        for event in head.decode().split("\n\n"):
            data = event[6:]
            if data != "[DONE]":
                self.found += words(json.loads(data))


def count(pieces: Iterable[bytes]) -> int:
    splitter = Splitter()
    for piece in pieces:
        splitter.feed(piece)
    return splitter.found


async def count_async(pieces: AsyncIterable[bytes]) -> int:
    splitter = Splitter()
    async for piece in pieces:
        splitter.feed(piece)
    return splitter.found
