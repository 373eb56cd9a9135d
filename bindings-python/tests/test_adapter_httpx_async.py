"""The transports for httpx and httpx2 on an event loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import neura_ai
import pytest
from conftest import KEY, Scripted
from faulty import ENDLESS, FAULTS, nobody, told
from servers import Sandbox, header
from test_adapter_httpx import CHAT, LIBRARIES


class Library:
    """A library with its asynchronous transport of ours."""

    def __init__(self, name: str) -> None:
        self.module, self.ours = LIBRARIES[name]

    def client(self, base_url: str, key: Any = KEY, timeout: Any = 30, **options: Any) -> Any:
        transport = self.ours.NeuraAsyncTransport(key, base_url=base_url, **options)
        return self.module.AsyncClient(transport=transport, base_url=base_url, timeout=timeout)


@pytest.fixture(params=list(LIBRARIES))
def library(request: pytest.FixtureRequest) -> Library:
    return Library(request.param)


def test_calls_and_streams_go_through_us(library: Library, sandbox: Sandbox) -> None:
    async def main() -> None:
        async with library.client(sandbox.base_url, sandbox.api_key) as client:
            models, *replies = await asyncio.gather(
                client.get("/models"), *(client.post("/chat/completions", json=CHAT) for _ in "12")
            )
            assert models.json()["object"] == "list"
            assert [reply.status_code for reply in replies] == [200, 200]
            asked = {**CHAT, "stream": True}
            async with client.stream("POST", "/chat/completions", json=asked) as response:
                lines = [line async for line in response.aiter_lines()]
            assert "data: [DONE]" in lines

    asyncio.run(main())


def test_a_body_that_is_made_on_the_way_is_sent_whole(library: Library, scripted: Scripted) -> None:
    server = scripted(200)

    async def pieces() -> AsyncIterator[bytes]:
        for piece in (b"in ", b"pieces"):
            await asyncio.sleep(0)
            yield piece

    async def main() -> None:
        async with library.client(server.base_url) as client:
            await client.post("/x", content=pieces())

    asyncio.run(main())
    sent = server.requests()[0]
    assert (sent["body"], header(sent, "transfer-encoding")) == ("in pieces", ["chunked"])


@pytest.mark.parametrize("begun", [False, True])
def test_a_task_that_is_cancelled_closes_its_connection(
    library: Library, scripted: Scripted, begun: bool
) -> None:
    server = scripted(FAULTS["stalled body"] if begun else "stall")

    async def main() -> None:
        async with library.client(server.base_url) as client:
            task = asyncio.create_task(client.get("/x"))
            while not server.requests():
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.05)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert server.closed_by_client(0.2)

    asyncio.run(main())


def test_a_stream_that_is_left_closes_its_connection(library: Library, scripted: Scripted) -> None:
    server = scripted(ENDLESS)

    async def main() -> None:
        async with library.client(server.base_url) as client:
            async with client.stream("GET", "/x") as response:
                pieces = response.aiter_raw()
                assert [await anext(pieces) for _ in "12"] == [b"data: 0\n\n", b"data: 1\n\n"]
            assert server.closed_by_client(0.2)
            await pieces.aclose()

    asyncio.run(main())


@pytest.mark.parametrize(
    ("fault", "name", "cause"),
    [
        ("reset", "ReadError", neura_ai.ConnectionError),
        ("stall", "ReadTimeout", neura_ai.ReadTimeout),
        ("stalled body", "ReadTimeout", neura_ai.ReadTimeout),
        ("garbage", "RemoteProtocolError", neura_ai.ProtocolError),
        ("broken gzip", "DecodingError", neura_ai.DecodeError),
    ],
)
def test_a_fault_is_the_librarys_error_with_ours_as_its_cause(
    library: Library, scripted: Scripted, fault: str, name: str, cause: type[Exception]
) -> None:
    server = scripted(FAULTS[fault], 200)

    async def main() -> None:
        async with library.client(server.base_url, timeout=0.3) as client:
            with pytest.raises(library.module.RequestError) as caught:
                await client.get("/x")
            assert type(caught.value) is getattr(library.module, name)
            assert type(caught.value.__cause__) is cause
            assert KEY not in told(caught.value)
            assert (await client.get("/x")).status_code == 200

    asyncio.run(main())


def test_the_key_goes_to_no_other_origin(library: Library, scripted: Scripted) -> None:
    other, server = scripted(200), scripted(200)

    async def main() -> None:
        async with library.client(server.base_url) as client:
            with pytest.raises(neura_ai.ConfigError, match="the key goes to"):
                await client.get(f"{other.base_url}/models")

    asyncio.run(main())
    assert other.requests() == []


def test_a_connection_that_fails_is_a_connect_error(library: Library) -> None:
    async def main() -> None:
        started = time.monotonic()
        async with library.client(nobody()) as client:
            with pytest.raises(library.module.ConnectError):
                await client.get("/x")
        assert time.monotonic() - started < 5

    asyncio.run(main())


def test_a_key_may_be_awaited(library: Library, sandbox: Sandbox) -> None:
    async def key() -> str:
        await asyncio.sleep(0)
        return sandbox.api_key

    async def main() -> None:
        async with library.client(sandbox.base_url, key) as client:
            assert (await client.get("/models")).status_code == 200
            assert sandbox.api_key not in repr(client._transport) + repr(vars(client._transport))

    asyncio.run(main())
