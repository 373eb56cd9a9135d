"""What the adapters do once they were closed: as their libraries' own, they serve again."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import httpx2
import neura_ai
import neura_ai.httpx
import neura_ai.httpx2
import pytest
import requests
from conftest import KEY, Scripted
from neura_ai.requests import NeuraAdapter
from servers import Replay, eventually, header

LIBRARIES = pytest.mark.parametrize(
    ("library", "ours"), [(httpx, neura_ai.httpx), (httpx2, neura_ai.httpx2)]
)
OTHER_KEY = "nk-fake-0000000000000000wxyz"


def closes(server: Replay, so_many: int) -> bool:
    return eventually(lambda: len(server.report()["closes"]) == so_many, 2)


def connections(server: Replay) -> list[int]:
    return [request["connection"] for request in server.requests()]


@LIBRARIES
def test_a_transport_lets_go_of_what_rests_and_serves_again(
    library: Any, ours: Any, scripted: Scripted
) -> None:
    server = scripted(200)
    transport = ours.NeuraTransport(KEY, base_url=server.base_url)
    for closed in (1, 2):
        with library.Client(transport=transport, base_url=server.base_url) as client:
            client.get("/x")
            client.get("/x")
        assert closes(server, closed)
    assert connections(server) == [1, 1, 2, 2]
    transport.client.close()
    with (
        library.Client(transport=transport, base_url=server.base_url) as client,
        pytest.raises(neura_ai.InvalidArgumentError, match="closed"),
    ):
        client.get("/x")


@LIBRARIES
def test_and_so_does_one_of_an_event_loop(library: Any, ours: Any, scripted: Scripted) -> None:
    server = scripted(200)
    transport = ours.NeuraAsyncTransport(KEY, base_url=server.base_url)

    async def main() -> None:
        for closed in (1, 2):
            async with library.AsyncClient(transport=transport) as client:
                await client.get(f"{server.base_url}/x")
            assert closes(server, closed)

    asyncio.run(main())
    assert connections(server) == [1, 2]


def test_an_adapter_serves_session_after_session_with_the_key_that_it_was_given(
    scripted: Scripted,
) -> None:
    server = scripted(200)
    url, adapter = f"{server.base_url}/x", NeuraAdapter(KEY, base_url=server.base_url)
    adapter.client.set_api_key(OTHER_KEY)
    for closed in (1, 2):
        with requests.Session() as session:
            session.mount(server.base_url, adapter)
            assert session.get(url).ok
            assert session.get(url).ok
        assert closes(server, closed)
    assert connections(server) == [1, 1, 2, 2]
    sent = {header(request, "authorization")[0] for request in server.requests()}
    assert sent == {f"Bearer {OTHER_KEY}"}
    adapter.client.close()
    adapter.close()
    with requests.Session() as session:
        session.mount(server.base_url, adapter)
        with pytest.raises(neura_ai.InvalidArgumentError, match="closed"):
            session.get(url)
