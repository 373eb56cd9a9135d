"""Whose errors the adapters raise: those that a library's own ``except`` clauses catch."""

from __future__ import annotations

import asyncio
import copy
import pickle
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
from faulty import nobody, told
from neura_ai._adapter_errors import joined
from neura_ai.openai import AsyncOpenAI, OpenAI
from neura_ai.requests import NeuraAdapter, NeuraAuth
from servers import Sandbox

OTHER = "http://127.0.0.1:9/x"
SECRET = "Bearer nk-fake-callers-own-000000"
HEADERS = {"Authorization": SECRET}


def by_requests(**options: Any) -> Any:
    with requests.Session() as session:
        session.mount("http://", NeuraAdapter(KEY, base_url=nobody()))
        session.request("GET", OTHER, headers=HEADERS, **options)


def by_auth() -> Any:
    requests.get(OTHER, auth=NeuraAuth(KEY, base_url=nobody()), timeout=5)


def by_httpx(library: Any, ours: Any, url: str = OTHER) -> Any:
    with library.Client(transport=ours.NeuraTransport(KEY, base_url=nobody())) as client:
        client.get(url, headers=HEADERS)


def by_sdk() -> Any:
    with OpenAI(api_key=KEY, base_url=nobody()) as client:
        client.get(OTHER, cast_to=object, options={"headers": HEADERS})


REFUSED: list[tuple[Callable[[], Any], type[Exception]]] = [
    (by_requests, requests.RequestException),
    (lambda: by_requests(verify=False), requests.RequestException),
    (lambda: by_requests(timeout=0), requests.RequestException),
    (by_auth, requests.RequestException),
    (lambda: by_httpx(httpx, neura_ai.httpx), httpx.TransportError),
    (lambda: by_httpx(httpx2, neura_ai.httpx2), httpx2.TransportError),
    (lambda: by_httpx(httpx, neura_ai.httpx, "ftp://x/"), httpx.UnsupportedProtocol),
    (by_sdk, openai.OpenAIError),
]


@pytest.mark.parametrize(("ask", "theirs"), REFUSED)
def test_what_is_refused_is_an_error_of_both(
    ask: Callable[[], Any], theirs: type[Exception]
) -> None:
    with pytest.raises(neura_ai.ConfigError) as caught:
        ask()
    error: Any = caught.value
    assert isinstance(error, theirs)
    assert isinstance(error, ValueError)
    assert (error.kind, error.attempts, error.retryable) == ("config", 0, False)
    assert str(error) == error.message != ""
    assert error.request is not None
    assert repr(error).startswith("ConfigError(")
    assert KEY not in told(error)


@pytest.mark.parametrize(("ask", "theirs"), REFUSED)
def test_it_survives_pickle_and_copy_without_the_request(
    ask: Callable[[], Any], theirs: type[Exception]
) -> None:
    with pytest.raises(neura_ai.ConfigError) as caught:
        ask()
    packed = pickle.dumps(caught.value)
    assert b"nk-" not in packed
    for again in (pickle.loads(packed), copy.copy(caught.value)):  # noqa: S301
        assert type(again) is type(caught.value)
        assert isinstance(again, theirs)
        assert (str(again), again.kind) == (str(caught.value), "config")


def classes_of(module: Any, base: type[BaseException]) -> list[Any]:
    found = [getattr(module, name) for name in dir(module)]
    return [one for one in found if isinstance(one, type) and issubclass(one, base)]


@pytest.mark.parametrize("library", [httpx, httpx2, requests.exceptions, openai])
@pytest.mark.parametrize("ours", classes_of(neura_ai, neura_ai.NeuraError))
def test_fault_86_each_error_of_ours_can_be_one_of_each_class_of_a_library(
    library: Any, ours: Any
) -> None:
    for theirs in classes_of(library, Exception):
        error = ours("what happened", attempts=2)
        made = joined(error, theirs)
        again = pickle.loads(pickle.dumps(made))  # noqa: S301
        for one in (made, copy.copy(made), again):
            assert isinstance(one, ours)
            assert isinstance(one, theirs)
            assert (str(one), one.kind, one.attempts) == (str(error), error.kind, 2)


def test_a_callable_that_fails_is_the_cause_of_an_error_of_both(scripted: Scripted) -> None:
    def broken() -> str:
        raise KeyError("vault")

    server = scripted(200)
    transport = neura_ai.httpx.NeuraTransport(broken, base_url=server.base_url)
    with requests.Session() as session, httpx.Client(transport=transport) as client:
        session.mount("http://", NeuraAdapter(broken, base_url=server.base_url))
        for ask, theirs in (
            (session.get, requests.RequestException),
            (client.get, httpx.TransportError),
        ):
            with pytest.raises(theirs) as caught:
                ask(f"{server.base_url}/x")
            assert isinstance(caught.value, neura_ai.ConfigError)
            assert isinstance(caught.value.__cause__, KeyError)
    assert server.requests() == []


def test_what_the_body_of_a_request_raises_is_its_callers(scripted: Scripted) -> None:
    def body() -> Any:
        yield b"one"
        raise neura_ai.InvalidArgumentError("of the caller")

    url = scripted(200).base_url
    transport = neura_ai.httpx.NeuraTransport(KEY, base_url=url)
    with requests.Session() as session, httpx.Client(transport=transport) as client:
        session.mount("http://", NeuraAdapter(KEY, base_url=url))
        for ask in (lambda: session.post(url, data=body()),
                    lambda: client.post(url, content=body())):  # fmt: skip
            with pytest.raises(neura_ai.InvalidArgumentError, match="of the caller") as caught:
                ask()
            assert type(caught.value) is neura_ai.InvalidArgumentError


@pytest.mark.parametrize("of", [OpenAI, AsyncOpenAI])
def test_the_sdks_own_base_is_raised_for_a_client_that_cannot_be_made(of: Any) -> None:
    for arguments, ours in (
        ({}, neura_ai.MissingAPIKeyError),
        ({"api_key": "nk fake with spaces"}, neura_ai.MalformedAPIKeyError),
        ({"api_key": KEY, "base_url": "ftp://x"}, neura_ai.ConfigError),
        ({"api_key": KEY, "workload_identity": "x"}, neura_ai.ConfigError),
    ):
        with pytest.raises(openai.OpenAIError) as caught:
            of(**arguments)
        assert isinstance(caught.value, ours)
        assert KEY not in told(caught.value)
        assert pickle.loads(pickle.dumps(caught.value)).kind == caught.value.kind  # noqa: S301
    client = of(api_key=KEY, base_url=nobody())
    with pytest.raises(openai.OpenAIError) as caught:
        client.api_key = "nk fake with spaces"
    assert isinstance(caught.value, neura_ai.MalformedAPIKeyError)


def test_the_sdk_neither_wraps_nor_repeats_what_is_refused(scripted: Scripted) -> None:
    asked: list[Any] = []
    hooks = {"request": [asked.append]}
    transport = neura_ai.httpx2.NeuraTransport(KEY, base_url=scripted(200).base_url)
    client = OpenAI(http_client=httpx2.Client(transport=transport, event_hooks=hooks))
    with client, pytest.raises(openai.OpenAIError) as caught:
        client.get(OTHER, cast_to=object)
    assert isinstance(caught.value, neura_ai.ConfigError)
    assert len(asked) == 1


@pytest.mark.parametrize("stream", [False, True])
def test_a_status_of_the_sdk_has_our_error_as_its_cause(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, stream: bool
) -> None:
    monkeypatch.setenv("NEURA_API_KEY", sandbox.expired_api_key)
    monkeypatch.setenv("NEURA_BASE_URL", sandbox.base_url)
    chat: dict[str, Any] = {"model": "gpt-5", "messages": [], "stream": stream}

    async def main() -> None:
        async with AsyncOpenAI() as client:
            await client.chat.completions.create(**chat)

    with OpenAI() as client:
        for ask in (
            lambda: client.chat.completions.create(**chat),
            lambda: client.chat.completions.with_raw_response.create(**chat),
            lambda: asyncio.run(main()),
        ):
            with pytest.raises(openai.AuthenticationError) as caught:
                ask()
            cause = caught.value.__cause__
            assert isinstance(cause, neura_ai.ExpiredAPIKeyError)
            assert "NEURA_API_KEY" in cause.message
            assert cause.request_id == caught.value.request_id
            assert sandbox.expired_api_key not in told(caught.value)
        streamed = client.models.with_streaming_response
        with pytest.raises(openai.AuthenticationError) as caught, streamed.list():
            pass
        assert isinstance(caught.value.__cause__, neura_ai.ExpiredAPIKeyError)


@pytest.mark.parametrize("status", [302, 400, 404, 429, 503])
def test_so_has_every_other_status(scripted: Scripted, status: int) -> None:
    with OpenAI(api_key=KEY, base_url=scripted(status).base_url, max_retries=0) as client:
        with pytest.raises(openai.APIStatusError) as caught:
            client.models.list()
        cause = caught.value.__cause__
        assert isinstance(cause, neura_ai.APIStatusError)
        assert cause.status_code == status
        assert KEY not in told(caught.value)
