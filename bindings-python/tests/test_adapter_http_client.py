"""``http_client=`` of the SDK's clients: our transport below others, and transports of tests."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import httpx2
import neura_ai
import openai
import pytest
from conftest import KEY, Scripted
from neura_ai.httpx2 import NeuraAsyncTransport, NeuraTransport
from neura_ai.openai import AsyncOpenAI, OpenAI
from servers import header

ASKED: Any = {"model": "m", "messages": [{"role": "user", "content": "Hello!"}]}
MESSAGE = {"role": "assistant", "content": "hi"}
CHOICE = {"index": 0, "finish_reason": "stop", "message": MESSAGE}
ANSWER = {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [CHOICE]}
MODELS = {"status": 200, "body": '{"object": "list", "data": []}'}


class Wrapping(httpx2.BaseTransport, httpx2.AsyncBaseTransport):
    """A transport of a program, above others."""

    def __init__(self, *below: Any) -> None:
        self.seen: list[str] = []
        self._below = below

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        self.seen.append(request.url.path)
        response: httpx2.Response = self._below[-1].handle_request(request)
        return response

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.seen.append(request.url.path)
        response: httpx2.Response = await self._below[-1].handle_async_request(request)
        return response


class Fake(httpx2.BaseTransport):
    """A transport of a test, which answers by itself."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.requests: list[httpx2.Request] = []

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        return httpx2.Response(self.status, json=ANSWER)


def test_our_transport_may_be_below_others(scripted: Scripted) -> None:
    server = scripted(MODELS, MODELS, MODELS, 401)
    ours = NeuraTransport(KEY, base_url=server.base_url)
    wrapping = Wrapping(httpx2.HTTPTransport(), Wrapping(ours))
    client = OpenAI(http_client=httpx2.Client(transport=wrapping), max_retries=0)
    assert str(client.base_url) == f"{server.base_url}/"
    client.models.list()
    client.with_options(timeout=3).models.list()
    OpenAI(http_client=httpx2.Client(mounts={"all://": ours})).models.list()
    with pytest.raises(openai.AuthenticationError) as caught:
        client.models.list()
    assert isinstance(caught.value.__cause__, neura_ai.AuthenticationError)
    assert wrapping.seen == ["/v1/models"] * 3
    sent = [header(request, "authorization") for request in server.requests()]
    assert sent == [[f"Bearer {KEY}"]] * 4
    client.api_key = "nk-fake-set-0000000000000"
    assert "…0000" in repr(ours)
    with pytest.raises(neura_ai.ConfigError, match="already has the key"):
        OpenAI(http_client=httpx2.Client(transport=wrapping), api_key=KEY)


def test_an_asynchronous_one_too(scripted: Scripted) -> None:
    server = scripted(MODELS)

    async def main() -> None:
        wrapping = Wrapping(NeuraAsyncTransport(KEY, base_url=server.base_url))
        async with AsyncOpenAI(http_client=httpx2.AsyncClient(transport=wrapping)) as client:
            await client.models.list()
        assert wrapping.seen == ["/v1/models"]
        mock = httpx2.MockTransport(lambda _: httpx2.Response(200, json=ANSWER))
        async with AsyncOpenAI(http_client=httpx2.AsyncClient(transport=mock)) as mocked:
            answer = await mocked.chat.completions.create(**ASKED)
        assert answer.choices[0].message.content == "hi"

    asyncio.run(main())


@pytest.mark.parametrize("key", [None, KEY, lambda: KEY])
def test_a_transport_that_answers_by_itself_needs_no_key(key: Any) -> None:
    fake = Fake()
    mock = httpx2.MockTransport(fake.handle_request)
    for transport in (fake, mock, Wrapping(fake), Wrapping(mock)):
        sender = httpx2.Client(transport=transport)
        client = OpenAI(http_client=sender, api_key=key)
        answer = client.chat.completions.create(**ASKED)
        assert answer.choices[0].message.content == "hi"
        client.with_options(max_retries=1, api_key=KEY).chat.completions.create(**ASKED)
        client.api_key = KEY
        OpenAI(http_client=sender, base_url="http://test/v1").chat.completions.create(**ASKED)
    urls = [str(request.url) for request in fake.requests]
    usual = "https://api.neura-ai.app/v1/chat/completions"
    assert urls == [usual, usual, "http://test/v1/chat/completions"] * 4
    assert not any("authorization" in request.headers for request in fake.requests)


def test_the_address_of_the_environment_counts_for_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEURA_BASE_URL", "http://127.0.0.1:9/v2")
    client = OpenAI(http_client=httpx2.Client(transport=Fake()))
    assert str(client.base_url) == "http://127.0.0.1:9/v2/"


def test_a_401_of_a_transport_without_ours_says_that_no_key_was_sent() -> None:
    client = OpenAI(http_client=httpx2.Client(transport=Fake(401)), api_key=KEY)
    with pytest.raises(openai.AuthenticationError) as caught:
        client.models.list()
    assert "no key was sent: http_client must use NeuraTransport" in str(caught.value.__cause__)


def test_a_transport_that_reaches_a_network_without_ours_is_refused() -> None:
    for transport in (None, httpx2.HTTPTransport(), Wrapping(httpx2.HTTPTransport())):
        with pytest.raises(neura_ai.ConfigError, match="the key would not be sent"):
            OpenAI(http_client=httpx2.Client(transport=transport), api_key=KEY)
    # The SDK takes a client of the older library too.
    older: Any = httpx.Client()
    with pytest.raises(neura_ai.ConfigError, match="the key would not be sent"):
        OpenAI(http_client=older, api_key=KEY)
    with pytest.raises(neura_ai.ConfigError, match="already has the key and the options"):
        OpenAI(http_client=httpx2.Client(transport=Fake()), profile="staging")
