"""What the objects of the package show of themselves to people and to tools: no key."""

from __future__ import annotations

import asyncio
import copy
import sys
import traceback
import weakref
from collections.abc import Iterator
from typing import Any

import neura_ai
import pytest
from conftest import KEY, Scripted

SECRET = "s3cret-value-0000"
ECHO = {
    "status": 401,
    "headers": [["x-echo", KEY], ["x-request-id", KEY]],
    "body": f'{{"error": {{"message": "no such key: {KEY}"}}}}',
}
EVENTS = {
    "status": 200,
    "headers": [["content-type", "text/event-stream"], ["x-echo", KEY]],
    "body": 'data: {"choices": []}\n\ndata: [DONE]\n\n',
}


def objects(scripted: Scripted) -> Iterator[Any]:
    """One of each sort that a program may hold."""
    options: dict[str, Any] = {
        "headers": {"Authorization": f"Bearer {SECRET}"},
        "proxy": f"http://user:{SECRET}@127.0.0.1:9",
        "base_url": "http://127.0.0.1:9/v1",
    }
    for made in (neura_ai.Client, neura_ai.AsyncClient):
        client: Any = made(KEY, **options)
        yield from (client, client.chat, client.chat.completions, client.models)
        yield from (client.embeddings, client.usage(), copy.copy(client))
    reply = scripted.client(ECHO).get("/x")
    yield from (reply, reply.headers, reply.rate_limit)
    with pytest.raises(neura_ai.AuthenticationError) as caught:
        reply.raise_for_status()
    yield caught.value
    yield neura_ai.resolve(KEY)
    yield neura_ai.diagnose(KEY, **options)
    yield scripted.client(ECHO).check()
    with scripted.client(EVENTS).stream("GET", "/x") as stream:
        yield stream
        yield stream._response
        yield from stream

    async def streams() -> list[Any]:
        async with neura_ai.AsyncClient(KEY, base_url=scripted(EVENTS).base_url) as other:
            async with other.stream("GET", "/x") as opened:
                found = [opened, opened._response]
                found += [event async for event in opened]
            async with await other.get("/x", stream=True) as body:
                return [*found, body]

    yield from asyncio.run(streams())


def test_no_object_shows_a_secret(scripted: Scripted) -> None:
    seen = set()
    for shown in objects(scripted):
        seen.add(type(shown).__name__)
        texts = [repr(shown), str(shown), f"{shown}", repr(dir(shown))]
        if not isinstance(shown, neura_ai.Headers):  # those hold what the server sent
            for inner in (shown, getattr(shown, "_origin", None)):
                texts.append(repr(getattr(inner, "__dict__", None)))
        for secret in (KEY, SECRET, "user:"):
            assert secret not in "\n".join(texts), type(shown)
    assert {
        "Client",
        "AsyncClient",
        "Response",
        "Headers",
        "Report",
        "Usage",
        "EventStream",
    } <= seen
    assert {"AsyncEventStream", "ResponseInfo", "Event", "Object", "AuthenticationError"} <= seen


def test_fault_92_a_headers_name_and_a_report_hide_the_key(scripted: Scripted) -> None:
    echo = {"status": 200, "headers": [[f"x-{KEY}", "1"], ["x-team", "2"]], "body": "{}"}
    client = scripted.client(echo)
    mask = f"…{KEY[-4:]}"
    headers = client.get("/x").headers
    assert "x-redacted" in repr(headers)
    assert "x-team" in repr(headers)
    with client.stream("GET", "/x") as stream:
        told = [headers, headers.copy(), list(headers)]
        told.append(stream._response)

    async def ask() -> Any:
        async with neura_ai.AsyncClient(KEY, base_url=client.base_url) as other:
            return (await other.get("/x")).headers

    told.append(asyncio.run(ask()))
    given: dict[str, Any] = {"profile": KEY, "base_url": f"http://127.0.0.1:9/{KEY}/v1"}
    found = neura_ai.resolve(KEY, **given)
    assert found.profile == mask
    assert found.base_url == f"http://127.0.0.1:9/{mask}/v1"
    told += [found, found.to_dict(), neura_ai.Client(KEY, **given)]
    told += [neura_ai.AsyncClient(KEY, **given), neura_ai.diagnose(KEY, **given)]
    told.append(neura_ai.Client(KEY, max_retries=0, **given).check())
    for shown in told:
        assert KEY not in f"{shown!r} {shown}"
        assert KEY.lower() not in f"{shown!r}"


def test_no_frame_of_a_failed_call_holds_the_key(scripted: Scripted) -> None:
    client = scripted.client(ECHO)

    async def ask() -> None:
        async with neura_ai.AsyncClient(KEY, base_url=client.base_url) as other:
            await other.models.list()

    for call in (
        client.models.list,
        lambda: client.stream("GET", "/x"),
        lambda: asyncio.run(ask()),
    ):
        with pytest.raises(neura_ai.AuthenticationError) as caught:
            call()
        error = caught.value
        frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
        ours = [frame for frame in frames if "neura_ai" in frame.f_code.co_filename]
        for frame in ours:
            assert KEY not in repr(frame.f_locals)
        shown = "".join(
            traceback.TracebackException.from_exception(error, capture_locals=True).format()
        )
        assert KEY not in shown.replace(repr(ECHO), "")


def test_dir_tells_what_there_is(client: neura_ai.Client) -> None:
    reply = client.models.list()
    assert {"data", "to_dict", "items"} <= set(dir(reply))
    assert {"id", "owned_by"} <= set(dir(reply.data[0]))
    assert set(neura_ai.__all__) <= set(dir(neura_ai))
    assert {"status_code", "iter_lines", "aiter_lines"} <= set(dir(client.get("/models")))
    assert {"chat", "models", "embeddings", "usage"} <= set(dir(client))
    for name in neura_ai.__all__:
        assert getattr(neura_ai, name) is not None


def test_a_program_may_hold_things_weakly(scripted: Scripted) -> None:
    client = scripted.client(404)
    reply = client.get("/x")
    with pytest.raises(neura_ai.NotFoundError) as caught:
        reply.raise_for_status()
    held: list[Any] = [client, reply, reply.headers, caught.value, neura_ai.AsyncClient(KEY)]
    for thing in held:
        assert weakref.ref(thing)() is thing
    gone = [weakref.ref(client), weakref.ref(held[-1])]
    del client, held, thing
    assert [ref() for ref in gone] == [None, None]


def test_a_client_and_a_reply_have_no_more_references_than_their_own(scripted: Scripted) -> None:
    client = scripted.client(200)
    reply = client.get("/x")
    before = sys.getrefcount(client), sys.getrefcount(reply)
    for _ in range(100):
        repr(client), copy.copy(client), copy.copy(reply), reply.headers
    assert (sys.getrefcount(client), sys.getrefcount(reply)) == before
