"""Many calls at once."""

from __future__ import annotations

import asyncio
import threading
import time

import loops
import neura_ai
import pytest
from conftest import Scripted
from servers import Sandbox


@pytest.mark.parametrize("limit", [1, 4])
def test_no_more_calls_than_allowed_are_under_way_and_the_rest_come_in_order(
    scripted: Scripted, limit: int
) -> None:
    client = loops.client(scripted, {"status": 200, "delay_before_ms": 20}, max_in_flight=limit)

    async def main() -> None:
        replies = await asyncio.gather(*(client.get(f"/{turn}") for turn in range(24)))
        assert all(reply.ok for reply in replies)

    loops.run(main())
    requests = scripted.requests()
    spans = [(request["at_ms"], request["answered_at_ms"]) for request in requests]
    for begin, _ in spans:
        assert sum(start <= begin < end for start, end in spans) <= limit
    order = [int(request["target"].rsplit("/", 1)[1]) for request in requests]
    for place, turn in enumerate(order):
        assert abs(place - turn) < limit  # Those that began together come in any order.


def test_a_thousand_tasks_get_each_its_own_answer(sandbox: Sandbox) -> None:
    client = neura_ai.AsyncClient(sandbox.api_key, base_url=sandbox.base_url, max_in_flight=16)
    before, most = threading.active_count(), 0

    async def ask(number: int) -> None:
        nonlocal most
        messages = [{"role": "user", "content": f"number {number}"}]
        answer = await client.chat.completions.create(model="gpt-5", messages=messages)
        assert answer.choices[0].message.content == f"You said: number {number}"
        most = max(most, loops.workers())

    async def main() -> None:
        start = time.monotonic()
        await asyncio.gather(*(ask(number) for number in range(1000)))
        assert time.monotonic() - start < 20

    others = loops.workers()
    loops.run(main(), debug=False)
    assert most <= 16 + others
    assert threading.active_count() == before


def test_a_thousand_calls_wait_together(scripted: Scripted) -> None:
    client = loops.client(scripted, {"status": 200, "delay_before_ms": 1000})

    async def main() -> None:
        start = time.monotonic()
        replies = await asyncio.gather(*(client.get("/x") for _ in range(1000)))
        assert all(reply.ok for reply in replies)
        assert time.monotonic() - start < 20  # One after the other would be 1000 s.

    loops.run(main(), debug=False)


def test_open_streams_take_no_turn_while_nobody_reads_them(scripted: Scripted) -> None:
    head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
    open_ended = {"raw": head + "data: 1\n\n", "then": "stall"}
    client = loops.client(scripted, *[open_ended] * 8, 200, max_in_flight=2)

    async def main() -> None:
        streams = [client.stream("GET", "/x") for _ in range(8)]
        for stream in streams:
            assert (await anext(stream)).data == "1"
        assert (await asyncio.wait_for(client.get("/y"), 2)).ok
        for stream in streams:
            await stream.close()

    loops.run(main())


def test_a_call_that_waits_for_its_turn_ends_when_its_time_is_up(scripted: Scripted) -> None:
    client = loops.client(scripted, "stall", "stall", max_in_flight=2)

    async def main() -> None:
        under_way = [asyncio.ensure_future(client.get("/hung")) for _ in range(2)]
        await loops.reached(scripted, 2)
        start = time.monotonic()
        with pytest.raises(neura_ai.APITimeoutError) as caught:
            await client.get("/x", timeout=0.3)
        assert 0.3 <= time.monotonic() - start < 2
        assert "300 ms (timeout)" in caught.value.message
        assert "one of 2 other calls" in caught.value.message
        assert "max_in_flight" in caught.value.message
        assert caught.value.attempts == 0
        for call in under_way:
            call.cancel()

    loops.run(main())
    assert len(scripted.requests()) == 2


def test_the_time_before_its_turn_counts_for_a_call_of_any_sort(scripted: Scripted) -> None:
    client = loops.client(scripted, "stall", max_in_flight=1, timeout=0.3)

    async def main() -> None:
        under_way = asyncio.ensure_future(client.get("/hung", timeout=None))
        await loops.reached(scripted)
        waiting = [
            client.get("/x"),
            client.get("/x", stream=True),
            client.models.list(),
            client.chat.completions.create(model="m", messages=[], stream=True),
            anext(client.stream("GET", "/x")),
        ]
        start = time.monotonic()
        for failed in await asyncio.gather(*waiting, return_exceptions=True):
            assert isinstance(failed, neura_ai.APITimeoutError)
        checked = await client.check()
        assert (checked.ok, checked.kind) == (False, "timeout")
        assert time.monotonic() - start < 3
        under_way.cancel()

    loops.run(main())
    assert len(scripted.requests()) == 1
