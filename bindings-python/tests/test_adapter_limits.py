"""The limits of the libraries in each form that they have, by the adapters."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
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
from faulty import FAULTS, deaf
from neura_ai.openai import OpenAI
from neura_ai.requests import NeuraAdapter
from requests.exceptions import ConnectTimeout, ReadTimeout
from urllib3 import Timeout

LIBRARIES = pytest.mark.parametrize(
    ("library", "ours"), [(httpx, neura_ai.httpx), (httpx2, neura_ai.httpx2)]
)
Asking = Callable[..., requests.Response]


@pytest.fixture
def asking() -> Iterator[Asking]:
    """Asks a server through an adapter of its own."""
    with requests.Session() as session:

        def ask(base_url: str, timeout: Any, **options: Any) -> requests.Response:
            session.mount(base_url, NeuraAdapter(KEY, base_url=base_url, **options))
            return session.get(f"{base_url}/x", timeout=timeout)

        yield ask


@pytest.mark.parametrize(
    "limits",
    [
        Timeout(0.3),
        Timeout(0.3, connect=30, read=30),
        Timeout(total=0.3, connect=None, read=None),
        Timeout(total=30, read=0.3),
        Timeout(total=None, connect=None, read=0.3),
    ],
)
def test_a_timeout_of_urllib3_limits_the_wait_for_a_reply(
    asking: Asking, scripted: Scripted, limits: Timeout
) -> None:
    server = scripted("stall")
    started = time.monotonic()
    with pytest.raises(ReadTimeout):
        asking(server.base_url, limits)
    assert 0.25 < time.monotonic() - started < 3


@pytest.mark.parametrize(
    "limits",
    [
        Timeout(0.3),
        Timeout(0.3, connect=30),
        Timeout(connect=0.3),
        Timeout(connect=0.3, read=None),
        Timeout(total=Timeout.DEFAULT_TIMEOUT, connect=0.3),
    ],
)
def test_and_the_time_to_connect(asking: Asking, limits: Timeout) -> None:
    started = time.monotonic()
    with deaf() as url, pytest.raises(ConnectTimeout):
        asking(url, limits)
    assert 0.25 < time.monotonic() - started < 3


def test_what_a_timeout_of_urllib3_leaves_out_is_the_adapters_own(
    asking: Asking, scripted: Scripted
) -> None:
    body = FAULTS["stalled body"]
    with pytest.raises(ReadTimeout):
        asking(scripted(body).base_url, Timeout(connect=5), idle_timeout=0.2)
    late = {"raw": body["raw"] + "456789", "split": [len(body["raw"])], "delay_ms": 600}
    slow = asking(scripted(late).base_url, Timeout(connect=5, read=None), idle_timeout=0.2)
    assert slow.text == "123456789"


@LIBRARIES
@pytest.mark.parametrize("limit", [0, 0.0])
def test_a_limit_of_nothing_has_passed_before_anything_is_sent(
    library: Any, ours: Any, scripted: Scripted, limit: float
) -> None:
    server = scripted(200)
    url = f"{server.base_url}/x"
    limits = (
        (limit, library.ConnectTimeout),
        (library.Timeout(5, connect=limit), library.ConnectTimeout),
        (library.Timeout(5, read=limit), library.ReadTimeout),
    )

    async def ask(timeout: Any) -> None:
        transport = ours.NeuraAsyncTransport(KEY, base_url=server.base_url)
        async with library.AsyncClient(transport=transport, timeout=timeout) as client:
            await client.get(url)

    for timeout, error in limits:
        transport = ours.NeuraTransport(KEY, base_url=server.base_url)
        with library.Client(transport=transport, timeout=timeout) as client:
            with pytest.raises(error, match="timeout is 0") as caught:
                client.get(url)
            assert isinstance(caught.value.__cause__, neura_ai.APITimeoutError)
        with pytest.raises(error):
            asyncio.run(ask(timeout))
    assert server.requests() == []


def test_and_so_it_is_for_the_sdk(scripted: Scripted) -> None:
    server = scripted(200)
    with OpenAI(api_key=KEY, base_url=server.base_url, max_retries=0) as client:
        with pytest.raises(openai.APITimeoutError):
            client.models.list(timeout=0)
        client.models.list()
    assert len(server.requests()) == 1
