"""``on_attempt=``: what a program's function is told of each attempt, and where it runs."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import copy
import gc
import hashlib
import pickle
import threading
import warnings
import weakref
from typing import Any

import loops
import neura_ai
import pytest
from conftest import KEY, Scripted
from sides import SIDES, Side

FAILS = {"status": 503, "headers": [["retry-after-ms", "20"]]}

each_side = pytest.mark.parametrize("side", SIDES, ids=lambda side: side.name)


def told(side: Side, server: Any, **options: Any) -> list[neura_ai.Attempt]:
    """The attempts of one call that may fail."""
    attempts: list[neura_ai.Attempt] = []

    async def play() -> None:
        options.setdefault("max_retries", 1)
        client = side.client(KEY, base_url=server.base_url, on_attempt=attempts.append, **options)
        async with client as client:
            await side.result(client.post("/x?secret=1", json={}))

    with contextlib.suppress(neura_ai.NeuraError):
        side.run(play())
    return attempts


@each_side
def test_each_attempt_is_told_before_the_call_returns(scripted: Scripted, side: Side) -> None:
    reply = {"status": 200, "headers": [["x-request-id", "req-7"]]}
    first, second = told(side, scripted(FAILS, reply))
    assert isinstance(first, neura_ai.Attempt)
    assert (first.method, first.path, first.status, first.kind) == ("POST", "/v1/x", 503, None)
    assert (first.attempt, first.wait, first.request_id) == (1, 0, None)
    assert (second.attempt, second.status, second.request_id) == (2, 200, "req-7")
    assert second.wait >= 0.02
    assert 0 < second.elapsed < 5
    assert second.key_fingerprint == hashlib.sha256(KEY.encode()).hexdigest()[:12]
    assert KEY not in repr((first, second))


@each_side
def test_an_attempt_without_a_reply_has_the_kind(scripted: Scripted, side: Side) -> None:
    (attempt,) = told(side, scripted("reset"), max_retries=0)
    assert (attempt.status, attempt.kind) == (None, "connection")


@each_side
def test_an_echoed_key_is_not_told(scripted: Scripted, side: Side) -> None:
    reply = {"status": 401, "headers": [["x-request-id", KEY]]}
    assert KEY not in repr(told(side, scripted(reply)))


@each_side
def test_every_sort_of_call_is_told_of(sandbox: Any, side: Side) -> None:
    paths: list[str] = []

    async def play() -> None:
        async with side.client(
            sandbox.api_key,
            base_url=sandbox.base_url,
            on_attempt=lambda attempt: paths.append(attempt.path.removeprefix("/v1/")),
        ) as client:
            await side.result(client.models.list())
            await side.result(client.check())
            create = client.chat.completions.create
            messages = [{"role": "user", "content": "Hello!"}]
            stream = await side.result(create(model="gpt-5", messages=messages, stream=True))
            await side.result(stream.final())
            copied = copy.copy(client)
            await side.result(copied.get("/models"))
            await side.result(copied.close())

    side.run(play())
    assert paths == ["models", "models", "chat/completions", "models"]


def test_an_event_loop_calls_it_in_the_context_of_the_task(scripted: Scripted) -> None:
    who = contextvars.ContextVar("who", default="nobody")
    seen: list[tuple[int, str]] = []

    async def hear(attempt: neura_ai.Attempt) -> None:
        await asyncio.sleep(0)
        seen.append((threading.get_ident(), who.get()))

    async def ask(client: neura_ai.AsyncClient, name: str) -> None:
        who.set(name)
        await client.get("/x")
        await asyncio.sleep(0.01)

    async def main() -> None:
        async with loops.client(scripted, *10 * [200], on_attempt=hear) as client:
            await asyncio.gather(*(ask(client, f"task{number}") for number in range(10)))

    loops.run(main())
    assert {thread for thread, _ in seen} == {threading.get_ident()}
    assert sorted(name for _, name in seen) == [f"task{number}" for number in range(10)]


@pytest.mark.parametrize("ends", [KeyboardInterrupt, SystemExit])
def test_one_that_ends_the_program_ends_the_call(
    scripted: Scripted, ends: type[BaseException]
) -> None:
    def end(attempt: neura_ai.Attempt) -> None:
        raise ends("now")

    with pytest.raises(ends, match="now"):
        scripted.client(503, 503, 200, max_retries=5, on_attempt=end).get("/x")
    assert len(scripted.requests()) == 1


def test_one_that_fails_does_not_end_the_call(scripted: Scripted, unraisable: list[Any]) -> None:
    def fail(attempt: neura_ai.Attempt) -> None:
        raise LookupError("gone")

    assert scripted.client(503, 200, max_retries=1, on_attempt=fail).get("/x").ok

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: unraisable.append(context["exception"]))
        assert (await loops.client(scripted, 200, on_attempt=fail).get("/x")).ok

    asyncio.run(main())
    assert [type(error) for error in unraisable] == [LookupError] * 3


def test_an_asynchronous_one_needs_a_client_that_awaits_it(
    scripted: Scripted, unraisable: list[Any]
) -> None:
    async def hear(*told: Any) -> None:
        raise NotImplementedError

    with warnings.catch_warnings():
        warnings.simplefilter("error")  # Not "coroutine was never awaited".
        client = scripted.client(200, on_attempt=hear)
        assert client.post("/x", data=b"abc", progress=hear).ok
    assert {type(error) for error in unraisable} == {TypeError}
    told = [str(error) for error in unraisable]
    assert len(told) >= 2
    assert all("test_an_asynchronous_one" in text for text in told)
    assert all(
        text.endswith(
            "returned coroutine: an asynchronous callable needs AsyncClient, which awaits it"
        )
        for text in told
    )


def test_it_may_use_the_client(scripted: Scripted) -> None:
    def ask(attempt: neura_ai.Attempt) -> None:
        if attempt.path == "/v1/x":
            assert client.get("/y").ok

    client = scripted.client(200, 200, on_attempt=ask)
    assert client.get("/x").ok
    assert len(scripted.requests()) == 2


class Hears:
    """Holds the client that calls it."""

    client: Any

    def __call__(self, attempt: neura_ai.Attempt) -> None:
        pass


@pytest.mark.parametrize("of", [neura_ai.Client, neura_ai.AsyncClient])
def test_a_ring_of_client_and_function_is_collected(of: Any) -> None:
    hears = Hears()
    hears.client = of(KEY, on_attempt=hears)
    seen = weakref.ref(hears)
    del hears
    gc.collect()
    assert seen() is None


def copied(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))  # noqa: S301


def test_it_goes_with_a_pickle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEURA_API_KEY", KEY)
    client = copied(neura_ai.Client(on_attempt=print))
    assert client._native.on_attempt is print


def test_what_cannot_be_called_is_refused() -> None:
    with pytest.raises(TypeError, match="on_attempt must be callable, or None"):
        neura_ai.Client(KEY, on_attempt=1)  # type: ignore[arg-type]
    assert neura_ai.resolve(api_key=KEY, on_attempt=print).source == "caller"
