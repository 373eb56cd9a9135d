"""Ways of making many calls of one kind. Each checks every result, at the same cost for all."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from bench.python.setting import Work

Call = Callable[[], int]


def _check(found: int, expected: int) -> None:
    if found != expected:
        raise AssertionError(f"{found} instead of {expected}: this side did not get the answer")


def one_by_one(call: Call, expected: int) -> Work:
    def work(calls: int) -> None:
        for _ in range(calls):
            _check(call(), expected)

    return work


class Loop:
    """An event loop that goes on between rounds."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()

    def one_by_one(self, call: Callable[[], Awaitable[int]], expected: int) -> Work:
        async def many(calls: int) -> None:
            for _ in range(calls):
                _check(await call(), expected)

        return lambda calls: self._loop.run_until_complete(many(calls))

    def batches(
        self, call: Callable[[], Awaitable[int]], expected: int, size: int, in_flight: int
    ) -> Work:
        """A call of this work is a whole batch: `size` calls, `in_flight` of them at a time."""

        async def caller(left: list[None]) -> None:
            while left:
                left.pop()
                _check(await call(), expected)

        async def batch() -> None:
            left: list[None] = [None] * size
            await asyncio.gather(*[caller(left) for _ in range(in_flight)])

        async def many(batches: int) -> None:
            for _ in range(batches):
                await batch()

        return lambda batches: self._loop.run_until_complete(many(batches))

    def made(self, make: Callable[[], Awaitable[object]]) -> object:
        """What is made while the loop runs, as some clients demand it."""

        async def run() -> object:
            return await make()

        return self._loop.run_until_complete(run())


def on_threads(make_call: Callable[[], Call], expected: int, threads: int) -> Work:
    """`make_call` is called once on each thread; its calls may share a client."""
    pool = ThreadPoolExecutor(threads)
    ready = [make_call() for _ in range(threads)]

    def share(index: int, calls: int) -> None:
        call = ready[index]
        for _ in range(calls):
            _check(call(), expected)

    def work(calls: int) -> None:
        each, more = divmod(calls, threads)
        shares = [pool.submit(share, at, each + (at < more)) for at in range(threads)]
        for done in shares:
            done.result()

    return work
