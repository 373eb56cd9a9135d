"""What the adapters hand to another library holds no key, in whatever form a server echoes it."""

from __future__ import annotations

import asyncio
import json
import time
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import httpx
import httpx2
import neura_ai
import neura_ai.httpx
import neura_ai.httpx2
import openai
import pytest
import requests
from conftest import KEY, Scripted
from faulty import told
from neura_ai.openai import AsyncOpenAI, OpenAI
from neura_ai.requests import NeuraAdapter
from servers import Replay

MESSAGES: Any = [{"role": "user", "content": "Hello!"}]
BASE64 = b64encode(f"user:{KEY}".encode()).decode()
#: The key as it may be echoed, and what shows that it was.
ECHOES = [
    KEY,
    KEY.replace("-", "%2D"),
    KEY.replace("n", "%6e").replace("0", "%30"),
    BASE64,
    f"{BASE64[:12]}\n{BASE64[12:20]}\r\n{BASE64[20:]}",
]
#: Of the key in base64 what stands for it alone, in pieces that no line break cuts.
PARTS = [KEY, KEY.replace("-", "%2D"), KEY[-12:], BASE64[12:20], BASE64[20:30]]
CHUNK = {
    "id": "c",
    "object": "chat.completion.chunk",
    "created": 1,
    "model": "m",
    "choices": [{"index": 0, "delta": {"content": "Hi"}, "finish_reason": None}],
}


def stream_of(*datas: Any) -> dict[str, Any]:
    body = "".join(f"data: {json.dumps(data)}\n\n" for data in datas)
    return {"status": 200, "headers": [["content-type", "text/event-stream"]], "body": body}


def failing_stream() -> dict[str, Any]:
    return stream_of(CHUNK, {"error": {"message": f"not {ECHOES}", "code": KEY, "type": "x"}})


def echoing(status: int) -> dict[str, Any]:
    body = json.dumps({"said": ECHOES, "more": "x" * 100_000 + KEY})
    headers = [
        ["content-type", "application/json"],
        ["content-length", str(len(body))],
        ["x-echo", KEY],
    ]
    return {"status": status, "headers": headers, "body": body}


def assert_clean(text: str) -> None:
    assert "[redacted]" in text
    for part in PARTS:
        assert part not in text


def test_fault_90_an_error_event_that_echoes_the_key_is_clean_in_the_sdks_error(
    scripted: Scripted,
) -> None:
    server = scripted(failing_stream())
    client = OpenAI(api_key=KEY, base_url=server.base_url, max_retries=0)
    chunks = client.chat.completions.create(model="m", messages=MESSAGES, stream=True)
    assert next(chunks).choices[0].delta.content == "Hi"
    with pytest.raises(openai.APIError) as caught:
        next(chunks)
    assert_clean(f"{told(caught.value)} {vars(caught.value)}")
    # A reply that is none of the SDK's is in its error as well.
    body = f"data: {{{KEY}\n\n"
    server = scripted({**stream_of(), "body": body})
    client = OpenAI(api_key=KEY, base_url=server.base_url, max_retries=0)
    with pytest.raises(json.JSONDecodeError) as broken:
        list(client.chat.completions.create(model="m", messages=MESSAGES, stream=True))
    assert_clean(broken.value.doc)


def test_fault_90_the_same_of_the_sdks_asynchronous_client(scripted: Scripted) -> None:
    server = scripted(failing_stream())

    async def main() -> None:
        async with AsyncOpenAI(api_key=KEY, base_url=server.base_url, max_retries=0) as client:
            chunks = await client.chat.completions.create(model="m", messages=MESSAGES, stream=True)
            assert (await anext(chunks)).choices[0].delta.content == "Hi"
            with pytest.raises(openai.APIError) as caught:
                await anext(chunks)
            assert_clean(f"{told(caught.value)} {vars(caught.value)}")

    asyncio.run(main())


def test_fault_90_a_short_key_takes_the_words_of_an_error_with_it(scripted: Scripted) -> None:
    short = "ollama"
    words = {"error": {"message": f"Incorrect API key provided: {short}", "code": short}}
    chunk = {**CHUNK, "system_fingerprint": f"fp_{short}"}
    server = scripted(stream_of(chunk, words))
    client = OpenAI(api_key=short, base_url=server.base_url, max_retries=0)
    chunks = client.chat.completions.create(model="m", messages=MESSAGES, stream=True)
    assert next(chunks).system_fingerprint == "fp_ollama"
    with pytest.raises(openai.APIError, match="Use a longer key") as caught:
        next(chunks)
    assert short not in f"{told(caught.value)} {vars(caught.value)}"
    server = scripted({"status": 401, "headers": [], "body": json.dumps(words)})
    client = OpenAI(api_key=short, base_url=server.base_url, max_retries=0)
    with pytest.raises(openai.AuthenticationError) as refused:
        client.chat.completions.create(model="m", messages=MESSAGES)
    assert short not in f"{told(refused.value)} {vars(refused.value)} {refused.value.response.text}"


def by_httpx(library: Any, ours: Any) -> Callable[[Replay], tuple[bytes, Any]]:
    def fetch(server: Replay) -> tuple[bytes, Any]:
        transport = ours.NeuraTransport(KEY, base_url=server.base_url)
        with library.Client(transport=transport) as client:
            response = client.get(f"{server.base_url}/x")
            return response.content, response.headers

    return fetch


def by_async_httpx(library: Any, ours: Any) -> Callable[[Replay], tuple[bytes, Any]]:
    async def main(server: Replay) -> tuple[bytes, Any]:
        transport = ours.NeuraAsyncTransport(KEY, base_url=server.base_url)
        async with library.AsyncClient(transport=transport) as client:
            response = await client.get(f"{server.base_url}/x")
            return response.content, response.headers

    return lambda server: asyncio.run(main(server))


def by_requests(server: Replay) -> tuple[bytes, Any]:
    with requests.Session() as session:
        session.mount(server.base_url, NeuraAdapter(KEY, base_url=server.base_url))
        response = session.get(f"{server.base_url}/x", timeout=30)
        return response.content, response.headers


WAYS = {
    "httpx": by_httpx(httpx, neura_ai.httpx),
    "httpx2": by_httpx(httpx2, neura_ai.httpx2),
    "async httpx": by_async_httpx(httpx, neura_ai.httpx),
    "async httpx2": by_async_httpx(httpx2, neura_ai.httpx2),
    "requests": by_requests,
}


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("way", WAYS)
def test_fault_90_a_body_that_echoes_the_key_is_clean_and_has_no_length(
    scripted: Scripted, way: str, status: int
) -> None:
    body, headers = WAYS[way](scripted(echoing(status)))
    assert_clean(body.decode())
    assert len(json.loads(body)["said"]) == len(ECHOES)
    assert "content-length" not in headers
    assert headers["x-echo"] == "[redacted]"


@pytest.mark.parametrize("way", WAYS)
def test_fault_90_a_body_without_the_key_comes_as_it_was_sent(scripted: Scripted, way: str) -> None:
    sent = {"said": "nk-test-0000 %6ek-test" * 5_000}
    reply = {"status": 200, "headers": [["content-type", "application/json"]]}
    body, _ = WAYS[way](scripted({**reply, "body": json.dumps(sent)}))
    assert json.loads(body) == sent


def test_fault_90_no_event_waits_for_the_next(scripted: Scripted) -> None:
    head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
    server = scripted({"raw": f"{head}data: {KEY[:9]}\n\n", "then": "stall"})
    transport = neura_ai.httpx.NeuraTransport(KEY, base_url=server.base_url)
    with httpx.Client(transport=transport) as client:
        started = time.monotonic()
        with client.stream("GET", f"{server.base_url}/x") as response:
            assert next(response.iter_raw()) == f"data: {KEY[:9]}\n\n".encode()
        assert time.monotonic() - started < 5


def test_fault_92_a_key_in_a_wrong_argument_is_masked(scripted: Scripted) -> None:
    server = scripted(404)
    with neura_ai.Client(KEY, base_url=server.base_url) as client:
        for method, path in [(KEY, "/x"), ("GET", f"/{KEY}"), ("GET", f"https://{KEY}/x")]:
            with pytest.raises(neura_ai.NeuraError) as caught:
                client.request(method, path).raise_for_status()
            assert KEY not in f"{caught.value} {caught.value!r} {vars(caught.value)}"
            assert f"…{KEY[-4:]}" in str(caught.value)
    for name in ("profile", "env_file", "ca_file", "client_cert", "base_url"):
        options: Any = {name: KEY}
        with pytest.raises(neura_ai.NeuraError) as caught:
            neura_ai.Client(None if name in ("profile", "env_file") else "nk-other-key", **options)
        assert KEY not in f"{caught.value} {caught.value!r} {vars(caught.value)}"
