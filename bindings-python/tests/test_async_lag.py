"""Nothing that a call does keeps the loop from its other tasks."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable
from typing import Any

import loops
import neura_ai
import pytest
from conftest import Scripted

HEAD = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
#: A pause of the loop that nobody notices: seconds.
NOTICED = 0.02
LARGE = 50 << 20


def large() -> dict[str, Any]:
    block = "x" * (1 << 20)
    head = f"HTTP/1.1 200 OK\r\ncontent-length: {LARGE}\r\n\r\n"
    return {"raw": head, "repeat": {"raw": block, "times": 50}}


def many_events() -> dict[str, Any]:
    block = f"data: {'x' * 200}\n\n" * 500
    return {"raw": HEAD, "repeat": {"raw": block, "times": 100}}


def slow_body() -> dict[str, Any]:
    return {"status": 200, "body": "x" * 300, "chunk_bytes": 1, "delay_ms": 1}


async def whole(client: neura_ai.AsyncClient) -> None:
    response = await client.get("/x")
    assert response.headers["content-length"] == str(LARGE)


async def in_pieces(client: neura_ai.AsyncClient) -> None:
    response = await client.get("/x", stream=True)
    total = 0
    async for piece in response.aiter_content(None):
        total += len(piece)
    assert total == LARGE


async def all_events(client: neura_ai.AsyncClient) -> None:
    async with client.stream("GET", "/x") as stream:
        count = 0
        async for _ in stream:
            count += 1
            if count % 256 == 0:
                await asyncio.sleep(0)  # What the consumer itself does is its own affair.
        assert count == 50_000


async def wait(client: neura_ai.AsyncClient) -> None:
    assert (await client.get("/x")).ok


async def many(client: neura_ai.AsyncClient) -> None:
    for _ in range(10):
        await asyncio.gather(*(client.get("/x") for _ in range(16)))


CALLS: list[tuple[Any, Any]] = [
    (whole, large),
    (in_pieces, large),
    (all_events, many_events),
    (wait, slow_body),
    (wait, lambda: {"status": 200, "delay_before_ms": 300}),
    (many, lambda: 200),
]


async def least_lag(call: Callable[[], Any]) -> float:
    """Of some times, since the machine has other work as well."""
    least = NOTICED
    for _ in range(8):
        _, worst = await loops.lag(call())
        least = min(least, worst)
        if least < NOTICED:
            break
    return least


@pytest.mark.parametrize(("call", "reply"), CALLS)
def test_the_loop_goes_on_during_a_call(scripted: Scripted, call: Any, reply: Any) -> None:
    client = loops.client(scripted, reply())
    assert loops.run(least_lag(lambda: call(client)), debug=False) < NOTICED


def test_the_loop_goes_on_while_a_name_is_looked_up(scripted: Scripted) -> None:
    client = neura_ai.AsyncClient(
        "nk-fake-0000", base_url="https://nowhere.invalid/v1", max_retries=0, connect_timeout=1
    )

    async def fail() -> None:
        with pytest.raises(neura_ai.APIConnectionError):
            await client.get("/x")

    assert loops.run(least_lag(fail), debug=False) < NOTICED


def test_the_loop_goes_on_while_nobody_accepts() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(0)
        port = silent.getsockname()[1]
        client = neura_ai.AsyncClient(
            "nk-fake-0000", base_url=f"http://127.0.0.1:{port}/v1", max_retries=0, timeout=0.3
        )

        async def fail() -> None:
            start = time.monotonic()
            with pytest.raises(neura_ai.APITimeoutError):
                await client.get("/x")
            assert time.monotonic() - start > 0.25

        assert loops.run(least_lag(fail), debug=False) < NOTICED


def test_json_can_be_read_beside_the_loop(scripted: Scripted) -> None:
    rows = ",".join(f'{{"id": {number}, "text": "row"}}' for number in range(100_000))
    client = loops.client(scripted, {"status": 200, "body": f"[{rows}]"})

    async def main() -> None:
        response = await client.get("/x")
        assert len(await asyncio.to_thread(response.json)) == 100_000

    loops.run(main(), debug=False)
