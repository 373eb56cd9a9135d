"""faults.md, 95: below another library no key of another service goes out."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Callable
from pathlib import Path
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
from faulty import local_variables
from neura_ai.openai import AsyncOpenAI, OpenAI
from neura_ai.requests import NeuraAdapter, NeuraAuth
from servers import Replay, header

FOREIGN = "sk-fake-of-another-service-000000"
#: Every header that may hold a key or an account of another service.
HEADERS = {
    "AUTHORIZATION": f"Bearer {FOREIGN}",
    "Api-Key": FOREIGN,
    "x-api-key": FOREIGN,
    "X-Goog-Api-Key": FOREIGN,
    "OpenAI-Organization": FOREIGN,
    "openai-project": FOREIGN,
    "Proxy-Authorization": f"Basic {FOREIGN}",
}
MODELS: Any = {"models": ["gpt-5"]}
CHAT: Any = {"model": "gpt-5", "messages": [{"role": "user", "content": "Hello!"}]}
Ask = Callable[..., Any]


@pytest.fixture(autouse=True)
def environment_of_an_sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a user of the SDKs has set."""
    for name in ("API_KEY", "ADMIN_KEY", "ORG_ID", "PROJECT_ID"):
        monkeypatch.setenv(f"OPENAI_{name}", FOREIGN)
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", f"X-Api-Key: {FOREIGN}")


def only_ours(server: Replay, count: int) -> None:
    sent = server.requests()
    assert len(sent) == count
    for request in sent:
        assert FOREIGN not in repr(request)
        assert header(request, "authorization") == [f"Bearer {KEY}"]
        for name in HEADERS:
            assert name.lower() == "authorization" or header(request, name) == []


def test_fault_95_the_sdk_above_a_transport_sends_our_key(scripted: Scripted) -> None:
    server = scripted(MODELS, {"chat": "Hello"}, {"stream": ["Hel", "lo"]}, MODELS)
    transport = neura_ai.httpx2.NeuraTransport(KEY, base_url=server.base_url)
    with httpx2.Client(transport=transport) as sender:
        client = openai.OpenAI(http_client=sender, base_url=server.base_url)
        assert client.api_key == FOREIGN
        assert [model.id for model in client.models.list()] == ["gpt-5"]
        assert client.chat.completions.create(**CHAT).choices[0].message.content == "Hello"
        chunks = client.chat.completions.create(**CHAT, stream=True)
        words = [chunk.choices[0].delta.content or "" for chunk in chunks]
        assert "".join(words) == "Hello"
        client.with_options(api_key=f"{FOREIGN}-2").models.list()
    only_ours(server, 4)
    # It is our key that is used.
    assert transport.client.usage().keys[0].requests == 4


def test_fault_95_so_does_the_asynchronous_sdk(scripted: Scripted) -> None:
    server = scripted({"chat": "Hello"})

    async def main() -> None:
        transport = neura_ai.httpx2.NeuraAsyncTransport(KEY, base_url=server.base_url)
        sender = httpx2.AsyncClient(transport=transport)
        async with openai.AsyncOpenAI(http_client=sender, base_url=server.base_url) as client:
            await client.chat.completions.create(**CHAT, extra_headers=HEADERS)

    asyncio.run(main())
    only_ours(server, 1)


def test_fault_95_an_sdk_that_sends_its_key_by_another_header(scripted: Scripted) -> None:
    server = scripted({"chat": "Hello"})
    transport = neura_ai.httpx2.NeuraTransport(KEY, base_url=server.base_url)
    with httpx2.Client(transport=transport) as sender:
        client = openai.AzureOpenAI(
            http_client=sender, base_url=server.base_url, api_key=FOREIGN, api_version="1"
        )
        client.chat.completions.create(**CHAT)
    only_ours(server, 1)


@pytest.mark.parametrize(("module", "ours"), [(httpx, neura_ai.httpx), (httpx2, neura_ai.httpx2)])
def test_fault_95_the_clients_of_httpx_send_our_key(
    scripted: Scripted, module: Any, ours: Any
) -> None:
    server = scripted(MODELS)
    transport = ours.NeuraTransport(KEY, base_url=server.base_url)
    with module.Client(transport=transport, base_url=server.base_url) as client:
        client.get("/x", headers=HEADERS)
        client.get(
            "/x", headers=[(name.encode(), value.encode()) for name, value in HEADERS.items()]
        )
        client.get("/x", auth=("user", FOREIGN))
        client.get(server.base_url.replace("//", f"//user:{FOREIGN}@") + "/x")
        client.headers.update(HEADERS)
        client.get("/x")

    async def main() -> None:
        transport = ours.NeuraAsyncTransport(KEY, base_url=server.base_url)
        async with module.AsyncClient(transport=transport, headers=HEADERS) as client:
            await client.get(f"{server.base_url}/x")

    asyncio.run(main())
    only_ours(server, 6)


def test_fault_95_the_sessions_of_requests_send_our_key(scripted: Scripted, home: Path) -> None:
    server = scripted(MODELS)
    url = f"{server.base_url}/x"
    with requests.Session() as session:
        session.mount(server.base_url, NeuraAdapter(KEY, base_url=server.base_url))
        session.get(url, headers=HEADERS)
        session.get(url, auth=("user", FOREIGN))
        session.headers.update(HEADERS)
        session.get(url)
    (home / ".netrc").write_text(f"machine 127.0.0.1 login user password {FOREIGN}\n")
    (home / ".netrc").chmod(0o600)
    with requests.Session() as session:
        session.mount(server.base_url, NeuraAdapter(KEY, base_url=server.base_url))
        session.get(url)
    auth = NeuraAuth(KEY, base_url=server.base_url)
    given = {name: value for name, value in HEADERS.items() if "Proxy" not in name}
    requests.get(url, auth=auth, headers=given, timeout=30)
    only_ours(server, 5)


def test_fault_95_our_client_of_the_sdk_sends_our_key(scripted: Scripted) -> None:
    server = scripted(MODELS)
    with OpenAI(
        api_key=KEY,
        base_url=server.base_url,
        default_headers=HEADERS,
        organization=FOREIGN,
        project=FOREIGN,
    ) as client:
        client.models.list()
        client.models.list(extra_headers=HEADERS)
        client.with_options(default_headers=HEADERS).models.list()
        client.with_options(api_key=KEY).models.list(extra_headers=HEADERS)

    async def main() -> None:
        async with AsyncOpenAI(api_key=KEY, base_url=server.base_url) as client:
            await client.models.list(extra_headers=HEADERS)

    asyncio.run(main())
    only_ours(server, 5)


def by_httpx(server: Replay, **options: Any) -> Any:
    transport = neura_ai.httpx.NeuraTransport(KEY, base_url=server.base_url, **options)
    with httpx.Client(transport=transport) as client:
        client.get(f"{server.base_url}/x", headers=HEADERS).raise_for_status()


def by_async_httpx(server: Replay, **options: Any) -> Any:
    async def main() -> None:
        transport = neura_ai.httpx.NeuraAsyncTransport(KEY, base_url=server.base_url, **options)
        async with httpx.AsyncClient(transport=transport) as client:
            (await client.get(f"{server.base_url}/x", headers=HEADERS)).raise_for_status()

    asyncio.run(main())


def by_requests(server: Replay, **options: Any) -> Any:
    with requests.Session() as session:
        session.mount("http://", NeuraAdapter(KEY, base_url=server.base_url, **options))
        session.get(f"{server.base_url}/x", headers=HEADERS).raise_for_status()


def by_sdk(server: Replay, **options: Any) -> Any:
    options = {"api_key": KEY, "base_url": server.base_url, "max_retries": 0, **options}
    with OpenAI(**options) as client:
        client.models.list(extra_headers=HEADERS)


WAYS = pytest.mark.parametrize("ask", [by_httpx, by_async_httpx, by_requests, by_sdk])


@WAYS
def test_fault_95_keep_authorization_sends_what_came(scripted: Scripted, ask: Ask) -> None:
    server = scripted(MODELS)
    ask(server, keep_authorization=True)
    (request,) = server.requests()
    for name, value in HEADERS.items():
        assert header(request, name) == [value]


def test_fault_95_another_key_of_ours_is_tried_after_a_refusal(scripted: Scripted) -> None:
    server = scripted(401, MODELS)
    transport = neura_ai.httpx.NeuraTransport([KEY, f"{KEY}2"], base_url=server.base_url)
    with httpx.Client(transport=transport) as client:
        assert client.get(f"{server.base_url}/x", headers=HEADERS).status_code == 200
    keys = [header(request, "authorization") for request in server.requests()]
    assert keys == [[f"Bearer {KEY}"], [f"Bearer {KEY}2"]]


def shown(error: BaseException) -> str:
    """What is printed of an error and its causes, but for the library's own request, in which
    the caller's headers stand."""
    seen = "".join(traceback.format_exception(error)) + "".join(local_variables(error))
    chain: list[BaseException | None] = [error]
    while chain:
        if one := chain.pop():
            chain += [one.__cause__, one.__context__]
            seen += f"{one!r} {one!s}"
            if isinstance(one, neura_ai.NeuraError):
                seen += repr(one.to_dict() if hasattr(one, "to_dict") else vars(one))
            if (reply := getattr(one, "response", None)) is not None:
                seen += f"{reply.text} {reply.headers}"
    return seen


@WAYS
@pytest.mark.parametrize("kept", [False, True])
@pytest.mark.parametrize(
    "reply",
    [
        {"error": {"status": 401, "message": f"Incorrect API key: {FOREIGN}."}},
        {"status": 404, "json": {"detail": FOREIGN}, "headers": [["x-request-id", FOREIGN]]},
        {"raw": f"HTTP/1.1 {FOREIGN}\r\n\r\n"},
        "reset",
    ],
)
def test_fault_95_no_text_of_ours_shows_it(
    scripted: Scripted, ask: Ask, kept: bool, reply: Any, caplog: pytest.LogCaptureFixture
) -> None:
    server = scripted(reply)
    caplog.set_level(logging.DEBUG, "neura_ai")
    with pytest.raises((httpx.HTTPError, requests.RequestException, openai.OpenAIError)) as caught:
        ask(server, keep_authorization=kept)
    seen = shown(caught.value)
    assert seen
    assert FOREIGN not in seen
    assert FOREIGN not in caplog.text
