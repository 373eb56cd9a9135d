"""What waits costs nothing: its thread sleeps until something comes or the call is cancelled."""

from __future__ import annotations

import asyncio
import re
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import neura_ai
import pytest
from conftest import KEY, Scripted

HEAD = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
OPEN = {"raw": HEAD + "data: 1\n\n", "then": "stall"}
#: Switches in a second; in ticks of 50 ms it would be 20.
FEW = 3

if sys.platform != "linux":
    pytest.skip("reads /proc", allow_module_level=True)


def switches(task: Path) -> int:
    """How often a thread went to sleep by itself."""
    found = re.search(
        r"^voluntary_ctxt_switches:\s*(\d+)", task.joinpath("status").read_text(), re.M
    )
    assert found
    return int(found[1])


def tasks(name: str) -> list[Path]:
    """The threads of this process with this name."""
    all_tasks = Path("/proc/self/task").iterdir()
    return [task for task in all_tasks if task.joinpath("comm").read_text().strip() == name]


def assert_sleeps(call: Callable[[neura_ai.Client], Any], client: neura_ai.Client) -> None:
    thread = threading.Thread(target=call, args=(client,))
    thread.start()
    time.sleep(0.3)
    task = Path(f"/proc/self/task/{thread.native_id}")
    before = switches(task)
    time.sleep(1)
    count = switches(task) - before
    thread.join()
    assert count <= FEW


def test_a_call_on_another_thread_than_the_main_one_sleeps(scripted: Scripted) -> None:
    def call(client: neura_ai.Client) -> None:
        try:
            client.get("/x", timeout=1.6)
        except neura_ai.APITimeoutError:
            return
        raise AssertionError

    assert_sleeps(call, scripted.client("stall"))


def test_a_stream_on_another_thread_sleeps_until_it_is_closed(scripted: Scripted) -> None:
    ended = []

    def call(client: neura_ai.Client) -> None:
        stream = client.stream("GET", "/x")
        next(stream)

        def close() -> None:
            ended.append(time.monotonic())
            stream.close()

        threading.Timer(1.6, close).start()
        try:
            next(stream)
        except neura_ai.CancelledError:
            ended.append(time.monotonic())

    assert_sleeps(call, scripted.client(OPEN))
    assert len(ended) == 2
    assert ended[1] - ended[0] < 0.1


def test_the_main_thread_looks_for_signals(scripted: Scripted) -> None:
    seen: list[int] = []
    main = Path(f"/proc/self/task/{threading.main_thread().native_id}")

    def watch() -> None:
        time.sleep(0.3)
        before = switches(main)
        time.sleep(1)
        seen.append(switches(main) - before)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        scripted.client("stall").get("/x", timeout=1.6)
    except neura_ai.APITimeoutError:
        watcher.join()
    assert 8 <= seen[0] <= 45


def test_the_workers_of_an_event_loop_sleep(scripted: Scripted) -> None:
    async def main() -> None:
        client = neura_ai.AsyncClient(KEY, base_url=scripted(*[OPEN] * 20).base_url)
        streams = [client.stream("GET", "/x") for _ in range(20)]
        for stream in streams:
            await stream.__anext__()
        waiting = [asyncio.ensure_future(stream.__anext__()) for stream in streams]
        await asyncio.sleep(0.5)
        workers = tasks("neura-worker")
        assert len(workers) >= len(streams)
        before = [switches(worker) for worker in workers]
        await asyncio.sleep(1)
        counts = [switches(worker) for worker in workers]
        assert max(after - was for after, was in zip(counts, before, strict=True)) <= FEW
        started = time.monotonic()
        for step in waiting:
            step.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        for stream in streams:
            await stream.aclose()
        assert time.monotonic() - started < 0.5

    asyncio.run(main())
