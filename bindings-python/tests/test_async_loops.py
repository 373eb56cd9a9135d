"""One client under every sort of event loop, under many of them, and after their end."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import loops
import neura_ai
import pytest
from conftest import Scripted
from neura_ai import _port
from servers import Sandbox

HEAD = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"


class Unwatching(asyncio.SelectorEventLoop):
    """A loop that watches no descriptors of others, as the usual one of Windows."""

    def add_reader(self, fd: Any, callback: Any, *args: Any) -> None:
        raise NotImplementedError


NewLoop = Callable[[], asyncio.AbstractEventLoop]
KINDS: list[NewLoop] = [asyncio.SelectorEventLoop, Unwatching]
if sys.platform == "win32":
    KINDS.append(asyncio.ProactorEventLoop)
else:
    import uvloop

    KINDS.append(uvloop.new_event_loop)

each_kind = pytest.mark.parametrize(
    "new_loop", KINDS, ids=["selector", "unwatching", KINDS[-1].__module__.partition(".")[0]]
)


@pytest.fixture
def client(sandbox: Sandbox) -> neura_ai.AsyncClient:
    return neura_ai.AsyncClient(sandbox.api_key, base_url=sandbox.base_url)


async def everything(client: neura_ai.AsyncClient, number: int = 0) -> None:
    """One call of each sort."""
    assert (await client.get("/models")).ok
    messages = [{"role": "user", "content": f"this is number {number}"}]
    stream = await client.chat.completions.create(model="gpt-5", messages=messages, stream=True)
    parts = [choice.delta.get("content") async for chunk in stream for choice in chunk.choices]
    assert "".join(part or "" for part in parts) == f"You said: this is number {number}"
    response = await client.get("/models", stream=True)
    assert b"gpt-5" in await response.aread()
    with pytest.raises(neura_ai.NotFoundError):
        await client.models.retrieve("gpt-0")


@each_kind
def test_every_kind_of_loop_serves(client: neura_ai.AsyncClient, new_loop: NewLoop) -> None:
    async def main() -> None:
        await asyncio.gather(*(everything(client, number) for number in range(20)))

    for debug in (False, True):
        loops.run(main(), new_loop=new_loop, debug=debug)


@each_kind
def test_every_kind_of_loop_closes_what_is_cancelled(scripted: Scripted, new_loop: NewLoop) -> None:
    client = loops.client(scripted, "stall", 200)

    async def main() -> None:
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(client.get("/x"), 0.2)
        await loops.until(lambda: scripted.servers[-1].closed_by_client(0), within=0.2)
        assert (await client.get("/x")).ok

    loops.run(main(), new_loop=new_loop)


@each_kind
def test_every_kind_of_loop_asks_for_the_key(sandbox: Sandbox, new_loop: NewLoop) -> None:
    async def source() -> str:
        await asyncio.sleep(0.01)
        return sandbox.api_key

    client = neura_ai.AsyncClient(source, base_url=sandbox.base_url)
    loops.run(everything(client), new_loop=new_loop)


def test_loops_of_all_kinds_in_many_threads_share_a_client(client: neura_ai.AsyncClient) -> None:
    failures: list[BaseException] = []

    def work(new_loop: NewLoop, first: int) -> None:
        async def main() -> None:
            await asyncio.gather(*(everything(client, first + turn) for turn in range(10)))

        loop = new_loop()
        try:
            loop.run_until_complete(main())
        except BaseException as error:
            failures.append(error)
        finally:
            loops.end(loop)

    threads = [
        threading.Thread(target=work, args=(KINDS[turn % len(KINDS)], turn * 100))
        for turn in range(9)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []


@each_kind
def test_what_a_loop_left_over_does_not_reach_the_next(
    scripted: Scripted, new_loop: NewLoop
) -> None:
    client = loops.client(scripted, {"status": 200, "delay_before_ms": 100})
    for _ in range(3):
        loop = new_loop()
        left = [client.get("/x") for _ in range(4)]
        for call in left:
            loop.call_soon(call.send, None)  # Begun, and never to go on.
        loop.call_later(0.05, loop.stop)
        loop.run_forever()
        loop.close()
        assert loops.run(client.get("/y"), new_loop=new_loop).ok
        for call in left:
            call.close()
        del loop, left, call
        gc.collect()


@each_kind
def test_a_late_outcome_finds_a_closed_loop(scripted: Scripted, new_loop: NewLoop) -> None:
    client = loops.client(scripted, {"status": 200, "delay_before_ms": 100})
    loop = new_loop()
    call = client.get("/x")
    loop.call_soon(call.send, None)
    loop.call_later(0.03, loop.stop)
    loop.run_forever()
    loop.close()
    # The coroutine holds the port; what the worker brings wakes nobody.
    threading.Event().wait(0.3)
    call.close()
    assert loops.run(client.get("/y"), new_loop=new_loop).ok


@each_kind
def test_a_loop_and_its_port_are_freed(client: neura_ai.AsyncClient, new_loop: NewLoop) -> None:
    loop = new_loop()
    loop.run_until_complete(everything(client))
    gone = [weakref.ref(loop), *_port._ports.values()]
    loops.end(loop)
    del loop
    gc.collect()
    assert [ref() for ref in gone] == [None, None]
    assert len(_port._ports) == 0


@each_kind
def test_many_loops_in_turn_leave_nothing_behind(
    client: neura_ai.AsyncClient, new_loop: NewLoop
) -> None:
    def descriptors() -> int:
        folder = Path("/proc/self/fd")
        return len(list(folder.iterdir())) if folder.exists() else 0

    def turn() -> None:
        loop = new_loop()
        loop.run_until_complete(client.get("/models"))
        loop.close()

    for _ in range(5):
        turn()
    gc.collect()
    before, threads = descriptors(), threading.active_count()
    for _ in range(200):
        turn()
    gc.collect()
    assert descriptors() <= before + 1  # A connection more may rest in the pool.
    assert threading.active_count() == threads
    assert len(_port._ports) == 0


def test_many_calls_leave_no_memory_behind(
    client: neura_ai.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The runner keeps every record that reaches the root.
    monkeypatch.setattr(logging.getLogger("neura_ai"), "propagate", False)

    async def some() -> int:
        async def fail() -> None:
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(client.get("/models"), 0)
            with pytest.raises(neura_ai.NotFoundError):
                await client.models.retrieve("gpt-0")

        for _ in range(20):
            await asyncio.gather(*(everything(client) for _ in range(4)), fail())
        await asyncio.sleep(0.1)
        gc.collect()
        return len(gc.get_objects())

    async def main() -> None:
        await some()
        before = await some()
        assert await some() - before < 50

    loops.run(main(), debug=False)


@each_kind
def test_a_program_that_ends_with_open_calls_ends_at_once(
    scripted: Scripted, tmp_path: Path, new_loop: NewLoop
) -> None:
    server = scripted("stall")
    kind = f"{new_loop.__module__}.{new_loop.__qualname__}"
    program = tmp_path / "program.py"
    program.write_text(
        f"""
import asyncio, sys
sys.path.insert(0, {os.path.dirname(__file__)!r})
import neura_ai, {new_loop.__module__}

async def main():
    client = neura_ai.AsyncClient("nk-fake-0000", base_url={server.base_url!r})
    calls = [asyncio.ensure_future(client.get("/x")) for _ in range(50)]
    await asyncio.sleep(0.3)

loop = {kind}()
loop.run_until_complete(main())
print("end", flush=True)
""",
        encoding="utf-8",
    )
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", program], capture_output=True, text=True, timeout=10
    )
    assert ran.stdout == "end\n"
    assert ran.returncode == 0
    assert "Traceback" not in ran.stderr


def test_what_runs_at_exit_may_still_call(sandbox: Sandbox, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        f"""
import asyncio, atexit

def bye():
    for _ in range(2):
        print(loop.run_until_complete(client.get("/models", timeout=2)).status_code, flush=True)
    loop.close()

atexit.register(bye)  # Before the package's own, so it is run after that.
import neura_ai

loop = asyncio.new_event_loop()
client = neura_ai.AsyncClient({sandbox.api_key!r}, base_url={sandbox.base_url!r})
loop.run_until_complete(client.get("/models"))
""",
        encoding="utf-8",
    )
    ran = subprocess.run(
        [sys.executable, program], capture_output=True, text=True, timeout=10, check=True
    )
    assert ran.stdout == "200\n200\n"
    assert ran.stderr == ""
