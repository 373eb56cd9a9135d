"""What the API leaves out is None where the OpenAI SDK says so, and nowhere else."""

from __future__ import annotations

import json
import typing
from collections.abc import Iterator
from typing import Any

import neura_ai
import pytest
from conftest import Scripted
from openai import BaseModel
from openai.types import CreateEmbeddingResponse, Model
from openai.types.chat import ChatCompletion, ChatCompletionChunk

ASKED: Any = {"model": "gpt-5", "messages": [{"role": "user", "content": "Hello!"}]}


def models_within(kind: Any, known: dict[Any, None]) -> None:
    """The classes of the SDK that objects of this type may have at any depth."""
    if isinstance(kind, type) and issubclass(kind, BaseModel) and kind not in known:
        known[kind] = None
        for field in kind.model_fields.values():
            models_within(field.annotation, known)
    for part in typing.get_args(kind):
        models_within(part, known)


def of_the_sdk() -> Iterator[Any]:
    known: dict[Any, None] = {}
    for kind in (ChatCompletion, ChatCompletionChunk, Model, CreateEmbeddingResponse):
        models_within(kind, known)
    for found in known:
        where = found.__module__.removeprefix("openai.types.")
        yield pytest.param(found, id=f"{where}.{found.__name__}")


def came(scripted: Scripted, value: Any) -> Any:
    """A value as it comes within a reply."""
    reply = {"status": 200, "body": json.dumps({"choices": [], "found": value})}
    return scripted.client(reply).chat.completions.create(**ASKED).found


@pytest.mark.parametrize("model", [*of_the_sdk()])
def test_each_object_of_the_sdk_lacks_the_same(model: Any, scripted: Scripted) -> None:
    fields = model.model_fields
    lean = {name: 1 for name, field in fields.items() if field.is_required()}
    found = came(scripted, lean)
    theirs = model.construct(**lean)
    for name in fields:
        assert getattr(found, name) == getattr(theirs, name), name
    for other in ("contents", "tool_call", "_request"):
        with pytest.raises(AttributeError, match=other):
            getattr(found, other)


@pytest.mark.parametrize("model", [*of_the_sdk()])
def test_a_member_that_came_hides_no_other(model: Any, scripted: Scripted) -> None:
    required = {name: 1 for name, field in model.model_fields.items() if field.is_required()}
    optional = [name for name in model.model_fields if name not in required]
    if not optional:
        return
    objects = [{**required, name: 1} for name in optional]
    for own, found in zip(optional, came(scripted, objects), strict=True):
        for name in optional:
            assert getattr(found, name) == (1 if name == own else None), (own, name)


def test_a_tool_call_in_pieces_is_put_together(scripted: Scripted) -> None:
    pieces = [
        {"index": 0, "id": "call-1", "type": "function", "function": {"name": "now"}},
        {"index": 0, "function": {"arguments": '{"zone": '}},
        {"index": 0, "function": {"arguments": '"UTC"}'}},
    ]
    chunks: list[Any] = [{"choices": [{"index": 0, "delta": {"tool_calls": [p]}}]} for p in pieces]
    chunks += [{"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]}]
    lines = [json.dumps(chunk) for chunk in chunks]
    body = "".join(f"data: {line}\n\n" for line in [*lines, "[DONE]"])
    headers = [["content-type", "text/event-stream"]]
    client = scripted.client({"status": 200, "headers": headers, "body": body})
    stream = client.chat.completions.create(**ASKED, stream=True)
    names, ids, kinds, arguments = [], [], [], ""
    for chunk in stream:
        assert chunk.usage is None
        for call in chunk.choices[0].delta.tool_calls or []:
            ids.append(call.id)
            kinds.append(call.type)
            names.append(call.function.name)
            arguments += call.function.arguments or ""
    assert ids == ["call-1", None, None]
    assert kinds == ["function", None, None]
    assert names == ["now", None, None]
    assert arguments == '{"zone": "UTC"}'


def test_what_an_object_could_never_have_is_an_error(client: neura_ai.Client) -> None:
    reply = client.chat.completions.create(**ASKED)
    embedded = client.embeddings.create(model="text-embedding-3-small", input="Hello!")
    check, models = client.check(), client.models.list()
    nowhere: list[tuple[Any, list[str]]] = [
        (reply, ["content", "role", "tool_calls", "finish_reason", "name", "id_"]),
        (reply.choices[0], ["content", "role", "usage", "tool_calls", "id", "arguments"]),
        (reply.choices[0].message, ["usage", "finish_reason", "logprobs", "id", "name"]),
        (reply.usage, ["content", "usage", "cached_tokens"]),
        (check, ["content", "usage", "name", "logprobs"]),
        (check.key, ["arguments", "content", "id", "tool_calls"]),
        (client.usage().keys[0], ["content", "name", "completion_tokens_details"]),
        (models, ["id", "content", "usage", "name", "transcript"]),
        (models.data[0], ["content", "name", "usage"]),
        (embedded, ["content", "id", "service_tier"]),
        (embedded.data[0], ["id", "function", "content", "type"]),
        (embedded.usage, ["prompt_tokens_details"]),
    ]
    for found, names in nowhere:
        for name in names:
            assert not hasattr(found, name), (found, name)


def test_members_beside_the_sdks_keep_an_object_what_it_is(scripted: Scripted) -> None:
    delta = {"reasoning": "hm", "reasoning_details": []}
    call = {"index": 0, "id": "call-1", "extra_content": {}}
    message = {"role": "assistant", "x": 1}
    found = came(scripted, {"delta": delta, "call": call, "message": message})
    assert found.delta.content is None
    assert found.delta.reasoning_content is None
    assert found.call.function is None
    assert found.message.content is None
