"""What tools that report errors print of the package's own frames: no caller's secret."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable
from typing import Any

import httpx
import neura_ai
import openai
import pytest
import requests
from conftest import KEY
from faulty import nobody
from neura_ai.httpx import NeuraAsyncTransport, NeuraTransport
from neura_ai.openai import OpenAI
from neura_ai.requests import NeuraAdapter
from neura_ai.testing import Sandbox
from servers import binary
from urllib3 import Retry

SECRET = "Bearer nk-fake-callers-own-000000"
HEADERS = {"Authorization": SECRET}
CHAT: dict[str, Any] = {"model": "m", "messages": [], "extra_headers": HEADERS}

CALLS: list[Callable[[Any], Any]] = [
    lambda client: client.request("GET", "/x", headers=HEADERS),
    lambda client: client.get("/x", headers=HEADERS),
    lambda client: client.head("/x", headers=HEADERS),
    lambda client: client.post("/x", headers=HEADERS),
    lambda client: client.put("/x", headers=HEADERS),
    lambda client: client.patch("/x", headers=HEADERS),
    lambda client: client.delete("/x", headers=HEADERS),
    lambda client: client.models.list(extra_headers=HEADERS),
    lambda client: client.models.retrieve("m", extra_headers=HEADERS),
    lambda client: client.embeddings.create(model="m", input="a", extra_headers=HEADERS),
    lambda client: client.chat.completions.create(**CHAT),
    lambda client: client.chat.completions.create(**CHAT, stream=True),
    lambda client: client.chat.completions.with_raw_response.create(**CHAT),
    lambda client: client.with_raw_response.get("/x", headers=HEADERS),
    lambda client: client.with_options(headers=HEADERS).get("/x"),
]


def frames(error: BaseException) -> str:
    """The variables of every frame of the package that an error came through."""
    found = traceback.StackSummary.extract(
        traceback.walk_tb(error.__traceback__), capture_locals=True
    )
    ours = [frame.locals for frame in found if "/neura_ai/" in frame.filename.replace("\\", "/")]
    return repr(ours)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("of", [neura_ai.Client, neura_ai.Session, neura_ai.AsyncClient])
def test_a_call_that_failed_keeps_no_header_of_its_caller(of: Any, call: Any) -> None:
    client = of(KEY, base_url=nobody(), max_retries=0)

    async def ask() -> None:
        await call(client)

    with pytest.raises(neura_ai.APIConnectionError) as caught:
        asyncio.run(ask()) if of is neura_ai.AsyncClient else call(client)
    assert "nk-fake-callers" not in frames(caught.value)


@pytest.mark.parametrize("verb", ["request", "get", "post"])
def test_nor_do_the_verbs_of_the_module(verb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEURA_API_KEY", KEY)
    monkeypatch.setenv("NEURA_BASE_URL", nobody())
    method = ("GET",) if verb == "request" else ()
    with pytest.raises(neura_ai.APIConnectionError) as caught:
        getattr(neura_ai, verb)(*method, "/x", headers=HEADERS, max_retries=0)
    assert "nk-fake-callers" not in frames(caught.value)


def test_nor_does_a_stream_that_cannot_open() -> None:
    client = neura_ai.Client(KEY, base_url=nobody(), max_retries=0)
    with pytest.raises(neura_ai.APIConnectionError) as caught:
        client.stream("GET", "/x", headers=HEADERS)
    assert "nk-fake-callers" not in frames(caught.value)


def by_requests(**options: Any) -> None:
    with requests.Session() as session:
        session.mount("http://", NeuraAdapter(KEY, base_url=(url := nobody())))
        session.request(**{"method": "GET", "url": f"{url}/x", "headers": HEADERS, **options})


def by_httpx(method: str) -> None:
    with httpx.Client(transport=NeuraTransport(KEY, base_url=(url := nobody()))) as client:
        client.request(method, f"{url}/x", headers=HEADERS)


def by_async_httpx() -> None:
    async def main() -> None:
        transport = NeuraAsyncTransport(KEY, base_url=(url := nobody()))
        async with httpx.AsyncClient(transport=transport) as client:
            await client.request("TRACE", f"{url}/x", headers=HEADERS)

    asyncio.run(main())


def by_sdk(**options: Any) -> None:
    with OpenAI(api_key=KEY, base_url=nobody(), max_retries=0) as client:
        client.models.list(extra_headers=HEADERS, **options)


PROXY = "http://user:nk-fake-callers-proxy@127.0.0.1:9"


@pytest.mark.parametrize(
    "ask",
    [
        by_requests,
        lambda: by_requests(method="TRACE"),
        lambda: by_requests(timeout=-1),
        lambda: by_requests(proxies={"http": PROXY}),
        lambda: by_requests(proxies={"http": PROXY}, verify=False),
        lambda: by_httpx("GET"),
        lambda: by_httpx("TRACE"),
        by_async_httpx,
        by_sdk,
        lambda: by_sdk(timeout=-1),
    ],
)
def test_nor_do_the_adapters(ask: Callable[..., None]) -> None:
    caught: list[BaseException | None] = []
    with pytest.raises(
        (requests.RequestException, httpx.TransportError, openai.OpenAIError)
    ) as raised:
        ask()
    caught.append(raised.value)
    seen = ""
    while caught:
        if error := caught.pop():
            caught += [error.__cause__, error.__context__]
            if any("/neura_ai/" in frame.filename for frame in traced(error)):
                seen += frames(error)
    assert seen
    assert "nk-fake-callers" not in seen
    assert KEY not in seen


def traced(error: BaseException) -> traceback.StackSummary:
    return traceback.StackSummary.extract(traceback.walk_tb(error.__traceback__))


@pytest.mark.parametrize("make", ["client", "async_client"])
def test_nor_does_a_sandbox_whose_client_cannot_be_made(
    make: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEURA_SANDBOX_BIN", str(binary("neura-sandbox")))
    with Sandbox() as box, pytest.raises(neura_ai.ConfigError) as caught:
        getattr(box, make)(KEY, ca_file="/missing.pem", headers=HEADERS)
    seen = frames(caught.value)
    assert KEY not in seen
    assert "nk-fake-callers" not in seen


@pytest.mark.parametrize(
    "of", [neura_ai.Client, neura_ai.AsyncClient, neura_ai.resolve, NeuraAdapter]
)
@pytest.mark.parametrize("more", [{"apikey": KEY}, {"timeout": "5"}, {"max_retries": Retry(3)}])
def test_an_argument_that_is_refused_leaves_no_key(of: Any, more: Any) -> None:
    with pytest.raises(TypeError) as caught:
        of(KEY, **more)
    assert KEY not in frames(caught.value)
