"""How much of a reply is accepted."""

from __future__ import annotations

from typing import Any

import neura_ai
import pytest
from conftest import KEY, Scripted

SIZES = ["max_body_bytes", "max_event_bytes", "max_header_bytes"]
CHAT: dict[str, Any] = {"model": "gpt-5", "messages": [{"role": "user", "content": "Hello!"}]}


def body(size: int) -> dict[str, Any]:
    return {"status": 200, "body": "x" * size}


def events(*data: str) -> dict[str, Any]:
    return {
        "status": 200,
        "headers": [["content-type", "text/event-stream"]],
        "body": "".join(f"data: {each}\n\n" for each in data),
    }


def test_a_body_over_max_body_bytes_is_too_large(scripted: Scripted) -> None:
    client = scripted.client(body(1000), body(1001), 200, max_body_bytes=1000)
    assert len(client.get("/x").content) == 1000
    with pytest.raises(neura_ai.BodyTooLargeError, match="max_body_bytes"):
        client.get("/x")
    assert client.get("/x").ok


def test_an_event_over_max_event_bytes_is_too_large(scripted: Scripted) -> None:
    client = scripted.client(events("short", "x" * 1000), 200, max_event_bytes=500)
    with client.stream("GET", "/x") as stream:
        assert next(stream).data == "short"
        with pytest.raises(neura_ai.BodyTooLargeError, match="max_event_bytes"):
            next(stream)
    assert client.get("/x").ok


@pytest.mark.parametrize("stream", [False, True])
def test_fault_37_a_reply_in_memory_has_the_max_event_bytes_of_its_client(
    scripted: Scripted, stream: bool
) -> None:
    with scripted.client(events("short", "x" * 1000), max_event_bytes=500) as client:
        response = client.get("/x", stream=stream)
        assert response.content
        found = iter(response.iter_events())
    assert next(found).data == "short"
    with pytest.raises(neura_ai.BodyTooLargeError, match="max_event_bytes"):
        next(found)


def test_a_chunk_of_chat_over_max_event_bytes_is_too_large(scripted: Scripted) -> None:
    chunk = '{"choices": [{"index": 0, "delta": {"content": "%s"}}]}'
    reply = events(chunk % "Hel", chunk % ("x" * 1000), "[DONE]")
    client = scripted.client(reply, max_event_bytes=500)
    stream = client.chat.completions.create(stream=True, **CHAT)
    assert next(stream).choices[0].delta.content == "Hel"
    with pytest.raises(neura_ai.BodyTooLargeError, match="max_event_bytes"):
        next(stream)


def test_a_head_over_max_header_bytes_is_no_protocol_of_ours(scripted: Scripted) -> None:
    long = {"status": 200, "headers": [["x-long", "x" * 3000]], "body": ""}
    with pytest.raises(neura_ai.ProtocolError):
        scripted.client(long, max_header_bytes=2000).get("/x")
    assert scripted.client(long, max_header_bytes=4000).get("/x").headers["x-long"]
    assert scripted.client(long).get("/x").ok


@pytest.mark.parametrize("name", SIZES)
def test_no_bytes_at_all_is_a_config_error(name: str) -> None:
    for none in (0, -1, -(2**70)):
        with pytest.raises(neura_ai.ConfigError, match=name):
            neura_ai.Client(KEY, **{name: none})
        report = neura_ai.diagnose(KEY, base_url="http://127.0.0.1:9", **{name: none})
        (options,) = [check for check in report.checks if check.code == "options"]
        assert options.status == "failed"
        assert name in options.found
    neura_ai.Client(KEY, **{name: None}).close()
    assert neura_ai.resolve(KEY, **{name: 2**40}).source == "caller"


@pytest.mark.parametrize("name", SIZES)
def test_a_size_that_is_no_whole_number_is_a_type_error(name: str) -> None:
    for wrong in ("1", 1.5, True, b"1"):
        with pytest.raises(TypeError, match=f"{name} must be a whole number"):
            neura_ai.Client(KEY, **{name: wrong})
