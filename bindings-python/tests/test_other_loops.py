"""Without a running event loop of asyncio, as under trio: at once an error that names it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any

import anyio
import httpx2
import neura_ai
import openai
import pytest
import trio
from conftest import KEY, Scripted
from neura_ai.httpx2 import NeuraAsyncTransport
from neura_ai.openai import AsyncOpenAI
from servers import Sandbox

ASKED: Any = {"model": "m", "messages": [{"role": "user", "content": "Hello!"}]}
NAMED = "needs a running event loop of asyncio"


def by_hand(play: Callable[[], Awaitable[Any]]) -> None:
    """Drives a coroutine without any loop."""
    try:
        play().__await__().__next__()
    except StopIteration:
        return
    raise AssertionError("it waits for something")


RUNS = [trio.run, partial(anyio.run, backend="trio"), by_hand]
each_run = pytest.mark.parametrize("run", RUNS, ids=["trio", "anyio", "by hand"])


async def pieces() -> AsyncIterator[bytes]:
    yield b"x"


async def first(items: Any) -> None:
    async for _ in items:
        return


async def entered(stream: Any) -> None:
    async with stream:
        pass


def calls(client: neura_ai.AsyncClient) -> list[Awaitable[Any]]:
    """One of each sort."""
    create = client.chat.completions.create
    return [
        client.get("/x"),
        client.post("/x", data=pieces()),
        create(**ASKED),
        create(**ASKED, stream=True),
        client.embeddings.create(model="m", input="x"),
        client.models.list(),
        first(client.models.list()),
        client.models.retrieve("m"),
        client.check(),
        client.auth_headers(),
        first(client.stream("POST", "/x", json={})),
        entered(client.stream("POST", "/x", json={})),
    ]


@each_run
def test_every_call_says_at_once_that_it_needs_asyncio(run: Any, scripted: Scripted) -> None:
    server = scripted(200)

    async def main() -> None:
        async with neura_ai.AsyncClient(KEY, base_url=server.base_url) as client:
            for call in calls(client):
                with pytest.raises(neura_ai.ConfigError, match=NAMED) as caught:
                    await call
                assert "trio.to_thread.run_sync" in str(caught.value)

    run(main)
    assert server.requests() == []


@pytest.mark.parametrize("run", RUNS[:2], ids=["trio", "anyio"])
def test_the_adapters_say_it_too_and_nothing_is_tried_again(run: Any, scripted: Scripted) -> None:
    server = scripted(200)

    async def main() -> None:
        transport = NeuraAsyncTransport(KEY, base_url=server.base_url)
        sender = httpx2.AsyncClient(transport=transport)
        with pytest.raises(httpx2.TransportError, match=NAMED):
            await sender.get(f"{server.base_url}/x")
        with pytest.raises(httpx2.TransportError, match=NAMED):
            await sender.post(f"{server.base_url}/x", content=pieces())
        client = AsyncOpenAI(api_key=KEY, base_url=server.base_url, max_retries=9)
        start = time.monotonic()
        with pytest.raises(openai.OpenAIError, match=NAMED) as caught:
            await client.chat.completions.create(**ASKED)
        assert isinstance(caught.value, neura_ai.ConfigError)
        assert time.monotonic() - start < 3

    run(main)
    assert server.requests() == []


def test_under_trio_a_client_is_called_in_a_thread(sandbox: Sandbox) -> None:
    async def main() -> None:
        with neura_ai.Client(sandbox.api_key, base_url=sandbox.base_url) as client:
            models = await trio.to_thread.run_sync(client.models.list)
            assert models[0].id == "gpt-5"

    trio.run(main)
