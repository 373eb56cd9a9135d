"""Bodies that are read as they come, by an event loop."""

from __future__ import annotations

import asyncio
from typing import Any

import loops
import neura_ai
import pytest
from conftest import Scripted
from servers import Sandbox

LINES = "eins\r\nzwei\rdrei\n\nvier"
TEXT = {"status": 200, "headers": [["content-type", "text/plain; charset=utf-8"]]}


def reply(body: str = LINES, **more: Any) -> dict[str, Any]:
    return {**TEXT, "body": body, **more}


def slow(body: str = LINES) -> dict[str, Any]:
    """Every byte by itself."""
    return reply(body, chunk_bytes=1, delay_ms=1)


def stalled(body: str = "half") -> dict[str, Any]:
    """A body whose rest never comes."""
    return {"raw": f"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n{body}", "then": "stall"}


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("make", [reply, slow])
def test_a_body_is_read_in_every_way(scripted: Scripted, stream: bool, make: Any) -> None:
    client = loops.client(scripted, make("é" + LINES))

    async def main() -> None:
        async def get() -> neura_ai.Response:
            return await client.get("/x", stream=stream)

        whole = ("é" + LINES).encode()
        assert await (await get()).aread() == whole
        for size in (None, 1, 4, 512):
            pieces = [piece async for piece in (await get()).aiter_content(size)]
            assert b"".join(pieces) == whole
            assert all(len(piece) <= (size or 999) for piece in pieces)
        texts = [text async for text in (await get()).aiter_content(1, decode_unicode=True)]
        assert "".join(texts) == "é" + LINES
        lines = [line async for line in (await get()).aiter_lines(3)]
        assert lines == ["é".encode() + b"eins", b"zwei", b"drei", b"", b"vier"]
        parts = (await get()).aiter_lines(3, decode_unicode=True, delimiter="ei")
        assert [part async for part in parts] == ["é", "ns\r\nzw", "\rdr", "\n\nvier"]
        read = await get()
        assert await read.aread() is await read.aread()
        assert read.text == "é" + LINES

    loops.run(main())


def test_events_of_a_body(scripted: Scripted) -> None:
    body = "data: 1\n\nevent: x\ndata: 2\n\ndata: [DONE]\n\n"
    client = loops.client(
        scripted, {"status": 200, "headers": [["content-type", "text/event-stream"]], "body": body}
    )

    async def main() -> None:
        for stream in (True, False):
            response = await client.get("/x", stream=stream)
            async with response.aiter_events() as events:
                assert [(event.event, event.data) async for event in events] == [
                    ("message", "1"),
                    ("x", "2"),
                ]

    loops.run(main())


def test_what_is_still_to_come_is_not_waited_for_on_the_loop(scripted: Scripted) -> None:
    async def main() -> None:
        async with await loops.client(scripted, stalled()).get("/x", stream=True) as response:
            for blocking in (
                lambda: response.content,
                lambda: response.text,
                response.json,
                lambda: next(response.iter_content()),
                response.iter_events,
            ):
                with pytest.raises(neura_ai.InvalidArgumentError, match="aread"):
                    blocking()

    loops.run(main())
    assert scripted.servers[-1].closed_by_client(within=0.5)


async def leave_by_with(response: neura_ai.Response) -> None:
    async with response:
        async for _ in response.aiter_content():
            break


async def leave_by_error(response: neura_ai.Response) -> None:
    with pytest.raises(KeyError):
        async with response:
            raise KeyError


async def leave_by_close(response: neura_ai.Response) -> None:
    await response.aclose()
    await response.aclose()
    response.close()
    with pytest.raises(neura_ai.CancelledError):
        await response.aread()


async def leave_by_cancelling(response: neura_ai.Response) -> None:
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(response.aread(), 0.1)


async def leave_by_a_cancelled_piece(response: neura_ai.Response) -> None:
    pieces = response.aiter_content(None)
    assert await anext(pieces) == b"half"
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(anext(pieces), 0.1)
    with pytest.raises(neura_ai.CancelledError):
        await response.aread()


LEAVE = [
    leave_by_with,
    leave_by_error,
    leave_by_close,
    leave_by_cancelling,
    leave_by_a_cancelled_piece,
]


@pytest.mark.parametrize("leave", LEAVE)
def test_leaving_a_body_closes_its_connection(scripted: Scripted, leave: Any) -> None:
    client = loops.client(scripted, stalled(), 200)

    async def main() -> None:
        # Held on to, so that only what is done closes it.
        response = await client.get("/x", stream=True)
        await leave(response)
        await loops.until(lambda: scripted.servers[-1].closed_by_client(0), within=0.2)
        assert (await client.get("/x")).ok

    loops.run(main())


def test_a_reader_that_is_cancelled_before_its_turn_closes_the_connection(
    scripted: Scripted,
) -> None:
    client = loops.client(scripted, stalled(), "stall", max_in_flight=1)

    async def main() -> None:
        response = await client.get("/x", stream=True)
        other = asyncio.ensure_future(client.get("/y"))
        await loops.reached(scripted, 2)
        for read in (response.aread(), anext(response.aiter_content(1))):
            with pytest.raises((asyncio.TimeoutError, neura_ai.InvalidArgumentError)):
                await asyncio.wait_for(read, 0.05)
            await loops.until(lambda: scripted.servers[-1].closed_by_client(0), within=0.2)
        other.cancel()

    loops.run(main())


def test_dropping_a_body_closes_its_connection(scripted: Scripted) -> None:
    async def main() -> None:
        with pytest.warns(ResourceWarning, match="unclosed"):  # noqa: PT031
            await loops.client(scripted, stalled()).get("/x", stream=True)
            await loops.until(lambda: scripted.servers[-1].closed_by_client(0), within=0.2)

    loops.run(main())


def test_a_body_is_not_read_on_before_it_is_asked_for(scripted: Scripted) -> None:
    block = "x" * 65536
    head = f"HTTP/1.1 200 OK\r\ncontent-length: {65536 * 1024}\r\n\r\n"
    server = scripted({"raw": head, "repeat": {"raw": block, "times": 1024}})
    client = neura_ai.AsyncClient("nk-fake-0000", base_url=server.base_url)

    def answered() -> bool:
        return server.requests()[0]["answered_at_ms"] is not None

    async def main() -> None:
        async with await client.get("/x", stream=True) as response:
            await asyncio.sleep(0.3)
            assert not await asyncio.to_thread(answered)
            total = 0
            async for piece in response.aiter_content(None):
                total += len(piece)
            assert total == 65536 * 1024

    loops.run(main())


def test_small_pieces_of_what_came_already_are_quick(scripted: Scripted) -> None:
    body = "0123456789" * 20_000

    async def main() -> None:
        response = await loops.client(scripted, reply(body)).get("/x", stream=True)
        start = asyncio.get_running_loop().time()
        pieces = [piece async for piece in response.aiter_content(1)]
        took = asyncio.get_running_loop().time() - start
        assert b"".join(pieces) == body.encode()
        assert len(pieces) == 200_000
        assert took < 5  # A worker for each of them takes 20 s and more.

    loops.run(main(), debug=False)


def test_two_tasks_at_one_body_lose_nothing(scripted: Scripted) -> None:
    client = loops.client(scripted, {**slow("abcdefghij" * 20), "delay_ms": 2})

    async def main() -> None:
        response = await client.get("/x", stream=True)
        got, refused = bytearray(), 0

        async def read() -> None:
            nonlocal refused
            while True:
                try:
                    async for piece in response.aiter_content(None):
                        got.extend(piece)
                    return
                except neura_ai.InvalidArgumentError as error:
                    if "one at a time" not in str(error):
                        return  # The other read it to its end.
                    refused += 1
                    await asyncio.sleep(0.003)

        await asyncio.gather(read(), read())
        assert bytes(got) == b"abcdefghij" * 20
        assert refused > 0

    loops.run(main())


def test_several_tasks_may_read_the_whole(scripted: Scripted) -> None:
    body = "x" * 100_000
    client = loops.client(scripted, reply(body, chunk_bytes=20_000, delay_ms=5))

    async def main() -> None:
        for _ in range(20):
            response = await client.get("/x", stream=True)
            reads = [asyncio.ensure_future(read(response, turns)) for turns in range(30)]
            done = await asyncio.wait_for(asyncio.gather(*reads, return_exceptions=True), 10)
            whole = [given for given in done if isinstance(given, bytes)]
            assert whole
            assert {len(given) for given in whole} == {100_000}
            rest = [given for given in done if not isinstance(given, bytes)]
            assert all(isinstance(error, neura_ai.InvalidArgumentError) for error in rest)

    async def read(response: neura_ai.Response, turns: int) -> bytes:
        for _ in range(turns):
            await asyncio.sleep(0.001)
        return await response.aread()

    loops.run(main(), debug=False)


def test_a_stream_that_fails_in_the_midst_tells_why(scripted: Scripted) -> None:
    async def main() -> None:
        cut = {"raw": "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"}
        response = await loops.client(scripted, cut).get("/x", stream=True)
        pieces = response.aiter_content(None)
        assert await anext(pieces) == b"half"
        with pytest.raises(neura_ai.APIConnectionError):
            await anext(pieces)

    loops.run(main())


def test_an_error_status_is_in_memory(sandbox: Sandbox) -> None:
    client = neura_ai.AsyncClient(sandbox.api_key, base_url=sandbox.base_url)

    async def main() -> None:
        response = await client.get("/models/gpt-0", stream=True)
        assert response.json()["error"]["code"]
        with pytest.raises(neura_ai.NotFoundError):
            response.raise_for_status()

    loops.run(main())
