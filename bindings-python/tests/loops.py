"""Running the tests' coroutines, and hearing what an event loop complains of."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import neura_ai
from conftest import KEY, Scripted

_Given = TypeVar("_Given")


def run(
    main: Coroutine[Any, Any, _Given],
    *,
    debug: bool = True,
    new_loop: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop,
) -> _Given:
    """What ``asyncio.run`` gives; the loop must have nothing to complain of."""
    complaints: list[Any] = []
    loop = new_loop()
    loop.set_debug(debug)
    # A slow machine is no fault of the package.
    loop.slow_callback_duration = 30
    loop.set_exception_handler(lambda _, context: complaints.append(context))
    try:
        return loop.run_until_complete(main)
    finally:
        end(loop)
        gc.collect()
        assert complaints == []


def end(loop: asyncio.AbstractEventLoop) -> None:
    """Ends a loop as ``asyncio.run`` does."""

    async def leave() -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await loop.shutdown_asyncgens()
        await loop.shutdown_default_executor()

    loop.run_until_complete(leave())
    loop.close()


def client(scripted: Scripted, *replies: Any, **options: Any) -> neura_ai.AsyncClient:
    """A client of a new scripted server, that does not try again."""
    options = {"max_retries": 0, "api_key": KEY, **options}
    return neura_ai.AsyncClient(base_url=scripted(*replies).base_url, **options)


async def reached(scripted: Scripted, count: int = 1) -> None:
    """Waits until so many requests came to the last server."""
    await until(lambda: len(scripted.requests()) >= count)


async def until(holds: Callable[[], bool], within: float = 5) -> None:
    """Waits until something is true, and lets the loop go on meanwhile."""
    start = time.monotonic()
    while not await asyncio.to_thread(holds):
        assert time.monotonic() - start < within
        await asyncio.sleep(0.005)


async def lag(during: Awaitable[Any]) -> tuple[Any, float]:
    """What something gives, and the longest time that the loop was kept from its turn."""
    worst = 0.0

    async def watch() -> None:
        nonlocal worst
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            worst = max(worst, time.perf_counter() - before - 0.001)

    watcher = asyncio.ensure_future(watch())
    await asyncio.sleep(0.01)
    try:
        return await during, worst
    finally:
        watcher.cancel()


def workers() -> int:
    """How many threads of the native half run, where the system tells; else 0."""
    try:
        from pathlib import Path

        names = Path("/proc/self/task").glob("*/comm")
        return sum(name.read_text() == "neura-worker\n" for name in names)
    except OSError:
        return 0


def in_thread(work: Callable[[], Any]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread
