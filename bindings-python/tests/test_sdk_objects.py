"""What a program for the OpenAI SDK does with clients, objects, listings and arguments."""

from __future__ import annotations

import asyncio
import gc
import json
import pickle
import socket
import warnings
from collections.abc import Iterator
from typing import Any

import httpx
import httpx2
import neura_ai
import openai
import pytest
from conftest import KEY, Scripted
from faulty import deaf
from openai.types.chat import ChatCompletion, ChatCompletionMessage
from servers import Sandbox

MESSAGES: Any = [{"role": "user", "content": "Hello!"}]
ASKED: Any = {"model": "gpt-5", "messages": MESSAGES}
#: In the order of the SDK's members, so that the texts are the same too.
MESSAGE: Any = {
    "content": None,
    "refusal": None,
    "role": "assistant",
    "tool_calls": [
        {"id": "1", "function": {"arguments": "{}", "name": "f", "x": None}, "type": "function"}
    ],
}
ANSWER: Any = {
    "id": "1",
    "choices": [{"finish_reason": None, "index": 0, "logprobs": None, "message": MESSAGE}],
    "created": 1,
    "model": "gpt-5",
    "object": "chat.completion",
    "usage": None,
}


@pytest.fixture
def answer(scripted: Scripted) -> neura_ai.Object:
    client = scripted.client({"status": 200, "body": json.dumps(ANSWER)})
    return client.chat.completions.create(**ASKED)


def test_the_assistants_turn_goes_back_as_the_sdk_sends_it(answer: neura_ai.Object) -> None:
    ours, theirs = answer.choices[0].message, ChatCompletionMessage.construct(**MESSAGE)
    found = ours.model_dump(exclude_none=True)
    assert found == theirs.model_dump(exclude_none=True)
    assert found == {
        "role": "assistant",
        "tool_calls": [
            {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
        ],
    }
    assert type(found["tool_calls"][0]) is dict


@pytest.mark.parametrize(
    "arguments",
    [
        {"exclude_unset": True},
        {"exclude_none": True, "mode": "json"},
        {"exclude_unset": True, "exclude_defaults": True, "by_alias": True, "warnings": False},
        {"exclude_unset": True, "include": {"id", "usage"}, "round_trip": True},
        {"exclude_unset": True, "exclude": {"choices", "usage"}, "serialize_as_any": True},
    ],
    ids=str,
)
def test_an_object_is_dumped_as_the_sdks_is(answer: neura_ai.Object, arguments: Any) -> None:
    theirs = ChatCompletion.construct(**ANSWER)
    assert answer.model_dump(**arguments) == theirs.model_dump(**arguments)
    arguments.pop("mode", None)
    assert answer.model_dump_json(**arguments) == theirs.model_dump_json(**arguments)
    indented = {"indent": 2, **arguments}
    assert answer.model_dump_json(**indented) == theirs.model_dump_json(**indented)


@pytest.mark.parametrize(
    "arguments",
    [{}, {"exclude_none": True}, {"exclude_defaults": True, "use_api_names": True}],
    ids=str,
)
def test_to_dict_and_to_json_are_the_sdks(answer: neura_ai.Object, arguments: Any) -> None:
    theirs = ChatCompletion.construct(**ANSWER)
    assert answer.to_dict(mode="json", **arguments) == theirs.to_dict(mode="json", **arguments)
    for indent in (2, None):
        ours = answer.to_json(indent=indent, **arguments)
        assert ours == theirs.to_json(indent=indent, **arguments)


def test_what_the_sdk_does_not_take_is_refused(answer: neura_ai.Object) -> None:
    wrong: dict[str, Any] = {"exclude_nothing": True}
    for method in (answer.model_dump, answer.model_dump_json, answer.to_dict, answer.to_json):
        with pytest.raises(TypeError, match="exclude_nothing"):
            method(**wrong)
    with pytest.raises(TypeError, match="exclude must be a set"):
        answer.model_dump(exclude={"choices": True})  # type: ignore[arg-type]


def test_a_reply_and_a_stream_tell_of_their_request(client: neura_ai.Client) -> None:
    reply = client.chat.completions.create(**ASKED)
    assert reply._response is not None
    assert reply._request_id == reply._response.request_id is not None
    assert reply.choices[0]._request_id is None
    with pytest.raises(AttributeError):
        reply._request_id = "mine"  # type: ignore[misc]
    with client.chat.completions.create(**ASKED, stream=True) as stream:
        assert stream.response.status_code == 200
        assert stream.response.headers["Content-Type"].startswith("text/event-stream")
        assert stream.response.request_id


def test_a_stream_on_asyncio_tells_of_its_reply(sandbox: Sandbox) -> None:
    async def main() -> None:
        async with neura_ai.AsyncClient(sandbox.api_key, base_url=sandbox.base_url) as client:
            stream = await client.chat.completions.create(**ASKED, stream=True)
            async with stream:
                assert stream.response is not None
                assert stream.response.status_code == 200
            assert not client.is_closed()
        assert client.is_closed()

    asyncio.run(main())


def test_a_client_says_whether_it_is_closed(client: neura_ai.Client) -> None:
    assert not client.is_closed()
    client.close()
    assert client.is_closed()


@pytest.mark.parametrize(
    "nothing",
    [
        neura_ai.NOT_GIVEN,
        neura_ai.not_given,
        neura_ai.omit,
        neura_ai.NotGiven(),
        neura_ai.Omit(),
        openai.NOT_GIVEN,
        openai.not_given,
        openai.omit,
    ],
    ids=repr,
)
def test_a_member_that_is_left_out_is_not_sent(scripted: Scripted, nothing: Any) -> None:
    done = {"status": 200, "body": '{"choices": [], "data": []}'}
    events = {"status": 200, "body": "data: [DONE]\n\n"}
    server = scripted(done, done, events)
    client = neura_ai.Client(KEY, base_url=server.base_url, timeout=nothing)
    create = client.chat.completions.create
    create(**ASKED, stream=nothing, tools=nothing, timeout=nothing, extra_body={"a": nothing})
    client.embeddings.create(model="m", input="x", dimensions=nothing)
    list(create(**ASKED, stream=True, temperature=nothing))
    first, second, third = [json.loads(request["body"]) for request in server.requests()]
    assert first == ASKED
    assert second == {"model": "m", "input": "x"}
    assert third == {**ASKED, "stream": True}
    assert not nothing


def test_another_class_of_that_name_is_no_such_thing(scripted: Scripted) -> None:
    class Omit:
        pass

    with pytest.raises(TypeError, match="Omit"):
        scripted.client(200).chat.completions.create(**ASKED, tools=Omit())


@pytest.mark.parametrize("library", [httpx, httpx2], ids=["httpx", "httpx2"])
def test_limits_apart_from_each_other_are_the_pair(scripted: Scripted, library: Any) -> None:
    piece = {"raw": "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n123", "then": "stall"}
    server = scripted(piece, piece)
    limits = library.Timeout(5.0, read=0.2)
    client = neura_ai.Client(KEY, base_url=server.base_url, max_retries=0, timeout=limits)
    with pytest.raises(neura_ai.APITimeoutError, match="no data arrived for 200 ms"):
        client.models.list()
    client = neura_ai.Client(KEY, base_url=server.base_url, max_retries=0)
    with pytest.raises(neura_ai.APITimeoutError, match="no data arrived for 200 ms"):
        client.models.list(timeout=limits)
    with deaf() as elsewhere:
        client = neura_ai.Client(KEY, base_url=elsewhere, max_retries=0)
        with pytest.raises(neura_ai.APITimeoutError, match="connect"):
            client.models.list(timeout=library.Timeout(None, connect=0.2))


def test_what_only_looks_like_limits_is_none(sandbox: Sandbox) -> None:
    with socket.socket() as wrong, pytest.raises(TypeError, match="socket"):
        neura_ai.Client(sandbox.api_key, base_url=sandbox.base_url, timeout=wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"timeout\.connect"):
        neura_ai.Client(timeout=httpx.Timeout("1"))  # type: ignore[arg-type]


def test_a_listing_has_numbers_and_slices(client: neura_ai.Client) -> None:
    models = client.models.list()
    assert models[0] is models.data[0]
    assert models[-1] is models.data[-1]
    assert models[:2] == models.data[:2]
    assert models["object"] == "list"
    with pytest.raises(IndexError):
        models[1000]
    with pytest.raises(KeyError):
        models["nothing"]
    plain = {"object": "list", "data": [dict(model) for model in models]}
    assert dict(models) == json.loads(json.dumps(models)) == json.loads(models.to_json()) == plain
    assert pickle.loads(pickle.dumps(models)) == models  # noqa: S301


@pytest.fixture
def without_warnings() -> Iterator[None]:
    """Nothing warns, also where a coroutine is let go of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
        gc.collect()
    assert [str(one.message) for one in caught] == []


def test_a_listing_on_asyncio_is_awaited_or_iterated(
    sandbox: Sandbox, without_warnings: None
) -> None:
    async def main() -> None:
        async with neura_ai.AsyncClient(sandbox.api_key, base_url=sandbox.base_url) as client:
            listed = await client.models.list()
            ids = [model.id for model in listed]
            assert ids[0] == "gpt-5"
            assert [model.id async for model in client.models.list()] == ids
            assert [model.id async for model in await client.models.list()] == ids
            again = client.models.list()
            assert (await again).data == (await again).data
            client.models.list()  # Nobody asks, and nothing is sent.
            told = await asyncio.gather(client.models.list(), client.check())
            assert told[0][0].id == "gpt-5"
            task = asyncio.create_task(client.models.list())
            assert (await task)[0].id == "gpt-5"
            assert await asyncio.wait_for(client.models.list(), 10) == listed
            assert client.usage().keys[0].requests == 9

    asyncio.run(main())


def test_a_listing_that_is_cancelled_closes_its_connection(
    scripted: Scripted, without_warnings: None
) -> None:
    server = scripted("stall")

    async def main() -> None:
        async with neura_ai.AsyncClient(KEY, base_url=server.base_url) as client:
            task = asyncio.create_task(client.models.list())
            await asyncio.sleep(0.2)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(main())
    assert server.closed_by_client()
