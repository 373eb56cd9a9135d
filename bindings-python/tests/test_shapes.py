"""What the API leaves out is None where the OpenAI SDK says so, and nowhere else."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import neura_ai
import pytest
import test_shapes_file
from conftest import Scripted
from places import came
from servers import Sandbox

ASKED: Any = {"model": "gpt-5", "messages": [{"role": "user", "content": "Hello!"}]}
#: Each class of the SDK, by the name in conformance/shapes.json of what stands in its place.
OF_THE_SDK = [(name, found) for name, found in test_shapes_file.OF_THE_SDK.items()]


@pytest.mark.parametrize(("name", "model"), OF_THE_SDK)
def test_each_object_of_the_sdk_lacks_the_same(name: str, model: Any, scripted: Scripted) -> None:
    fields = model.model_fields
    lean = {name: 1 for name, field in fields.items() if field.is_required()}
    found = came(scripted, name, lean)
    theirs = model.construct(**lean)
    for name in fields:
        assert getattr(found, name) == getattr(theirs, name), name
    for other in ("contents", "tool_call", "_request"):
        with pytest.raises(AttributeError, match=other):
            getattr(found, other)


@pytest.mark.parametrize(("name", "model"), OF_THE_SDK)
def test_a_member_that_came_hides_no_other(name: str, model: Any, scripted: Scripted) -> None:
    required = {name: 1 for name, field in model.model_fields.items() if field.is_required()}
    optional = [name for name in model.model_fields if name not in required]
    for own in optional:
        found = came(scripted, name, {**required, own: 1})
        for name_of_it in optional:
            assert getattr(found, name_of_it) == (1 if name_of_it == own else None), own


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
    delta = came(scripted, "Delta", {"reasoning": "hm", "reasoning_details": [{"text": "hm"}]})
    assert delta.content is None
    assert delta.reasoning_details[0].text == "hm"
    call = came(scripted, "ToolCallDelta", {"index": 0, "extra_content": {}})
    assert call.function is None
    assert came(scripted, "ChatMessage", {"role": "assistant", "x": 1}).content is None


def test_the_place_of_an_object_counts_and_not_its_keys(scripted: Scripted) -> None:
    stray = {"role": "assistant", "choices": [], "prompt_tokens": 1, "index": 0, "delta": {}}
    for found in (came(scripted, "Delta", {"more": stray}).more, neura_ai.Object(stray)):
        for name in ("content", "usage", "finish_reason", "prompt_tokens_details", "logprobs"):
            assert not hasattr(found, name)
    client = scripted.client({"status": 200, "body": json.dumps(stray)})
    plain = client.get("/x").json(object_hook=neura_ai.Object)
    assert not hasattr(plain, "usage")


def test_event_loops_get_the_same_classes(sandbox: Sandbox) -> None:
    types = neura_ai.types

    async def main() -> None:
        async with neura_ai.AsyncClient(sandbox.api_key, base_url=sandbox.base_url) as client:
            reply = await client.chat.completions.create(**ASKED)
            assert type(reply.choices[0].message) is types.ChatCompletionMessage
            assert reply.choices[0].message.tool_calls is reply.system_fingerprint is None
            async for chunk in await client.chat.completions.create(**ASKED, stream=True):
                assert type(chunk) is types.ChatCompletionChunk
                assert [type(choice) for choice in chunk.choices] == [types.ChunkChoice]
                assert chunk.choices[0].delta.tool_calls is chunk.usage is None
            made = await client.embeddings.create(model="text-embedding-3-small", input="Hello!")
            assert type(made.data[0]) is types.Embedding
            assert {type(model) async for model in client.models.list()} == {types.Model}
            assert type(await client.models.retrieve("gpt-5")) is types.Model

    asyncio.run(main())


def test_a_reply_that_is_no_stream_is_a_completion(scripted: Scripted) -> None:
    body = json.dumps({"choices": [{"message": {"role": "assistant"}, "finish_reason": "stop"}]})
    client = scripted.client({"status": 200, "body": body})
    (whole,) = client.chat.completions.create(**ASKED, stream=True)
    assert whole.choices[0].message.content is None  # type: ignore[attr-defined]


def test_halves_of_surrogate_pairs_change_nothing(scripted: Scripted) -> None:
    body = '{"choices": [{"message": {"role": "\\ud83d", "tool_calls": [{"function": {}}]}}]}'
    reply = scripted.client({"status": 200, "body": body}).chat.completions.create(**ASKED)
    message = reply.choices[0].message
    assert message.content is reply.usage is None
    assert message.tool_calls is not None
    assert isinstance(message.tool_calls[0].function, neura_ai.types.FunctionCall)
