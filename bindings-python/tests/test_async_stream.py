"""Streams of events and of chat on an event loop."""

from __future__ import annotations

import asyncio
import gc
import json
import warnings
from typing import Any

import loops
import neura_ai
import pytest
from conftest import Scripted

HEAD = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"


def events(body: str, **more: Any) -> dict[str, Any]:
    return {"raw": HEAD + body, **more}


def endless(body: str = "data: 1\n\n") -> dict[str, Any]:
    """What came so far, and then nothing for as long as the client likes."""
    return events(body, then="stall")


def numbers(count: int) -> str:
    return "".join(f"data: {number}\n\n" for number in range(count))


def opened(scripted: Scripted, *replies: Any, **options: Any) -> neura_ai.AsyncEventStream:
    return loops.client(scripted, *replies, **options).stream("GET", "/x")


async def data(stream: neura_ai.AsyncEventStream, into: list[str] | None = None) -> list[str]:
    seen = [] if into is None else into
    async for event in stream:
        seen.append(event.data)
    return seen


def test_a_stream_gives_all_events_in_order_and_ends_for_good(scripted: Scripted) -> None:
    async def main() -> None:
        stream = opened(scripted, events(numbers(5000) + "data: [DONE]\n\ndata: late\n\n"))
        assert stream._response is None
        assert await data(stream) == [str(number) for number in range(5000)]
        assert stream._response is not None
        assert stream._response.status_code == 200
        for _ in range(3):
            with pytest.raises(StopAsyncIteration):
                await anext(stream)
        assert await data(stream) == []
        assert await anext(stream, "none") == "none"

    loops.run(main())
    assert len(scripted.requests()) == 1


def test_many_events_need_few_wake_ups(scripted: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    from neura_ai import _port

    settle, wake_ups = _port.Port._settle, 0

    def counted(port: _port.Port) -> None:
        nonlocal wake_ups
        wake_ups += 1
        settle(port)

    monkeypatch.setattr(_port.Port, "_settle", counted)

    async def main() -> None:
        assert len(await data(opened(scripted, events(numbers(20_000))))) == 20_000

    loops.run(main())
    assert 20_000 / 256 <= wake_ups < 500


def test_a_slow_consumer_is_not_flooded(scripted: Scripted) -> None:
    event = f"data: {'x' * 1000}\n\n"
    server = scripted({"raw": HEAD, "repeat": {"raw": event, "times": 50_000}})
    client = neura_ai.AsyncClient("nk-fake-0000", base_url=server.base_url)

    async def main() -> None:
        async with client.stream("GET", "/x") as stream:
            await anext(stream)
            await asyncio.sleep(0.5)
            (request,) = await asyncio.to_thread(server.requests)
            assert request["answered_at_ms"] is None  # The server waits for its consumer.
            assert len(await data(stream)) == 49_999

    loops.run(main(), debug=False)


def test_an_error_comes_behind_the_items(scripted: Scripted) -> None:
    async def main() -> None:
        cut = {"raw": HEAD.replace("\r\n\r\n", "\r\ncontent-length: 99999\r\n\r\n") + numbers(300)}
        stream = opened(scripted, cut)
        seen: list[str] = []
        with pytest.raises(neura_ai.APIConnectionError):
            await data(stream, seen)
        assert seen == [str(number) for number in range(300)]
        for _ in range(2):  # The same to whoever asks again, also behind a closing.
            with pytest.raises(neura_ai.APIConnectionError):
                await data(stream)
            await stream.close()

    loops.run(main())


def test_chat_s_own_errors_are_raised_by_the_iterator(scripted: Scripted) -> None:
    chunk = {"choices": [{"index": 0, "delta": {"content": "a"}, "finish_reason": None}]}
    first = f"data: {json.dumps(chunk)}\n\n"
    for then, kind in (
        ("", neura_ai.IncompleteStreamError),
        ("data: {\n\n", neura_ai.DecodeError),
        ('data: {"error": {"message": "no", "type": "server_error"}}\n\n', neura_ai.NeuraError),
    ):

        async def main(then: str = then, kind: type[Exception] = kind) -> None:
            client = loops.client(scripted, events(first + then))
            stream = await client.chat.completions.create(model="m", messages=[], stream=True)
            assert (await anext(stream)).choices[0].delta.content == "a"
            for _ in range(2):
                with pytest.raises(kind):
                    await anext(stream)

        loops.run(main())


async def enter(stream: neura_ai.AsyncEventStream) -> None:
    async with stream:
        raise AssertionError


@pytest.mark.parametrize("way", ["with", "for", "next"])
def test_a_stream_that_cannot_be_opened_says_so(scripted: Scripted, way: str) -> None:
    stream = opened(scripted, 429)

    async def main() -> None:
        ways = {
            "with": lambda: enter(stream),
            "for": lambda: data(stream),
            "next": stream.__anext__,
        }
        with pytest.raises(neura_ai.RateLimitError):
            await ways[way]()
        with pytest.raises(neura_ai.InvalidArgumentError, match="already been opened"):
            await anext(stream)
        await stream.close()

    loops.run(main())
    assert len(scripted.requests()) == 1


def test_a_stream_that_was_never_opened_needs_no_closing(scripted: Scripted) -> None:
    async def main() -> None:
        opened(scripted, 200)
        stream = opened(scripted, 200)
        await stream.close()
        with pytest.raises(neura_ai.CancelledError, match="closed before its end"):
            await anext(stream)

    loops.run(main())
    gc.collect()  # A warning would be an error.
    assert scripted.requests() == []


async def leave_by_with(stream: neura_ai.AsyncEventStream) -> None:
    async with stream:
        await anext(stream)


async def leave_by_error(stream: neura_ai.AsyncEventStream) -> None:
    with pytest.raises(KeyError):
        async with stream:
            raise KeyError


async def leave_by_break(stream: neura_ai.AsyncEventStream) -> None:
    async with stream:
        async for _ in stream:
            break


async def leave_by_close(stream: neura_ai.AsyncEventStream) -> None:
    await anext(stream)
    await stream.close()
    await stream.aclose()
    for _ in range(2):
        with pytest.raises(neura_ai.CancelledError, match="closed before its end"):
            await anext(stream)


async def leave_by_timeout(stream: neura_ai.AsyncEventStream) -> None:
    await anext(stream)
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(anext(stream), 0.1)
    for _ in range(2):
        with pytest.raises(neura_ai.CancelledError, match="closed before its end"):
            await anext(stream)


async def leave_by_generator_close(stream: neura_ai.AsyncEventStream) -> None:
    async def inner() -> Any:
        async with stream:
            async for event in stream:
                yield event

    generator = inner()
    await anext(generator)
    await generator.aclose()


LEAVE = [
    leave_by_with,
    leave_by_error,
    leave_by_break,
    leave_by_close,
    leave_by_timeout,
    leave_by_generator_close,
]


@pytest.mark.parametrize("leave", LEAVE)
def test_leaving_a_stream_closes_its_connection(scripted: Scripted, leave: Any) -> None:
    client = loops.client(scripted, endless(), 200)

    async def main() -> None:
        stream = client.stream("GET", "/x")
        await leave(stream)
        await loops.until(lambda: scripted.servers[-1].closed_by_client(0), within=0.2)
        assert (await client.get("/x")).ok
        del stream

    loops.run(main())


def test_a_stream_that_is_forgotten_is_closed_with_a_warning(scripted: Scripted) -> None:
    async def main() -> None:
        with pytest.warns(ResourceWarning, match="unclosed <neura_ai._async_stream.AsyncEvent"):
            await anext(opened(scripted, endless()))
        await loops.until(lambda: scripted.servers[-1].closed_by_client(0), within=0.2)

    loops.run(main())


def test_a_stream_that_was_read_to_its_end_is_not_warned_of(scripted: Scripted) -> None:
    async def main() -> None:
        stream = opened(scripted, events("data: 1\n\ndata: 2\n\n"))
        assert await data(stream) == ["1", "2"]

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loops.run(main())


def test_a_second_task_at_one_stream_is_refused_and_nothing_is_lost(scripted: Scripted) -> None:
    body = HEAD + numbers(40)
    pieces = {"raw": body, "split": [len(HEAD)] + [10] * 40, "delay_ms": 5}

    async def main() -> None:
        stream = opened(scripted, pieces)
        first = asyncio.ensure_future(data(stream))
        refused = 0
        await asyncio.sleep(0)
        while not first.done():
            with pytest.raises(neura_ai.InvalidArgumentError, match="already waiting"):
                await anext(stream)
            refused += 1
            await asyncio.sleep(0.005)
        assert refused > 3
        assert await first == [str(number) for number in range(40)]

    loops.run(main())


@pytest.mark.parametrize("when", ["opening", "opening by with", "reading"])
def test_closing_wakes_the_task_that_waits(scripted: Scripted, when: str) -> None:
    reply: Any = endless("") if when == "reading" else "stall"

    async def main() -> None:
        stream = opened(scripted, reply)
        waits = asyncio.ensure_future(enter(stream) if "with" in when else anext(stream))
        await loops.reached(scripted)
        if when == "reading":
            await loops.until(lambda: stream._response is not None)
        await stream.close()
        with pytest.raises(neura_ai.CancelledError, match=r"call was cancelled|closed before"):
            await asyncio.wait_for(waits, 1)
        with pytest.raises(neura_ai.CancelledError, match="closed before its end"):
            await anext(stream)
        await loops.until(lambda: scripted.servers[-1].closed_by_client(0), within=0.2)

    loops.run(main())


def test_a_step_that_is_cancelled_with_its_items_on_the_way_leaves_no_gap(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    from neura_ai import _port

    settle = _port.Port._settle
    steps: list[asyncio.Future[Any]] = []

    def settle_and_cancel(port: _port.Port) -> None:
        settle(port)
        for step in steps:
            step.cancel()

    monkeypatch.setattr(_port.Port, "_settle", settle_and_cancel)

    async def main() -> None:
        stream = opened(scripted, events(numbers(600)), idle_timeout=5)
        first = await anext(stream)
        seen = [first]
        while (event := stream._native.ahead()) is not None:  # type: ignore[union-attr]
            seen.append(event)
        steps.append(asyncio.ensure_future(anext(stream)))
        with pytest.raises(asyncio.CancelledError):
            await steps[0]
        assert len(seen) < 600
        for _ in range(2):
            with pytest.raises(neura_ai.CancelledError, match="closed before its end"):
                await anext(stream)

    loops.run(main())


def test_a_stream_closed_by_another_task_does_not_end_like_a_whole_one(scripted: Scripted) -> None:
    async def main() -> None:
        stream = opened(scripted, events(numbers(600) + "data: [DONE]\n\n"))
        assert (await anext(stream)).data == "0"
        await asyncio.ensure_future(stream.close())
        with pytest.raises(neura_ai.CancelledError, match="closed before its end"):
            await anext(stream)

        whole = opened(scripted, events(numbers(3)))
        assert len(await data(whole)) == 3
        await whole.close()
        assert await data(whole) == []

    loops.run(main())


def test_a_stream_that_waits_for_its_key_is_closed(scripted: Scripted) -> None:
    async def main() -> None:
        asked = asyncio.Event()
        given_up = asyncio.Event()

        async def key() -> str:
            asked.set()
            try:
                await asyncio.sleep(60)
            finally:
                given_up.set()
            return ""

        client = neura_ai.AsyncClient(key, base_url=scripted(200).base_url)
        stream = client.stream("GET", "/x")
        waits = asyncio.ensure_future(anext(stream))
        await asked.wait()
        await stream.close()
        with pytest.raises(neura_ai.CancelledError, match=r"call was cancelled|closed before"):
            await asyncio.wait_for(waits, 1)
        await asyncio.wait_for(given_up.wait(), 1)

    loops.run(main())
    assert scripted.requests() == []


def test_a_stream_goes_on_in_another_loop(scripted: Scripted) -> None:
    stream = opened(scripted, events(numbers(1000)))

    async def some() -> list[str]:
        return [(await anext(stream)).data for _ in range(300)]

    seen = loops.run(some()) + loops.run(some()) + loops.run(data(stream))
    assert seen == [str(number) for number in range(1000)]
