"""Chunks of a chat that are alike are made from a template: each must be what its text says."""

from __future__ import annotations

import json
import pickle
from typing import Any

import neura_ai
import pytest
from conftest import Scripted

MESSAGES = [{"role": "user", "content": "Hello!"}]
HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
#: Words that JSON writes in other ways than Python, or not as they are.
WORDS = [
    "a",
    "",
    'quote " and \\',
    "line\nbreak\ttab\x00",
    "é",
    "日本",
    "\U0001f600",
    "b" * 5000,
    "a",
]


def chunk(words: str, **more: Any) -> dict[str, Any]:
    choice = {"index": 0, "delta": {"content": words}, "finish_reason": None, "logprobs": None}
    return {"id": "c", "model": "m", "created": 7, "choices": [choice], **more}


def texts(chunks: list[Any]) -> list[str]:
    """Each chunk's JSON, in turn with and without escapes for what is beyond ASCII."""
    return [
        it if isinstance(it, str) else json.dumps(it, ensure_ascii=place % 2 == 0)
        for place, it in enumerate(chunks)
    ]


def replay(data: list[str], framed: bool) -> dict[str, Any]:
    """A stream of these chunks; `framed`: each is a chunk of the transfer coding as well."""
    events = [f"data: {it}\n\n" for it in [*data, "[DONE]"]]
    if not framed:
        return {"raw": HEAD + "Connection: close\r\n\r\n" + "".join(events)}
    parts = [f"{len(it.encode()):x}\r\n{it}\r\n" for it in events]
    return {"raw": HEAD + "Transfer-Encoding: chunked\r\n\r\n" + "".join(parts) + "0\r\n\r\n"}


def streamed(scripted: Scripted, chunks: list[Any], framed: bool = True) -> list[Any]:
    client = scripted.client(replay(texts(chunks), framed))
    return list(client.chat.completions.create(model="m", messages=MESSAGES, stream=True))


@pytest.mark.parametrize("framed", [True, False])
def test_each_chunk_is_what_its_text_says(scripted: Scripted, framed: bool) -> None:
    end = chunk("")
    end["choices"][0] |= {"delta": {}, "finish_reason": "stop"}
    first = chunk("x")
    first["choices"][0]["delta"] = {"role": "assistant"}
    other = [chunk(it, usage=None, model="n") for it in WORDS]
    sent = [first, *(chunk(it) for it in WORDS), *other, *(chunk(it) for it in WORDS), end]
    came = streamed(scripted, sent, framed)
    assert came == sent
    for one, two in zip(came, sent, strict=True):
        assert list(one) == list(two)
        assert type(one) is neura_ai.types.ChatCompletionChunk
        assert type(one.choices[0].delta) is type(came[0].choices[0].delta)
        assert one.choices[0].delta.get("content") == two["choices"][0]["delta"].get("content")
        assert pickle.loads(pickle.dumps(one)) == two  # noqa: S301


def test_chunks_share_nothing_that_can_be_changed(scripted: Scripted) -> None:
    made = streamed(scripted, [chunk("a", list=[1, {"b": []}]) for _ in range(6)])
    for place, one in enumerate(made):
        one.choices[0].delta.content = str(place)
        one.choices.append(place)
        one["list"][1]["b"].append(place)
        one.more = place
    for place, one in enumerate(made):
        assert one.choices[0].delta.content == str(place)
        assert one.choices[1:] == [place]
        assert one["list"] == [1, {"b": [place]}]
        assert one.more == place


def swapped(words: str) -> dict[str, Any]:
    """The first choice by its number is the second by its place."""
    one, two = ({"index": n, "delta": {"content": words if n == 0 else "z"}} for n in (0, 1))
    return {"id": "c", "choices": [two, one]}


def twice(words: str) -> str:
    """A name that stands twice: the last counts."""
    return '{"choices":[{"index":0,"delta":{"content":"no","content":' + json.dumps(words) + "}}]}"


def before(words: str) -> str:
    return (
        '{"choices":[{"index":0,"delta":{"content":' + json.dumps(words) + ',"content":"last"}}]}'
    )


def nested(words: str) -> dict[str, Any]:
    inner: Any = [words]
    for _ in range(300):
        inner = [inner]
    return {**chunk(words), "deep": inner}


@pytest.mark.parametrize("make", [swapped, twice, before, nested])
def test_a_chunk_of_an_unusual_form_is_read_as_it_is(scripted: Scripted, make: Any) -> None:
    sent = [make(words) for words in WORDS]
    end = chunk("")
    end["choices"][0]["finish_reason"] = "stop"
    came = streamed(scripted, [*sent, end])
    assert came[:-1] == [json.loads(it) if isinstance(it, str) else it for it in sent]


def test_an_answer_has_the_same_facts_each_time_it_is_asked(scripted: Scripted) -> None:
    reply = {"chat": "Hi", "headers": [["x-request-id", "r-1"]]}
    made = scripted.client(reply).chat.completions.create(model="m", messages=MESSAGES)
    facts = made._response
    assert facts is made._response
    assert isinstance(facts, neura_ai.ResponseInfo)
    assert (facts.status_code, facts.request_id, facts.attempts) == (200, "r-1", 1)
    assert made.copy()._response is facts
    assert pickle.loads(pickle.dumps(made))._response.headers == facts.headers  # noqa: S301
    made._response = None
    assert made._response is None
