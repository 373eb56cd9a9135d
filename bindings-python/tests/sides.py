"""The two clients of the package, so that what is written once is played with each.

A play is a coroutine. With ``Client`` nothing in it waits, so it needs no event loop::

    async def play() -> None:
        async with side.client(key, base_url=base_url) as client:
            response = await side.result(client.get("/models"))
            async for chunk in side.items(await side.result(create(stream=True))): ...

    side.run(play())
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol, TypeVar

import neura_ai

T = TypeVar("T")


class Side(Protocol):
    """One client, and how its calls are made."""

    name: str

    def run(self, play: Coroutine[Any, Any, T]) -> T:
        """Plays to the end."""

    def client(self, *key: Any, **options: Any) -> AbstractAsyncContextManager[Any]:
        """A client, closed at the end of the block."""

    async def result(self, call: Any) -> Any:
        """What a call comes to."""

    def opened(self, stream: Any) -> AbstractAsyncContextManager[Any]:
        """The stream that ``client.stream`` gives, closed at the end of the block."""

    def items(self, stream: Any) -> AsyncIterator[Any]:
        """The items of a stream in turn."""


class OfClient:
    """``Client``: its calls return what they come to."""

    name = "Client"

    def run(self, play: Coroutine[Any, Any, T]) -> T:
        try:
            play.send(None)
        except StopIteration as end:
            result: T = end.value
            return result
        raise AssertionError("a play with Client waits for something")

    @asynccontextmanager
    async def client(self, *key: Any, **options: Any) -> AsyncIterator[Any]:
        with neura_ai.Client(*key, **options) as client:
            yield client

    async def result(self, call: Any) -> Any:
        return call

    @asynccontextmanager
    async def opened(self, stream: Any) -> AsyncIterator[Any]:
        with stream:
            yield stream

    async def items(self, stream: Any) -> AsyncIterator[Any]:
        for item in stream:
            yield item


class OfAsyncClient:
    """``AsyncClient``: its calls are awaited, its streams iterated by ``async for``."""

    name = "AsyncClient"

    def run(self, play: Coroutine[Any, Any, T]) -> T:
        return asyncio.run(play)

    @asynccontextmanager
    async def client(self, *key: Any, **options: Any) -> AsyncIterator[Any]:
        async with neura_ai.AsyncClient(*key, **options) as client:
            yield client

    async def result(self, call: Any) -> Any:
        return await call

    def opened(self, stream: Any) -> AbstractAsyncContextManager[Any]:
        opened: AbstractAsyncContextManager[Any] = stream
        return opened

    def items(self, stream: Any) -> AsyncIterator[Any]:
        items: AsyncIterator[Any] = aiter(stream)
        return items


SIDES: list[Side] = [OfClient(), OfAsyncClient()]
