"""What fails on an event loop fails as it does without, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import gc
import traceback
import weakref
from typing import Any

import loops
import neura_ai
import pytest
from conftest import Scripted
from servers import Sandbox

CUT = {"raw": "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"}
FAULTS: list[tuple[Any, type[neura_ai.NeuraError]]] = [
    (401, neura_ai.AuthenticationError),
    (404, neura_ai.NotFoundError),
    (429, neura_ai.RateLimitError),
    (500, neura_ai.InternalServerError),
    ("close", neura_ai.APIConnectionError),
    ("stall", neura_ai.APITimeoutError),
    (CUT, neura_ai.APIConnectionError),
    ({"raw": "garbage\r\n\r\n"}, neura_ai.ProtocolError),
    ({"status": 200, "body": "{"}, neura_ai.DecodeError),
]


@pytest.mark.parametrize(("reply", "kind"), FAULTS)
def test_a_fault_has_the_same_error(
    scripted: Scripted, key: str, reply: Any, kind: type[neura_ai.NeuraError]
) -> None:
    options: dict[str, Any] = {"max_retries": 0, "timeout": 0.3}
    with pytest.raises(kind) as expected:
        neura_ai.Client(key, base_url=scripted(reply).base_url, **options).models.list()
    with pytest.raises(kind) as caught:
        loops.run(loops.client(scripted, reply, **options).models.list())
    assert type(caught.value) is type(expected.value)
    for fact in ("kind", "status_code", "code", "retryable", "attempts", "body", "rate_limit"):
        assert getattr(caught.value, fact) == getattr(expected.value, fact), fact
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_a_status_is_raised_by_raise_for_status(scripted: Scripted) -> None:
    async def main() -> None:
        reply = await loops.client(scripted, 404).get("/x")
        with pytest.raises(neura_ai.NotFoundError) as caught:
            reply.raise_for_status()
        assert caught.value.response is reply  # type: ignore[attr-defined]

    loops.run(main())


def test_a_refused_argument_is_raised_at_once(scripted: Scripted) -> None:
    client = loops.client(scripted, 200)

    async def main() -> None:
        for wrong in ({"json": float("nan")}, {"data": 5}, {"params": 5}, {"timeout": "soon"}):
            with pytest.raises((TypeError, ValueError)):
                await client.post("/x", **wrong)  # type: ignore[arg-type]
        with pytest.raises(neura_ai.ConfigError):
            await client.get("https://elsewhere.example/x")

    loops.run(main())
    assert scripted.requests() == []


def test_the_traceback_shows_the_way_to_the_call_and_no_key(scripted: Scripted, key: str) -> None:
    async def ask() -> None:
        await loops.client(scripted, "close").models.list()

    with pytest.raises(neura_ai.APIConnectionError) as caught:
        loops.run(ask())
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    text = "".join(shown.format())
    names = [frame.name for frame in shown.stack]
    own = shown.stack[names.index("ask") :]
    assert [frame.name for frame in own] == ["ask", "run", "run"]
    assert "During handling" not in text
    assert "direct cause" not in text
    assert key not in "".join(traceback.StackSummary.from_list(own).format())


@pytest.mark.parametrize("call", ["get", "stream", "chat"])
def test_an_error_is_freed_without_the_collector(scripted: Scripted, call: str) -> None:
    body = "data: {\n\n"
    cut = f"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 99\r\n\r\n{body}"
    client = loops.client(scripted, "close" if call == "get" else {"raw": cut})

    async def fail() -> None:
        if call == "get":
            await client.get("/x")
        elif call == "stream":
            async for _ in client.stream("GET", "/x"):
                pass
        else:
            messages = [{"role": "user", "content": "Hello!"}]
            stream = await client.chat.completions.create(model="m", messages=messages, stream=True)
            async for _ in stream:
                pass

    async def main() -> weakref.ref[BaseException]:
        try:
            await fail()
        except neura_ai.NeuraError as error:
            return weakref.ref(error)
        raise AssertionError

    async def twice() -> None:
        await main()
        gc.collect()
        gc.disable()
        try:
            error = await main()
            await asyncio.sleep(0)  # The loop's own turn holds what it brought.
            assert error() is None
        finally:
            gc.enable()

    loops.run(twice())


def test_an_error_that_nobody_waits_for_is_not_complained_of(scripted: Scripted) -> None:
    client = loops.client(scripted, {"delay_before_ms": 50, "raw": "garbage\r\n\r\n"})

    async def main() -> None:
        calls = [asyncio.ensure_future(client.get("/x")) for _ in range(8)]
        await loops.reached(scripted, 8)
        await asyncio.sleep(0.04)
        for call in calls:
            call.cancel()
        done = await asyncio.gather(*calls, return_exceptions=True)
        kinds = (asyncio.CancelledError, neura_ai.ProtocolError)
        assert all(isinstance(error, kinds) for error in done)

    for _ in range(3):
        loops.run(main())  # Which looks at what the loop complains of.


def test_the_next_call_works_after_each_error(sandbox: Sandbox) -> None:
    client = neura_ai.AsyncClient(sandbox.revoked_api_key, base_url=sandbox.base_url)

    async def main() -> None:
        with pytest.raises(neura_ai.RevokedAPIKeyError):
            await client.models.list()
        assert (await client.check()).ok is False
        client.set_api_key(sandbox.api_key)
        assert (await client.models.list()).data

    loops.run(main())


def test_no_call_can_begin_without_a_loop(scripted: Scripted) -> None:
    call = loops.client(scripted, 200).get("/x")
    with pytest.raises(neura_ai.ConfigError, match="needs a running event loop"):
        call.send(None)
    assert scripted.requests() == []
