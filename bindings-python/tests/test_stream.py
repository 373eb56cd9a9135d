"""Streams of events and of chat."""

from __future__ import annotations

import copy
import json
import pickle
import threading
import time
from typing import Any

import neura_ai
import pytest
from conftest import Scripted
from servers import header

MESSAGES = [{"role": "user", "content": "Hello!"}]
EVENTS = ["content-type", "text/event-stream"]


def events(body: str, **more: Any) -> dict[str, Any]:
    return {"status": 200, "headers": [EVENTS], "body": body, **more}


def chunk(text: str, finish: str | None = None) -> str:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    return f"data: {json.dumps({'choices': [choice]})}\n\n"


def ask(client: neura_ai.Client, **more: Any) -> neura_ai.ChatCompletionStream:
    return client.chat.completions.create(model="gpt-5", messages=MESSAGES, stream=True, **more)


def test_the_chunks_of_a_stream_make_the_whole_answer(client: neura_ai.Client) -> None:
    with ask(client) as stream:
        parts = [choice.delta.get("content") for chunk in stream for choice in chunk.choices]
    whole = client.chat.completions.create(model="gpt-5", messages=MESSAGES)
    assert len(parts) > 1
    assert "".join(part or "" for part in parts) == whole.choices[0].message.content
    assert stream._response.status_code == 200
    assert stream._response.request_id
    assert stream._response.headers["content-type"].startswith("text/event-stream")
    assert stream._response.attempts == 1
    assert list(stream) == []


def test_the_request_asks_for_a_stream(scripted: Scripted) -> None:
    list(ask(scripted.client(events(chunk("a", "stop"))), temperature=0, timeout=5))
    (request,) = scripted.requests()
    body = json.loads(request["body"])
    assert body == {"model": "gpt-5", "messages": MESSAGES, "temperature": 0, "stream": True}
    assert header(request, "content-type") == ["application/json"]


def test_a_plain_stream_gives_the_events_as_they_came(scripted: Scripted) -> None:
    body = 'event: tick\nid: 7\ndata: {"n": 1}\n\ndata: two\n\ndata: [DONE]\n\ndata: late\n\n'
    with scripted.client(events(body)).stream("POST", "/x", json={"a": 1}) as stream:
        first, second = stream
    assert (first.event, first.data, first.id) == ("tick", '{"n": 1}', "7")
    assert first.json() == {"n": 1}
    assert second == neura_ai.Event("message", "two", "7")
    assert hash(second) == hash(neura_ai.Event("message", "two", "7"))
    assert second != first
    assert repr(second) == "Event('message', 'two', '7')"
    with pytest.raises(neura_ai.DecodeError):
        second.json()
    assert scripted.requests()[0]["body"] == '{"a":1}'


def test_an_event_can_be_matched() -> None:
    match neura_ai.Event("tick", "1", ""):
        case neura_ai.Event("tick", data):
            assert data == "1"


def test_an_error_status_is_raised_when_the_stream_is_opened(scripted: Scripted) -> None:
    client = scripted.client(429)
    with pytest.raises(neura_ai.RateLimitError):
        ask(client)
    with pytest.raises(neura_ai.RateLimitError):
        client.stream("GET", "/x")


def test_an_error_inside_a_chat_stream_is_raised_after_the_chunks(scripted: Scripted) -> None:
    error = 'data: {"error": {"message": "Overloaded", "code": "rate_limit_exceeded"}}\n\n'
    stream = ask(scripted.client(events(chunk("a") + error)))
    assert next(stream).choices[0].delta.content == "a"
    for _ in range(2):  # The same to whoever asks again.
        with pytest.raises(neura_ai.NeuraError, match="Overloaded"):
            next(stream)


@pytest.mark.parametrize("framing", ["until the connection closes", "chunked"])
def test_a_chat_stream_that_ends_too_early_is_incomplete(scripted: Scripted, framing: str) -> None:
    body, head = chunk("a"), [EVENTS, ["connection", "close"]]
    if framing == "chunked":
        body = f"{len(body):x}\r\n{body}\r\n0\r\n\r\n"
        head.append(["transfer-encoding", "chunked"])
        reply = {"status": 200, "headers": head, "body": body}
    else:
        lines = "".join(f"{name}: {value}\r\n" for name, value in head)
        reply = {"raw": f"HTTP/1.1 200 OK\r\n{lines}\r\n{body}"}
    stream = ask(scripted.client(reply))
    assert next(stream).choices[0].delta.content == "a"
    with pytest.raises(neura_ai.IncompleteStreamError):
        next(stream)


@pytest.mark.parametrize("then", ["close", "reset"])
def test_a_chat_stream_that_is_cut_is_incomplete(scripted: Scripted, then: str) -> None:
    head = [EVENTS, ["transfer-encoding", "chunked"]]
    reply = {"status": 200, "headers": head, "body": f"fff\r\n{chunk('a')}", "then": then}
    stream = ask(scripted.client(reply))
    assert next(stream).choices[0].delta.content == "a"
    with pytest.raises(neura_ai.IncompleteStreamError):
        next(stream)


def test_a_chunk_that_is_not_json_is_a_decode_error(scripted: Scripted) -> None:
    with pytest.raises(neura_ai.DecodeError):
        list(ask(scripted.client(events("data: {\n\n"))))


def test_a_stream_that_stalls_ends_with_the_idle_limit(scripted: Scripted) -> None:
    body = f"2000\r\n{chunk('a')}"
    head = [EVENTS, ["transfer-encoding", "chunked"]]
    reply = {"status": 200, "headers": head, "body": body, "then": "stall"}
    stream = ask(scripted.client(reply, idle_timeout=0.3))
    assert next(stream).choices[0].delta.content == "a"
    with pytest.raises(neura_ai.APITimeoutError):
        next(stream)


def endless() -> dict[str, Any]:
    """A first chunk, and then nothing for as long as the client likes."""
    return {
        "raw": "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n" + chunk("a"),
        "then": "stall",
    }


def leave_by_with(client: neura_ai.Client) -> None:
    with ask(client) as stream:
        next(stream)


def leave_by_error(client: neura_ai.Client) -> None:
    with pytest.raises(KeyError), ask(client) as stream:
        raise KeyError(next(stream))


def leave_by_close(client: neura_ai.Client) -> None:
    stream = ask(client)
    next(stream)
    stream.close()
    stream.close()
    for _ in range(2):
        with pytest.raises(neura_ai.CancelledError, match="closed before its end"):
            next(stream)


def leave_by_dropping(client: neura_ai.Client) -> None:
    with pytest.warns(ResourceWarning, match="unclosed"):
        next(ask(client))


@pytest.mark.parametrize(
    "leave", [leave_by_with, leave_by_error, leave_by_close, leave_by_dropping]
)
def test_leaving_a_stream_closes_its_connection(scripted: Scripted, leave: Any) -> None:
    leave(scripted.client(endless()))
    assert scripted.servers[-1].closed_by_client(within=0.5)


def test_another_thread_can_close_a_stream_that_waits(scripted: Scripted) -> None:
    stream = ask(scripted.client(endless()))
    next(stream)
    closer = threading.Timer(0.3, stream.close)
    closer.start()
    start = time.monotonic()
    with pytest.raises(neura_ai.CancelledError):
        next(stream)
    assert time.monotonic() - start < 1
    closer.join()
    assert scripted.servers[-1].closed_by_client(within=0.5)


def test_a_stream_that_was_closed_between_two_items_does_not_end_like_a_whole_one(
    scripted: Scripted,
) -> None:
    stream = ask(
        scripted.client(events(chunk("pay 1") + chunk("000", "stop") + "data: [DONE]\n\n"))
    )
    assert next(stream).choices[0].delta.content == "pay 1"
    closer = threading.Thread(target=stream.close)
    closer.start()
    closer.join()
    with pytest.raises(neura_ai.CancelledError, match="closed before its end"):
        next(stream)


def test_a_stream_that_ended_stays_at_its_end_when_it_is_closed(scripted: Scripted) -> None:
    with ask(scripted.client(events(chunk("a", "stop") + "data: [DONE]\n\n"))) as stream:
        assert len(list(stream)) == 1
    assert list(stream) == []


def test_a_stream_outlives_its_client(client: neura_ai.Client) -> None:
    stream = ask(client)
    client.close()
    assert len(list(stream)) > 1


def test_a_stream_is_not_copied(scripted: Scripted) -> None:
    with ask(scripted.client(endless())) as stream:
        for attempt in (copy.copy, copy.deepcopy, pickle.dumps):
            with pytest.raises(TypeError, match="cannot be copied"):
                attempt(stream)
