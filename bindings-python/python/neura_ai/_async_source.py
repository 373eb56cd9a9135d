"""A body that is iterated by an event loop while a thread of the core sends it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable
from queue import Empty, SimpleQueue
from typing import Any

from ._source import Source, piece_of

#: How long the sending thread waits before it looks at its call again: seconds.
_TICK = 0.05


class AsyncPieces(Source):
    """The pieces of an asynchronous iterable, each made once the one before it was taken."""

    def __init__(self, given: AsyncIterable[Any], what: str) -> None:
        self._given = given
        self._what = what
        self._came: SimpleQueue[bytes | BaseException] = SimpleQueue()
        self._asked = False

    def start(self) -> None:
        """Begins to iterate, on the event loop that runs."""
        self._loop = asyncio.get_running_loop()
        self._wanted = asyncio.Event()
        self._task = self._loop.create_task(self._iterate())

    def close(self) -> None:
        """Ends the iteration; the call is over."""
        self._task.cancel()

    async def _iterate(self) -> None:
        await self._wanted.wait()
        try:
            async for given in self._given:
                if piece := piece_of(given, self._what):
                    self._came.put(piece)
                    self._wanted.clear()
                    await self._wanted.wait()
            self._came.put(b"")
        except Exception as error:
            self._came.put(error)
        except BaseException as error:
            self._came.put(error)
            raise

    def read(self, size: int) -> bytes | None:
        if not self._asked:
            self._asked = True
            self._loop.call_soon_threadsafe(self._wanted.set)
        try:
            came = self._came.get(timeout=_TICK)
        except Empty:
            return None
        self._asked = False
        if isinstance(came, BaseException):
            raise came
        return came
