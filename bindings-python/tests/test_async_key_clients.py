"""What a key callable of an ``AsyncClient`` may use: another client, but not its own."""

from __future__ import annotations

import asyncio
from typing import Any

import loops
import neura_ai
import pytest
from conftest import Scripted
from servers import Sandbox
from test_async_key import KEY, asked, keys


def test_it_may_use_another_client(sandbox: Sandbox, scripted: Scripted) -> None:
    vault = neura_ai.AsyncClient(sandbox.api_key, base_url=sandbox.base_url)

    async def from_vault() -> str:
        reply = await vault.get("/models")
        assert reply.request_id
        return f"nk-fake-{reply.request_id}"

    assert loops.run(asked(scripted, from_vault).get("/x")).ok
    assert keys(scripted)[0].startswith("nk-fake-")


def test_it_may_use_another_client_for_more_calls_than_there_are_threads(
    sandbox: Sandbox,
) -> None:
    vault = neura_ai.AsyncClient(sandbox.api_key, base_url=sandbox.base_url)

    async def from_vault() -> str:
        await asyncio.sleep(0.5)  # By now every thread has a call that waits for the key.
        assert (await vault.get("/models")).ok
        return sandbox.api_key

    client = neura_ai.AsyncClient(from_vault, base_url=sandbox.base_url)

    async def main() -> None:
        calls = asyncio.gather(*(client.get("/models", timeout=30) for _ in range(1_100)))
        assert all(reply.ok for reply in await calls)

    loops.run(main(), debug=False)


def test_it_must_not_use_its_own_client(scripted: Scripted) -> None:
    async def own() -> str:
        return (await client.auth_headers())["Authorization"]

    client = asked(scripted, own)
    with pytest.raises(neura_ai.ConfigError, match="client of its own") as caught:
        loops.run(client.get("/x"))
    assert isinstance(caught.value.__cause__, neura_ai.ConfigError)
    assert scripted.requests() == []


def test_a_task_that_it_left_behind_may_use_the_client(scripted: Scripted) -> None:
    left: list[asyncio.Future[Any]] = []

    async def source() -> str:
        left.append(asyncio.ensure_future(later()))
        return KEY

    async def later() -> Any:
        await asyncio.sleep(0.05)
        return await client.get("/later")

    client = asked(scripted, source)

    async def main() -> None:
        assert (await client.get("/x")).ok
        assert (await left[0]).ok

    loops.run(main())
    assert keys(scripted) == [KEY, KEY]
