"""``final()`` of a chat's stream: the whole answer once it ended."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any

import loops
import neura_ai
import pytest
from conftest import KEY, Scripted
from sides import SIDES, Side

HEAD = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nx-request-id: r-1\r\n\r\n"
STOP = 'data: {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}\n\n'
QUESTION: dict[str, Any] = {"model": "m", "messages": [], "stream": True}

each_side = pytest.mark.parametrize("side", SIDES, ids=lambda side: side.name)


def chunks(*words: str) -> str:
    return "".join(
        f"data: {json.dumps({'choices': [{'index': 0, 'delta': {'content': it}}]})}\n\n"
        for it in words
    )


async def opened(side: Side, client: Any) -> Any:
    return await side.result(client.chat.completions.create(**QUESTION))


@each_side
@pytest.mark.parametrize("before", [0, 1, 2, 10])
def test_it_is_whole_however_much_was_read_before(
    scripted: Scripted, side: Side, before: int
) -> None:
    body = chunks("a", "b", "c") + STOP + "data: [DONE]\n\n"
    server = scripted({"raw": HEAD + body, "chunk_bytes": 50, "delay_ms": 1})

    async def play() -> None:
        async with side.client(KEY, base_url=server.base_url) as client:
            stream = await opened(side, client)
            if before:
                read = 0
                async for _ in side.items(stream):
                    read += 1
                    if read == before:
                        break
            answer = await side.result(stream.final())
            assert type(answer) is neura_ai.types.ChatCompletion
            assert answer.object == "chat.completion"
            assert answer.choices[0].message.content == "abc"
            assert answer.choices[0].finish_reason == "stop"
            assert answer.choices[0].message.tool_calls is None
            assert answer._response.status_code == 200
            assert answer._response.request_id == "r-1"
            assert await side.result(stream.final()) == answer
            assert [item async for item in side.items(stream)] == []
            await side.result(stream.close())
            assert await side.result(stream.final()) == answer

    side.run(play())


@each_side
def test_it_is_what_would_have_come_at_once(sandbox: Any, side: Side) -> None:
    question: dict[str, Any] = {
        "model": "gpt-5",
        "messages": [{"role": "user", "content": "Hello! " * 5000}],
        "n": 2,
    }

    async def play() -> None:
        async with side.client(sandbox.api_key, base_url=sandbox.base_url) as client:
            create = client.chat.completions.create
            whole = await side.result(create(**question))
            options = {"stream_options": {"include_usage": True}}
            stream = await side.result(create(**question, stream=True, **options))
            answer = await side.result(stream.final())
            assert answer.usage == whole.usage
            assert [it.message.content for it in answer.choices] == [
                it.message.content for it in whole.choices
            ]

    side.run(play())


@each_side
def test_it_raises_what_ended_the_stream(scripted: Scripted, side: Side) -> None:
    failed = 'data: {"error": {"message": "busy", "code": "overloaded"}}\n\n'
    odd = 'data: {"choices": [{"index": "x"}]}\n\n'
    server = scripted(*({"raw": HEAD + chunks("a") + it} for it in ("", failed, odd + STOP)))

    async def play() -> None:
        async with side.client(KEY, base_url=server.base_url, max_retries=0) as client:
            wanted = (neura_ai.IncompleteStreamError, neura_ai.NeuraError, neura_ai.DecodeError)
            for kind in wanted:
                stream = await opened(side, client)
                for _ in range(2):
                    with pytest.raises(kind):
                        await side.result(stream.final())

    side.run(play())


@each_side
def test_it_refuses_a_stream_that_was_closed_early(scripted: Scripted, side: Side) -> None:
    reply = {"raw": HEAD + chunks("a"), "then": "stall"}
    server = scripted(reply, reply)

    async def play() -> None:
        async with side.client(KEY, base_url=server.base_url) as client:
            for reads in (False, True):
                stream = await opened(side, client)
                if reads:
                    async for _ in side.items(stream):
                        break
                await side.result(stream.close())
                with pytest.raises(neura_ai.CancelledError, match="closed"):
                    await side.result(stream.final())

    side.run(play())


def test_another_thread_may_close_it(scripted: Scripted) -> None:
    client = scripted.client({"raw": HEAD + chunks("a"), "then": "stall"})
    stream = client.chat.completions.create(**QUESTION)
    timer = threading.Timer(0.1, stream.close)
    timer.start()
    with pytest.raises(neura_ai.CancelledError):
        stream.final()
    timer.join()


def test_a_cancelled_task_closes_it(scripted: Scripted) -> None:
    client = loops.client(scripted, {"raw": HEAD + chunks("a"), "then": "stall"})

    async def main() -> None:
        stream = await client.chat.completions.create(**QUESTION)
        task = asyncio.create_task(stream.final())
        await asyncio.sleep(0.1)
        with pytest.raises(neura_ai.InvalidArgumentError, match="another task"):
            await stream.final()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        with pytest.raises(neura_ai.CancelledError):
            await stream.final()

    loops.run(main())
    assert scripted.servers[-1].closed_by_client()


def test_a_long_answer_takes_no_second_of_its_own(scripted: Scripted) -> None:
    words = [f" word{number}" for number in range(30_000)]
    body = chunks(*words) + STOP
    stream = scripted.client({"raw": HEAD + body}).chat.completions.create(**QUESTION)
    assert stream.final().choices[0].message.content == "".join(words)
