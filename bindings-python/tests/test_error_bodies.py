"""The body of a status outside 200 to 299, which is read as that of a 200."""

from __future__ import annotations

import asyncio
import gzip
import json
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import neura_ai
import neura_ai.httpx
import openai
import pytest
import requests
from conftest import KEY, Scripted
from neura_ai.openai import AsyncOpenAI, OpenAI
from neura_ai.requests import NeuraAdapter
from sides import SIDES, Side

MIB = 1 << 20
CUT = {"status": 404, "headers": [["content-length", "10"]], "body": "neur"}
CHUNKS = {"raw": "HTTP/1.1 404 No\r\ntransfer-encoding: chunked\r\n\r\n4\r\nneur\r\nzz\r\n"}
PACKED = {"status": 404, "headers": [["content-encoding", "gzip"]], "body": "no gzip"}
UNKNOWN = {"status": 404, "headers": [["content-encoding", "br"]], "body": "neur"}
#: What comes, what it fails with, and what can be read of it.
BROKEN: list[tuple[dict[str, Any], type[neura_ai.NeuraError], bytes]] = [
    (CUT, neura_ai.APIConnectionError, b"neur"),
    (CHUNKS, neura_ai.ProtocolError, b"neur"),
    (PACKED, neura_ai.DecodeError, b""),
    (UNKNOWN, neura_ai.DecodeError, b""),
]
IDS = ["cut", "bad chunks", "no gzip", "another coding"]
SIDE_IDS = [side.name for side in SIDES]

both = pytest.mark.parametrize("side", SIDES, ids=SIDE_IDS)
broken = pytest.mark.parametrize(("reply", "error", "readable"), BROKEN, ids=IDS)


@both
@broken
def test_fault_75_a_verb_fails_as_for_a_200(
    scripted: Scripted,
    side: Side,
    reply: dict[str, Any],
    error: type[neura_ai.NeuraError],
    readable: bytes,
) -> None:
    server = scripted(reply, 200)

    async def play() -> None:
        async with side.client(KEY, base_url=server.base_url, max_retries=0) as client:
            with pytest.raises(error) as caught:
                await side.result(client.get("/x"))
            assert caught.value.status_code == 404
            assert (await side.result(client.get("/x"))).ok

    side.run(play())


async def pieces(side: Side, response: neura_ai.Response, size: int | None = None) -> Any:
    """What of the body can be read in pieces, and how that ends."""
    came, end = b"", None
    content: Iterator[bytes] | AsyncIterator[bytes] = (
        response.iter_content(size) if side.name == "Client" else response.aiter_content(size)
    )
    try:
        if isinstance(content, AsyncIterator):
            async for piece in content:
                came += piece
        else:
            for piece in content:
                came += piece
    except neura_ai.NeuraError as error:
        end = error
    return came, end


@both
@broken
def test_fault_75_a_stream_gives_what_came_and_then_the_error(
    scripted: Scripted,
    side: Side,
    reply: dict[str, Any],
    error: type[neura_ai.NeuraError],
    readable: bytes,
) -> None:
    server = scripted(reply, reply, 200)

    async def play() -> None:
        async with side.client(KEY, base_url=server.base_url, max_retries=0) as client:
            response = await side.result(client.get("/x", stream=True))
            assert (response.status_code, response.ok) == (404, False)
            with pytest.raises(neura_ai.NotFoundError) as refused:
                response.raise_for_status()
            kept: Any = refused.value.response
            assert kept is response
            came, end = await pieces(side, response)
            assert came == readable
            assert isinstance(end, error)
            assert end.status_code == 404
            response = await side.result(client.get("/x", stream=True))
            with pytest.raises(error):
                _ = response.content if side.name == "Client" else await response.aread()
            with pytest.raises(neura_ai.NotFoundError):
                response.raise_for_status()
            assert (await side.result(client.get("/x"))).ok

    side.run(play())


@both
def test_fault_42_a_body_of_two_mebibytes_is_whole_in_every_way(
    scripted: Scripted, side: Side
) -> None:
    body = json.dumps({"error": {"message": "No."}, "pad": "x" * 2 * MIB})
    server = scripted({"status": 404, "body": body})

    async def play() -> None:
        async with side.client(KEY, base_url=server.base_url, max_retries=0) as client:
            response = await side.result(client.get("/x"))
            assert response.text == body
            with pytest.raises(neura_ai.NotFoundError) as refused:
                response.raise_for_status()
            assert len(refused.value.body or "") <= MIB
            response = await side.result(client.get("/x", stream=True))
            came, end = await pieces(side, response, 100_000)
            assert (came, end) == (body.encode(), None)
            response = await side.result(client.get("/x", stream=True))
            if side.name == "AsyncClient":
                await response.aread()
            assert response.json()["error"] == {"message": "No."}
        limited = side.client(KEY, base_url=server.base_url, max_retries=0, max_body_bytes=MIB)
        async with limited as client:
            with pytest.raises(neura_ai.BodyTooLargeError) as caught:
                await side.result(client.get("/x"))
            assert caught.value.status_code == 404

    side.run(play())


@both
def test_fault_42_a_small_body_is_in_memory_at_once(scripted: Scripted, side: Side) -> None:
    server = scripted({"status": 404, "body": '{"error": {"message": "No."}}'})

    async def play() -> None:
        async with side.client(KEY, base_url=server.base_url, max_retries=0) as client:
            response = await side.result(client.get("/x", stream=True))
            assert response.json() == {"error": {"message": "No."}}
            with pytest.raises(neura_ai.NotFoundError, match=r"No\."):
                response.raise_for_status()

    side.run(play())


@both
def test_fault_75_a_named_call_keeps_the_statuss_error(scripted: Scripted, side: Side) -> None:
    for reply, *_ in BROKEN:
        server = scripted(reply)

        async def play(base_url: str = server.base_url) -> None:
            async with side.client(KEY, base_url=base_url, max_retries=0) as client:
                for stream in (False, True):
                    with pytest.raises(neura_ai.NotFoundError):
                        await side.result(
                            client.chat.completions.create(
                                model="m", messages=[{"role": "user"}], stream=stream
                            )
                        )
                with pytest.raises(neura_ai.NotFoundError):
                    await side.result(client.models.list())

        side.run(play())


#: A refusal whose words come at once, and whose body drips behind them or stalls.
WORDS = "these words came"
SLOW_HEAD = f"HTTP/1.1 403 No\r\nContent-Length: 1000000\r\n\r\n{WORDS} "
SLOW: dict[str, dict[str, Any]] = {
    "drips": {"raw": SLOW_HEAD, "repeat": {"raw": "."}, "delay_ms": 20},
    "stalls": {"raw": SLOW_HEAD, "then": "stall"},
}
slow = pytest.mark.parametrize("reply", SLOW.values(), ids=SLOW)


@both
@slow
def test_fault_75_the_words_that_came_of_a_slow_refusal_are_its_error(
    scripted: Scripted, side: Side, reply: dict[str, Any]
) -> None:
    server = scripted(reply)

    async def play() -> None:
        async with side.client(KEY, base_url=server.base_url, max_retries=0) as client:
            began = time.monotonic()
            response = await side.result(client.get("/x", stream=True))
            opened = time.monotonic() - began
            with pytest.raises(neura_ai.PermissionDeniedError, match=WORDS) as caught:
                response.raise_for_status()
            took = time.monotonic() - began
            # Both look for 2 s; a thread of an event loop must not wait, so that it was before.
            assert took < 4, took
            assert opened < (1 if side.name == "Client" else 4), opened
            assert caught.value.response is response
            await side.result(response.close() if side.name == "Client" else response.aclose())

    side.run(play())


@both
@slow
def test_fault_75_a_slow_refusal_ends_with_the_timeout(
    scripted: Scripted, side: Side, reply: dict[str, Any]
) -> None:
    server = scripted(reply)
    chat: dict[str, Any] = {"model": "m", "messages": [{"role": "user"}], "timeout": 0.5}

    async def play() -> None:
        async with side.client(KEY, base_url=server.base_url, max_retries=0) as client:
            for call in (
                lambda: client.models.list(timeout=0.5),
                lambda: client.chat.completions.create(**chat),
                lambda: client.chat.completions.create(**chat, stream=True),
            ):
                began = time.monotonic()
                with pytest.raises(neura_ai.PermissionDeniedError, match=WORDS):
                    await side.result(call())
                assert time.monotonic() - began < 3
            # A verb hands over the body, which this is not the whole of.
            with pytest.raises(neura_ai.APITimeoutError):
                await side.result(client.get("/x", timeout=0.5))

    side.run(play())


@pytest.mark.parametrize("stream", [False, True])
def test_fault_75_requests_raises_its_own_class(scripted: Scripted, stream: bool) -> None:
    large = {"status": 404, "body": "x" * 2 * MIB}
    server = scripted(CUT, PACKED, large)
    with requests.Session() as session:
        session.mount("http://", NeuraAdapter(KEY, base_url=server.base_url))

        def read() -> bytes:
            return session.get(f"{server.base_url}/x", stream=stream).content

        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            read()
        with pytest.raises(requests.exceptions.ContentDecodingError):
            read()
        assert len(read()) == 2 * MIB


@both
def test_fault_75_no_key_is_in_a_body_that_is_still_to_come(scripted: Scripted, side: Side) -> None:
    echo = f"the key {KEY} is wrong. "
    large = {"status": 401, "body": echo + "x" * 2 * MIB + echo}
    cut = {"status": 401, "headers": [["content-length", "99999"]], "body": echo * 3}
    server = scripted(large, cut)
    read = bytearray()

    def sync() -> None:
        transport = neura_ai.httpx.NeuraTransport(KEY, base_url=server.base_url)
        with httpx.Client(transport=transport) as client:
            read.extend(client.get(f"{server.base_url}/x").content)
            with client.stream("GET", f"{server.base_url}/x") as response:
                for piece in response.iter_bytes():
                    read.extend(piece)

    async def main() -> None:
        transport = neura_ai.httpx.NeuraAsyncTransport(KEY, base_url=server.base_url)
        async with httpx.AsyncClient(transport=transport) as client:
            read.extend((await client.get(f"{server.base_url}/x")).content)
            async with client.stream("GET", f"{server.base_url}/x") as response:
                async for piece in response.aiter_bytes():
                    read.extend(piece)

    with pytest.raises(httpx.ReadError):
        sync() if side.name == "Client" else asyncio.run(main())
    assert len(read) > 2 * MIB
    assert KEY.encode() not in read
    assert read.count(b"the key [redacted] is wrong") == 5


@pytest.mark.parametrize("reply", [CUT, PACKED], ids=["cut", "no gzip"])
def test_fault_75_httpx_raises_its_own_class(scripted: Scripted, reply: dict[str, Any]) -> None:
    classes = {id(CUT): httpx.ReadError, id(PACKED): httpx.DecodingError}
    large = {"status": 404, "body": "x" * 2 * MIB}
    server = scripted(reply, large, reply, large)
    transport = neura_ai.httpx.NeuraTransport(KEY, base_url=server.base_url)
    with httpx.Client(transport=transport) as client:
        with pytest.raises(classes[id(reply)]):
            client.get(f"{server.base_url}/x")
        assert len(client.get(f"{server.base_url}/x").content) == 2 * MIB

    async def main() -> None:
        transport = neura_ai.httpx.NeuraAsyncTransport(KEY, base_url=server.base_url)
        async with httpx.AsyncClient(transport=transport) as client:
            with pytest.raises(classes[id(reply)]):
                await client.get(f"{server.base_url}/x")
            assert len((await client.get(f"{server.base_url}/x")).content) == 2 * MIB

    asyncio.run(main())


def test_fault_75_the_sdk_raises_its_own_class(scripted: Scripted) -> None:
    server = scripted(CUT)
    with (
        OpenAI(api_key=KEY, base_url=server.base_url, max_retries=0) as client,
        pytest.raises(openai.APIConnectionError),
    ):
        client.models.list()

    async def main() -> None:
        async with AsyncOpenAI(api_key=KEY, base_url=server.base_url, max_retries=0) as client:
            with pytest.raises(openai.APIConnectionError):
                await client.models.list()

    asyncio.run(main())


@both
def test_fault_83_zeros_behind_a_gzip_body_are_ignored(scripted: Scripted, side: Side) -> None:
    body = gzip.compress(b'{"a": 1}')
    server = scripted(packed(body + bytes(512)), packed(body + b"more"))

    async def play() -> None:
        async with side.client(KEY, base_url=server.base_url) as client:
            assert (await side.result(client.get("/x"))).json() == {"a": 1}
            with pytest.raises(neura_ai.DecodeError):
                await side.result(client.get("/x"))

    side.run(play())


def packed(body: bytes) -> dict[str, Any]:
    from base64 import b64encode

    return {
        "status": 200,
        "headers": [["content-encoding", "gzip"]],
        "body_base64": b64encode(body).decode(),
    }


@both
def test_fault_84_what_is_no_http_ends_an_upload(scripted: Scripted, side: Side) -> None:
    server = scripted({"raw": "SSH-2.0-OpenSSH\r\n", "at": "head", "then": "stall"}, 200)

    async def play() -> None:
        async with side.client(KEY, base_url=server.base_url, timeout=30) as client:
            with pytest.raises(neura_ai.ProtocolError):
                await side.result(client.post("/x", data=bytes(20 * MIB)))
            assert (await side.result(client.get("/x"))).ok

    side.run(play())
