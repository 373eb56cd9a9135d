"""Every call of ``AsyncClient`` gives what ``Client`` gives."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Awaitable, Callable
from typing import Any

import loops
import neura_ai
import pytest
from conftest import Scripted
from servers import Sandbox

MESSAGES = [{"role": "user", "content": "Hello, you there!"}]
VOLATILE = ("id", "created")


def pair(sandbox: Sandbox) -> tuple[neura_ai.Client, neura_ai.AsyncClient]:
    return (
        neura_ai.Client(sandbox.api_key, base_url=sandbox.base_url),
        neura_ai.AsyncClient(sandbox.api_key, base_url=sandbox.base_url),
    )


def steady(answer: Any) -> Any:
    """An answer without what differs from call to call."""
    return {name: value for name, value in answer.items() if name not in VOLATILE}


VERBS: list[Callable[[Any], Any]] = [
    lambda client: client.get("/models"),
    lambda client: client.head("/models"),
    lambda client: client.request("GET", "/models/gpt-5", timeout=5, max_retries=0),
    lambda client: client.get("/models/gpt-0"),
    lambda client: client.put("/models", json={"a": 1}),
    lambda client: client.patch("/models", data=b"x"),
    lambda client: client.delete("/models", params={"a": [1, 2]}, headers={"X-A": "b"}),
    lambda client: client.post(
        "/embeddings", json={"model": "text-embedding-3-small", "input": "a"}
    ),
]


@pytest.mark.parametrize("call", VERBS)
def test_a_verb_gives_the_same_reply(sandbox: Sandbox, call: Any) -> None:
    sync, client = pair(sandbox)
    expected, reply = call(sync), loops.run(call(client))
    assert type(reply) is type(expected)
    for fact in ("status_code", "ok", "reason", "url", "content", "attempts", "encoding"):
        assert getattr(reply, fact) == getattr(expected, fact), fact
    assert set(reply.headers) == set(expected.headers)
    assert reply.request_id != expected.request_id
    assert reply.elapsed.total_seconds() < 5


ARGUMENTS: list[tuple[str, dict[str, Any]]] = [
    ("POST", {"json": {"a": [1, None, "ü"]}}),
    ("POST", {"json": {1, 2}, "default": list}),
    ("POST", {"data": {"a": "1", "b": [True, None]}}),
    ("PUT", {"data": "text", "headers": [("content-type", "text/plain")]}),
    ("GET", {"params": [("a", 1), ("a", True)], "headers": {"X-Own": "1"}}),
    ("POST", {"idempotency_key": "order-7", "timeout": (1, None), "max_retries": 1}),
]


@pytest.mark.parametrize(("method", "arguments"), ARGUMENTS)
@pytest.mark.parametrize("named", [False, True])
def test_the_arguments_of_a_verb_make_the_same_request(
    scripted: Scripted, key: str, method: str, arguments: Any, named: bool
) -> None:
    url = scripted(200).base_url
    for client in (neura_ai.Client(key, base_url=url), neura_ai.AsyncClient(key, base_url=url)):
        verb = getattr(client, method.lower())
        made = verb("/x", **arguments) if named else client.request(method, "/x", **arguments)
        if isinstance(made, Awaitable):
            loops.run(made)
    first, second = (
        {name: request[name] for name in ("method", "target", "headers", "body")}
        for request in scripted.requests()
    )
    assert first == second


def test_the_client_s_own_default_hook_is_used(scripted: Scripted) -> None:
    client = loops.client(scripted, 200, default=list)
    loops.run(client.post("/x", json={"a": {1}}))
    assert scripted.requests()[0]["body"] == '{"a":[1]}'


def test_named_calls_give_the_same(sandbox: Sandbox) -> None:
    sync, client = pair(sandbox)
    chat = {"model": "gpt-5", "messages": MESSAGES, "temperature": 0, "n": 2}
    texts = {"model": "text-embedding-3-small", "input": ["a", "b"], "dimensions": 4}

    async def main() -> None:
        answer = await client.chat.completions.create(**chat)
        expected = sync.chat.completions.create(**chat)
        assert type(answer) is type(expected) is neura_ai.types.ChatCompletion
        assert steady(answer) == steady(expected)
        assert answer._response.status_code == 200
        assert answer._response.request_id
        vectors = await client.embeddings.create(**texts)
        assert vectors == sync.embeddings.create(**texts)
        models = await client.models.list()
        assert list(models) == list(sync.models.list())
        assert (await client.models.retrieve("gpt-5")) == sync.models.retrieve("gpt-5")
        report = await client.check()
        assert set(report) == set(sync.check())
        assert report.ok
        assert await client.auth_headers() == sync.auth_headers()

    loops.run(main())
    (used,) = client.usage().keys
    assert used.requests == 5
    assert client.base_url == sync.base_url
    assert repr(client) == "Async" + repr(sync)


def test_a_streamed_chat_gives_the_same_chunks(sandbox: Sandbox) -> None:
    sync, client = pair(sandbox)

    async def main() -> list[Any]:
        stream = await client.chat.completions.create(
            model="gpt-5", messages=MESSAGES, stream=True, stream_options={"include_usage": True}
        )
        assert isinstance(stream, neura_ai.AsyncChatCompletionStream)
        assert stream._response is not None
        assert stream._response.status_code == 200
        return [steady(chunk) async for chunk in stream]

    expected = sync.chat.completions.create(
        model="gpt-5", messages=MESSAGES, stream=True, stream_options={"include_usage": True}
    )
    chunks = loops.run(main())
    assert len(chunks) > 3
    assert chunks == [steady(chunk) for chunk in expected]


def test_a_new_key_counts_from_the_next_request(scripted: Scripted) -> None:
    client = loops.client(scripted, 200)

    async def main() -> None:
        await client.get("/x")
        client.set_api_key("nk-fake-1111111111111111stuv")
        await client.get("/x")
        with pytest.raises(neura_ai.MalformedAPIKeyError):
            client.set_api_key("nk with spaces")

    loops.run(main())
    keys = [dict(request["headers"])["authorization"][-4:] for request in scripted.requests()]
    assert keys == ["abcd", "stuv"]


def test_a_copy_is_closed_by_itself(scripted: Scripted) -> None:
    client = loops.client(scripted, {"status": 200, "body": '{"id": "m"}'})

    async def main() -> None:
        other = copy.copy(client)
        async with copy.deepcopy(client) as third:
            assert (await third.get("/x")).ok
        await client.close()
        with pytest.raises(neura_ai.InvalidArgumentError, match="closed"):
            await client.get("/x")
        with pytest.raises(neura_ai.InvalidArgumentError, match="closed"):
            async with client.stream("GET", "/x"):
                pass
        assert (await other.get("/x")).ok
        assert await other.models.retrieve("m") == {"id": "m"}

    loops.run(main())
    assert repr(client) == "AsyncClient(closed)"


def test_a_call_that_runs_when_its_client_is_closed_ends_well(scripted: Scripted) -> None:
    client = loops.client(scripted, {"status": 200, "delay_before_ms": 200})

    async def main() -> None:
        async with client:
            call = asyncio.ensure_future(client.get("/x"))
            await loops.reached(scripted)
        assert (await call).ok

    loops.run(main())


def test_both_clients_work_side_by_side(sandbox: Sandbox) -> None:
    sync, client = pair(sandbox)

    async def main() -> list[Any]:
        calls = [asyncio.to_thread(sync.get, "/models") for _ in range(20)]
        return await asyncio.gather(*calls, *(client.get("/models") for _ in range(20)))

    contents = {reply.content for reply in loops.run(main())}
    assert len(contents) == 1
