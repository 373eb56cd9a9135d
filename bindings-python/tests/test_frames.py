"""What tools that report errors print of the package's own frames: no caller's secret."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable
from typing import Any

import neura_ai
import pytest
from conftest import KEY
from faulty import nobody

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
]


def frames(error: BaseException) -> str:
    """The variables of every frame of the package that an error came through."""
    found = traceback.StackSummary.extract(
        traceback.walk_tb(error.__traceback__), capture_locals=True
    )
    ours = [frame.locals for frame in found if "/neura_ai/" in frame.filename.replace("\\", "/")]
    assert ours
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
