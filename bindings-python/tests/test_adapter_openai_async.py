"""The OpenAI SDK's client for asyncio, with our key and transport below it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import neura_ai
import openai
import pytest
from conftest import KEY, Scripted
from faulty import ENDLESS, FAULTS, nobody, told
from neura_ai.openai import AsyncOpenAI
from servers import Replay, Sandbox, header

MESSAGES: Any = [{"role": "user", "content": "Hello!"}]


def asking(server: Replay, **options: Any) -> AsyncOpenAI:
    return AsyncOpenAI(api_key=KEY, base_url=server.base_url, **{"max_retries": 0, **options})


def chat(client: Any, **more: Any) -> Awaitable[Any]:
    given: Awaitable[Any] = client.chat.completions.create(model="gpt-5", messages=MESSAGES, **more)
    return given


def test_chat_stream_models_and_embeddings_go_through_us(environment: None) -> None:
    async def main() -> None:
        async with AsyncOpenAI() as client:
            reply, models = await asyncio.gather(chat(client), client.models.list())
            assert "gpt-5" in [model.id for model in models.data]
            chunks = [chunk async for chunk in await chat(client, stream=True)]
            parts = [chunk.choices[0].delta.content or "" for chunk in chunks]
            assert "".join(parts) == reply.choices[0].message.content
            made = await client.embeddings.create(model="text-embedding-3-small", input="a")
            assert len(made.data[0].embedding) > 1
            raw = await client.models.with_raw_response.list()
            assert raw.parse().data == models.data
            streamed = client.chat.completions.with_streaming_response
            async with streamed.create(model="gpt-5", messages=MESSAGES) as response:
                assert (await response.parse()).choices == reply.choices

    asyncio.run(main())


def test_a_key_may_be_awaited(sandbox: Sandbox) -> None:
    async def key() -> str:
        await asyncio.sleep(0)
        return sandbox.api_key

    async def main() -> None:
        async with AsyncOpenAI(api_key=key, base_url=sandbox.base_url) as client:
            assert (await client.models.list()).data

    asyncio.run(main())


def cancelled(call: Callable[[AsyncOpenAI], Awaitable[Any]], server: Replay) -> None:
    async def main() -> None:
        async with asking(server, max_retries=2) as client:
            task = asyncio.ensure_future(call(client))
            while not server.requests():
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.05)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert server.closed_by_client(0.2)
            assert len(server.requests()) == 1

    asyncio.run(main())


def test_a_task_that_is_cancelled_closes_its_connection(scripted: Scripted) -> None:
    async def consume(client: AsyncOpenAI) -> None:
        async for _ in await chat(client, stream=True):
            pass

    cancelled(chat, scripted("stall"))
    cancelled(chat, scripted(FAULTS["stalled body"]))
    delta = json.dumps({"choices": [{"index": 0, "delta": {"content": "x"}}]})
    cancelled(consume, scripted({**ENDLESS, "repeat": {"raw": f"data: {delta}\n\n"}}))


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("stall", openai.APITimeoutError),
        ("reset", openai.APIConnectionError),
        ("garbage", openai.APIConnectionError),
    ],
)
def test_a_fault_is_the_sdks_error_with_the_reason_below_it(
    scripted: Scripted, fault: str, error: type[Exception]
) -> None:
    server = scripted(FAULTS[fault])

    async def main() -> None:
        async with asking(server, timeout=0.3) as client:
            with pytest.raises(openai.APIConnectionError) as caught:
                await client.models.list()
            assert type(caught.value) is error
            assert isinstance(caught.value.__cause__, httpx2.RequestError)
            assert isinstance(caught.value.__cause__.__cause__, neura_ai.NeuraError)
            assert KEY not in told(caught.value)

    asyncio.run(main())


def test_a_status_is_the_sdks_error_after_its_retries(scripted: Scripted) -> None:
    server = scripted({"status": 429, "headers": [["retry-after-ms", "1"]]})

    async def main() -> None:
        async with asking(server, max_retries=1) as client:
            with pytest.raises(openai.RateLimitError) as caught:
                await client.models.list()
            assert KEY not in told(caught.value)

    asyncio.run(main())
    counts = [header(request, "x-stainless-retry-count") for request in server.requests()]
    assert counts == [["0"], ["1"]]


def test_the_key_goes_to_no_other_origin_and_another_may_be_set(scripted: Scripted) -> None:
    server = scripted(200)

    async def main() -> None:
        async with asking(server) as client:
            with pytest.raises(neura_ai.ConfigError, match="the key goes to"):
                await client.with_options(base_url=nobody()).models.list()
            async with client.with_options(api_key="nk-fake-copied-0000000000") as copied:
                await copied.models.list()
            client.api_key = "nk-fake-set-0000000000000"
            await client.models.list()
            assert KEY not in repr(vars(client)) + repr(vars(client._client._transport))

    asyncio.run(main())
    sent = [header(request, "authorization")[0] for request in server.requests()]
    assert sent == ["Bearer nk-fake-copied-0000000000", "Bearer nk-fake-set-0000000000000"]
