"""A reply that is put away and read again, and its secrets, which are not."""

from __future__ import annotations

import asyncio
import base64
import copy
import pickle
import pickletools
from typing import Any

import neura_ai
import pytest
from conftest import KEY, Scripted
from servers import Sandbox

PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)


def copies(reply: neura_ai.Response) -> list[neura_ai.Response]:
    pickled = [pickle.loads(pickle.dumps(reply, protocol)) for protocol in PROTOCOLS]  # noqa: S301
    return [*pickled, copy.copy(reply), copy.deepcopy(reply)]


FACTS = ("status_code", "reason", "ok", "url", "headers", "content", "text", "encoding")
MORE_FACTS = ("elapsed", "request_id", "attempts", "rate_limit")


def test_a_reply_survives_with_all_that_it_tells(scripted: Scripted) -> None:
    reply = {
        "status": 200,
        "headers": [
            ["content-type", "application/json; charset=latin-1"],
            ["x-request-id", "req-7"],
            ["set-cookie", "a"],
            ["set-cookie", "b"],
            ["x-ratelimit-limit-requests", "60"],
        ],
        "body": '{"a": "ü"}',
    }
    given = scripted.client(503, reply, max_retries=1).get("/x?a=1")
    for copied in copies(given):
        for fact in FACTS + MORE_FACTS:
            assert getattr(copied, fact) == getattr(given, fact), fact
        assert copied.json() == {"a": "ü"}
        assert copied.attempts == 2
        assert copied.rate_limit.requests.limit == 60
        assert list(copied.iter_lines()) == list(given.iter_lines())
        copied.raise_for_status()


def test_fault_37_the_limit_of_an_event_survives(scripted: Scripted) -> None:
    headers = [["content-type", "text/event-stream"]]
    body = f"data: {'x' * 2000}\n\n"
    client = scripted.client(
        {"status": 200, "headers": headers, "body": body}, max_event_bytes=1000
    )
    for copied in copies(client.get("/x")):
        with pytest.raises(neura_ai.BodyTooLargeError, match="max_event_bytes"):
            list(copied.iter_events())


def test_what_the_caller_set_survives(scripted: Scripted) -> None:
    given = scripted.client({"status": 200, "body": "é"}).get("/x")
    given.encoding = "latin-1"
    for copied in copies(given):
        assert copied.encoding == "latin-1"
        assert copied.text == given.text
        copied.encoding = None
    assert given.encoding == "latin-1"


def test_the_error_of_a_copy_is_the_same(sandbox: Sandbox) -> None:
    key = "nk-wrong-key-0000000000"
    given = neura_ai.Client(key, base_url=sandbox.base_url).get("/models")
    with pytest.raises(neura_ai.InvalidAPIKeyError) as caught:
        given.raise_for_status()
    error = caught.value
    for copied in copies(given):
        with pytest.raises(neura_ai.InvalidAPIKeyError) as again:
            copied.raise_for_status()
        assert without_response(again.value) == without_response(error)
    for same in (
        *(pickle.loads(pickle.dumps(error, protocol)) for protocol in PROTOCOLS),  # noqa: S301
        copy.copy(error),
        copy.deepcopy(error),
    ):
        assert type(same) is type(error)
        assert without_response(same) == without_response(error)
        assert same.response.content == given.content
    assert key.encode() not in pickle.dumps(error)


def without_response(error: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(error).items() if name != "response"}


@pytest.mark.parametrize("status", [200, 401])
def test_no_key_is_in_a_pickle_where_the_server_echoes_it(scripted: Scripted, status: int) -> None:
    encoded = base64.b64encode(f"Bearer {KEY}".encode()).decode()
    echo = {
        "status": status,
        "headers": [["x-echo", f"Bearer {KEY}"], ["x-request-id", KEY]],
        "body": f'{{"error": {{"message": "no such key: {KEY}, {encoded}"}}}}',
    }
    reply = scripted.client(echo).get(f"/x?key={KEY}")
    assert KEY in reply.text  # as it came
    things: list[Any] = [reply]
    if status == 401:
        with pytest.raises(neura_ai.AuthenticationError) as caught:
            reply.raise_for_status()
        things.append(caught.value)
    for thing in things:
        for protocol in PROTOCOLS:
            text = pickle.dumps(thing, protocol)
            assert KEY.encode() not in text
            assert encoded.encode() not in text
            whole = b"".join(
                part if isinstance(part, bytes) else str(part).encode()
                for _, part, _ in pickletools.genops(text)
                if part is not None
            )
            assert KEY.encode() not in whole
    (restored,) = {pickle.loads(pickle.dumps(reply)).text}  # noqa: S301
    assert "[redacted]" in restored
    assert copy.copy(reply).content == reply.content  # it never leaves the process


def test_a_body_that_is_still_to_come_is_read_first(scripted: Scripted) -> None:
    slow = {"status": 200, "body": "a" * 100, "chunk_bytes": 10, "delay_ms": 5}
    client = scripted.client(slow)
    for way in (copy.copy, copy.deepcopy, lambda it: pickle.loads(pickle.dumps(it))):  # noqa: S301
        with client.get("/x", stream=True) as reply:
            assert way(reply).content == b"a" * 100
            assert reply.content == b"a" * 100
    with client.get("/x", stream=True) as begun:
        next(begun.iter_content(10))
        with pytest.raises(neura_ai.InvalidArgumentError, match="in pieces"):
            pickle.dumps(begun)


def test_one_that_an_event_loop_has_to_read_is_refused_until_it_did(scripted: Scripted) -> None:
    async def main() -> None:
        base_url = scripted({"status": 200, "body": "whole"}).base_url
        async with (
            neura_ai.AsyncClient(KEY, base_url=base_url) as client,
            await client.get("/x", stream=True) as reply,
        ):
            for way in (pickle.dumps, copy.copy, copy.deepcopy):
                with pytest.raises(neura_ai.InvalidArgumentError, match="aread"):
                    way(reply)
            await reply.aread()
            assert pickle.loads(pickle.dumps(reply)).text == "whole"  # noqa: S301

    asyncio.run(main())
