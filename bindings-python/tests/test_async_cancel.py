"""A task that is cancelled closes its connection, whatever its call is about."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

import loops
import neura_ai
import pytest
from conftest import Scripted
from servers import eventually

HEAD = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
STREAMING = {"raw": HEAD, "then": "stall"}
HALF = {"raw": "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nhalf", "then": "stall"}


async def whole_body(client: neura_ai.AsyncClient) -> Any:
    return await client.get("/x")


async def rest_of_body(client: neura_ai.AsyncClient) -> Any:
    async with await client.get("/x", stream=True) as response:
        return await response.aread()


async def events(client: neura_ai.AsyncClient) -> Any:
    async with client.stream("GET", "/x") as stream:
        return [event async for event in stream]


async def chat(client: neura_ai.AsyncClient) -> Any:
    stream = await client.chat.completions.create(model="m", messages=[], stream=True)
    return [chunk async for chunk in stream]


CALLS = [
    (whole_body, "stall"),
    (whole_body, HALF),
    (rest_of_body, HALF),
    (events, "stall"),
    (events, STREAMING),
    (chat, STREAMING),
]


async def by_cancel(call: Awaitable[Any], ready: Awaitable[None]) -> None:
    task = asyncio.ensure_future(call)
    await ready
    task.cancel()
    with pytest.raises(asyncio.CancelledError) as caught:
        await task
    assert type(caught.value) is asyncio.CancelledError


async def by_wait_for(call: Awaitable[Any], ready: Awaitable[None]) -> None:
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(asyncio.gather(call, ready), 0.4)


async def by_gather(call: Awaitable[Any], ready: Awaitable[None]) -> None:
    async def fail() -> None:
        await ready
        raise KeyError

    both = asyncio.gather(call, fail())
    with pytest.raises(KeyError):
        await both
    for task in both._children:  # type: ignore[attr-defined]
        task.cancel()


WAYS: list[Callable[..., Any]] = [by_cancel, by_wait_for, by_gather]

if sys.version_info >= (3, 11):

    async def by_timeout(call: Awaitable[Any], ready: Awaitable[None]) -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.4):
                await asyncio.gather(call, ready)

    async def by_task_group(call: Any, ready: Awaitable[None]) -> None:
        async def fail() -> None:
            async with asyncio.TaskGroup() as group:
                group.create_task(call)
                await ready
                raise KeyError

        with pytest.raises(ExceptionGroup) as caught:  # noqa: F821
            await fail()
        assert len(caught.value.exceptions) == 1

    WAYS += [by_timeout, by_task_group]


@pytest.mark.parametrize(("call", "reply"), CALLS)
@pytest.mark.parametrize("way", WAYS)
def test_cancelling_closes_the_connection_within_200_ms(
    scripted: Scripted, call: Any, reply: Any, way: Any
) -> None:
    client = loops.client(scripted, reply, 200)

    async def main() -> None:
        await way(call(client), loops.reached(scripted))
        await loops.until(lambda: scripted.servers[-1].closed_by_client(0), within=0.2)
        assert (await client.get("/x")).ok

    loops.run(main())


def test_a_task_that_never_began_sends_nothing(scripted: Scripted) -> None:
    client = loops.client(scripted, 200)

    async def main() -> None:
        task = asyncio.ensure_future(client.get("/x"))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await client.get("/y")).ok

    loops.run(main())
    assert [request["target"] for request in scripted.requests()] == ["/v1/y"]


def test_a_call_that_waits_for_its_turn_is_withdrawn(scripted: Scripted) -> None:
    client = loops.client(scripted, {"status": 200, "delay_before_ms": 200}, max_in_flight=1)

    async def main() -> None:
        first = asyncio.ensure_future(client.get("/first"))
        await loops.reached(scripted)
        waiting = [asyncio.ensure_future(client.get(f"/{turn}")) for turn in range(20)]
        await asyncio.sleep(0.02)
        start = time.monotonic()
        for call in waiting[:19]:
            call.cancel()
        done = await asyncio.gather(*waiting[:19], return_exceptions=True)
        assert time.monotonic() - start < 0.1
        assert all(isinstance(error, asyncio.CancelledError) for error in done)
        assert (await first).ok
        assert (await waiting[19]).ok

    loops.run(main())
    assert [request["target"] for request in scripted.requests()] == ["/v1/first", "/v1/19"]


@pytest.mark.parametrize("stream", [False, True])
def test_an_outcome_on_its_way_is_closed_with_the_call(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch, stream: bool
) -> None:
    from neura_ai import _port

    settle = _port.Port._settle
    calls: list[asyncio.Future[Any]] = []

    def settle_and_cancel(port: _port.Port) -> None:
        settle(port)
        for call in calls:
            call.cancel()

    monkeypatch.setattr(_port.Port, "_settle", settle_and_cancel)
    client = loops.client(scripted, HALF if stream else 200)

    async def main() -> None:
        calls.append(asyncio.ensure_future(client.get("/x", stream=stream)))
        try:
            await calls[0]
        except asyncio.CancelledError as error:
            kept = error  # And with it every frame of its traceback.
        if stream:
            await loops.until(lambda: scripted.servers[-1].closed_by_client(0), within=0.2)
        assert kept.__traceback__

    loops.run(main())


def test_each_of_many_calls_settles_once(scripted: Scripted) -> None:
    client = loops.client(scripted, {"status": 200, "delay_before_ms": 30}, max_in_flight=64)

    async def main() -> None:
        done: list[str] = []

        async def one(turn: int) -> None:
            try:
                assert (await client.get("/x")).ok
                done.append("reply")
            except asyncio.CancelledError:
                done.append("cancelled")
                raise

        tasks = [asyncio.ensure_future(one(turn)) for turn in range(300)]
        for task in tasks[::-3]:  # The last ones wait for their turn, the first are under way.
            await asyncio.sleep(0.001)
            task.cancel()
            task.cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
        cancelled = sum(isinstance(end, asyncio.CancelledError) for end in ends)
        assert done.count("reply") == 300 - cancelled
        assert done.count("cancelled") <= cancelled
        assert 0 < cancelled <= 100
        assert (await client.get("/x")).ok

    loops.run(main(), debug=False)


def test_a_shielded_call_goes_on(scripted: Scripted) -> None:
    client = loops.client(scripted, {"status": 200, "delay_before_ms": 200})

    async def main() -> None:
        call = asyncio.ensure_future(client.get("/x"))
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(asyncio.shield(call), 0.05)
        assert (await call).ok

    loops.run(main())


def test_the_end_of_a_loop_ends_what_is_left(scripted: Scripted) -> None:
    client = loops.client(scripted, "stall", STREAMING, 200)

    async def main() -> None:
        calls = [asyncio.ensure_future(client.get("/x"))]
        await loops.reached(scripted)
        calls.append(asyncio.ensure_future(events(client)))
        await loops.reached(scripted, 2)

    loops.run(main())

    def closed() -> int:
        closes = scripted.servers[-1].report()["closes"]
        return sum(close["by"] == "client" for close in closes)

    assert eventually(lambda: closed() == 2, within=0.2)
    assert loops.run(client.get("/x")).ok


@pytest.mark.parametrize("read", ["aiter_content", "aiter_lines", "stream"])
def test_a_body_that_keeps_coming_is_closed_too(scripted: Scripted, read: str) -> None:
    # Each piece comes before the look at the token that would end the wait for it.
    endless = {"raw": HEAD, "repeat": {"raw": "data: 1\n\n"}, "delay_ms": 20}
    client = loops.client(scripted, endless, 200)

    async def main() -> None:
        held: Any = client.stream("GET", "/x")
        pieces = held
        if read != "stream":
            held = await client.get("/x", stream=True)
            pieces = getattr(held, read)()
        came = asyncio.Event()

        async def consume() -> None:
            async for _ in pieces:
                came.set()

        task = asyncio.ensure_future(consume())
        await came.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await loops.until(lambda: scripted.servers[-1].closed_by_client(0), within=0.2)
        del held

    loops.run(main())
