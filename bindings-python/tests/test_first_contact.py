"""What a program meets first that was written for another library, and what editors complete."""

from __future__ import annotations

import collections
import copy
import json
import marshal
import pickle
import sys
from collections.abc import AsyncIterable
from typing import Any
from unittest import mock

import jedi
import neura_ai
import pytest
from conftest import KEY
from servers import Sandbox
from sides import SIDES, Side

ASKED: Any = {"model": "gpt-5", "messages": [{"role": "user", "content": "Hello!"}]}
EMBED: Any = {"model": "text-embedding-3-small", "input": "Hello!"}
each_side = pytest.mark.parametrize("side", SIDES, ids=lambda side: side.name)

#: What the OpenAI SDK has and this package has not.
ABSENT = [
    *("responses", "files", "images", "audio", "beta", "batches", "moderations", "fine_tuning"),
    *("vector_stores", "completions", "with_streaming_response", "chat.parse", "chat.complete"),
    *("chat.completions.parse", "chat.completions.stream", "chat.completions.list"),
    *("models.delete", "embeddings.list", "with_raw_response.responses"),
]


@each_side
@pytest.mark.parametrize("path", ABSENT)
def test_what_only_the_sdk_has_says_where_it_is(side: Side, path: str) -> None:
    async def play() -> None:
        async with side.client(KEY) as client:
            *names, last = path.split(".")
            for name in names:
                client = getattr(client, name)
            assert not hasattr(client, last)
            with pytest.raises(AttributeError, match=rf"no attribute '{last}'\. .*openai\.OpenAI"):
                getattr(client, last)
            with pytest.raises(AttributeError, match=r"no attribute '_own'$"):
                _ = client._own

    side.run(play())


def test_what_only_requests_has_says_where_it_is() -> None:
    for name in ("mount", "send", "prepare_request", "adapters"):
        with pytest.raises(AttributeError, match=rf"no attribute '{name}'\. If requests has it: "):
            getattr(neura_ai.Session(KEY), name)


@each_side
def test_clients_are_copied_mocked_and_shown_as_before(side: Side) -> None:
    async def play() -> None:
        async with side.client(lambda: KEY) as client:
            assert repr(copy.copy(client)) == repr(copy.deepcopy(client)) == repr(client)
            with pytest.raises(AttributeError):
                mock.create_autospec(client).responses  # noqa: B018
            made = type(client).__new__(type(client))
            assert repr(made).endswith("Client(closed)")
            with pytest.raises((pickle.PicklingError, AttributeError)):
                pickle.dumps(made)

    side.run(play())


@each_side
def test_a_stream_used_as_a_reply_says_so(sandbox: Sandbox, side: Side) -> None:
    async def play() -> None:
        async with side.client(sandbox.api_key, base_url=sandbox.base_url) as client:
            create = client.chat.completions.create
            async with side.opened(await side.result(create(**ASKED, stream=True))) as stream:
                for name in ("choices", "usage", "model_dump"):
                    assert not hasattr(stream, name)
                    with pytest.raises(AttributeError, match="It is a stream: iterate over it"):
                        getattr(stream, name)
                for key in ("choices", 0):
                    says = "not subscriptable. It is a stream: iterate over it"
                    with pytest.raises(TypeError, match=says):
                        stream[key]
                other = iter if hasattr(stream, "__aiter__") else aiter
                with pytest.raises(TypeError, match="iter"):
                    other(stream)
            asked: Any = {**ASKED, "stream": True}
            opened = client.stream("POST", "/chat/completions", json=asked)
            async with side.opened(opened) as events:
                with pytest.raises(AttributeError, match="It is a stream: iterate over it"):
                    _ = events.choices

    side.run(play())


def choices_of_chunks(chunks: Any) -> None:
    for chunk in chunks:
        _ = chunk.choices


def members_of_chunks(chunks: Any) -> None:
    for chunk in chunks:
        _ = chunk["choices"]


@each_side
def test_a_reply_used_as_a_stream_says_so(sandbox: Sandbox, side: Side) -> None:
    async def play() -> None:
        async with side.client(sandbox.api_key, base_url=sandbox.base_url) as client:
            reply = await side.result(client.chat.completions.create(**ASKED))
            with pytest.raises(TypeError, match=r"requires .*, got ChatCompletion"):
                async for _ in reply:
                    pass
            # What tells streams from answers by this is right.
            assert not isinstance(reply, AsyncIterable)
            with pytest.raises(AttributeError, match=r"^'str' object has no .*choices") as raised:
                choices_of_chunks(reply)
            notes = getattr(raised.value, "__notes__", [])
            assert len(notes) == (sys.version_info >= (3, 11))
            assert all("a whole answer, which is no stream" in note for note in notes)
            with pytest.raises(TypeError, match="string indices must be integers") as refused:
                members_of_chunks(reply)
            assert getattr(refused.value, "__notes__", []) == notes

            assert [model.id async for model in await side.result(client.models.list())]

    side.run(play())


def test_iterating_over_an_answer_is_as_of_any_dict() -> None:
    answer = neura_ai.types.ChatCompletion({"id": "a", "choices": [{"index": 0}], "odd-name": 1})
    names: list[Any] = [*answer]
    assert names == list(answer.keys()) == list(dict(answer)) == [*{**answer}]
    # Not of a subclass, which orjson, yaml.safe_dump, msgpack and others do not take.
    assert all(name is key for name, key in zip(answer, answer.keys(), strict=True))
    assert [sys.intern(name) for name in answer] == marshal.loads(marshal.dumps(names))  # noqa: S302
    assert {*answer} == answer.keys()
    assert json.loads(json.dumps(answer)) == answer == copy.deepcopy(answer)
    # Errors that say something else stay as they are.
    raised: list[BaseException] = []
    wrongs: list[Any] = [lambda: object().choices, lambda: names[0].choices, lambda: {}["a"]]  # type: ignore[attr-defined]
    for wrong in (*wrongs, lambda: len(5)):  # type: ignore[arg-type]
        try:
            for _ in answer:
                wrong()
        except (AttributeError, KeyError, TypeError) as error:
            raised.append(error)
    notes = [len(getattr(error, "__notes__", [])) for error in raised]
    assert notes == [0, sys.version_info >= (3, 11), 0, 0]
    with pytest.raises(RuntimeError, match="changed size"):
        collections.deque(map(answer.pop, answer))


def test_a_list_that_was_not_awaited_says_so() -> None:
    with pytest.raises(AttributeError, match=r"no attribute 'data'\. Await it first"):
        _ = neura_ai.AsyncClient(KEY).models.list().data  # type: ignore[attr-defined]


@each_side
def test_raw_responses_as_of_the_sdk(sandbox: Sandbox, side: Side) -> None:
    async def play() -> None:
        async with side.client(sandbox.api_key, base_url=sandbox.base_url) as client:
            create = client.chat.completions.with_raw_response.create
            raw = await side.result(create(**ASKED))
            assert (raw.status_code, raw.attempts) == (200, 1)
            assert raw.headers["x-request-id"] == raw.request_id
            assert raw.parse().choices[0].message.content == "You said: Hello!"
            with pytest.raises(AttributeError, match=r"'text'\. parse\(\) gives the answer"):
                _ = raw.text
            raw = await side.result(create(**ASKED, stream=True))
            assert raw.headers["content-type"].startswith("text/event-stream")
            async with side.opened(raw.parse()) as stream:
                chunks = [chunk async for chunk in side.items(stream)]
            assert chunks[0].object == "chat.completion.chunk"
            listed = await side.result(client.models.with_raw_response.list())
            assert listed.parse()[0].id == "gpt-5"
            found = await side.result(client.with_raw_response.models.retrieve("gpt-5"))
            assert found.parse().id == "gpt-5"
            vector = await side.result(client.embeddings.with_raw_response.create(**EMBED))
            assert vector.parse().data[0].embedding
            assert (await side.result(client.with_raw_response.get("/models"))).ok
            assert client.with_raw_response.base_url == client.base_url
            assert (await side.result(client.with_raw_response.check())).status == 200
            assert "create" in dir(copy.copy(client.chat.completions.with_raw_response))
            with pytest.raises(neura_ai.NotFoundError):
                await side.result(client.models.with_raw_response.retrieve("none"))
            with pytest.raises(TypeError, match=r"retrieve\(\) got an unexpected .* 'timout'"):
                await side.result(client.models.with_raw_response.retrieve("m", timout=1))

    side.run(play())


#: What is written in an editor, and some of what is completed.
COMPLETED = [
    ("neura_ai.", {"Client", "AsyncClient", "get", "post", "RateLimitError", "testing"}),
    ("neura_ai.Client().", {"chat", "models", "embeddings", "get", "stream", "with_options"}),
    ("neura_ai.AsyncClient().chat.", {"completions", "with_raw_response"}),
    ("neura_ai.Client().chat.completions.", {"create"}),
    ("neura_ai.Client(", {"api_key=", "base_url=", "default_headers=", "max_retries="}),
    ("neura_ai.Client().chat.completions.create(", {"model=", "messages=", "stream="}),
    ("neura_ai.post(", {"json=", "params=", "timeout="}),
    ("neura_ai.Client().get('/x').", {"status_code", "json", "raise_for_status"}),
    ("neura_ai.Client().with_options(timeout=5).", {"chat", "models", "embeddings", "get"}),
    ("with neura_ai.testing.replies([]) as server: server.", {"client", "requests", "api_key"}),
    ("with neura_ai.testing.Sandbox() as box: box.", {"client", "expired_api_key"}),
    ("neura_ai.Session().", {"headers", "params", "get"}),
]


@pytest.mark.parametrize(("written", "wanted"), COMPLETED)
def test_an_editor_completes(written: str, wanted: set[str]) -> None:
    script = jedi.Script(f"import neura_ai\n{written}")
    assert wanted <= {found.name for found in script.complete(2, len(written))}


def test_the_arguments_of_a_verb_of_the_module_are_shown(capsys: Any) -> None:
    help(neura_ai.post)
    assert (
        "post(url: 'str', data: 'Data | None' = None, json: 'Any' = None" in capsys.readouterr().out
    )
