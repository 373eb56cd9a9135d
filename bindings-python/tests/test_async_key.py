"""A callable as the key of an ``AsyncClient``: where it is asked, and what comes of it."""

from __future__ import annotations

import asyncio
import contextvars
import copy
import gc
import threading
import time
import traceback
import weakref
from collections.abc import Callable
from typing import Any

import loops
import neura_ai
import pytest
from conftest import Scripted
from servers import header

KEY = "nk-fake-0000000000000000wxyz"
NEXT = "nk-fake-1111111111111111stuv"
REFUSED = {"status": 401, "body": '{"error": {"message": "no", "code": "invalid_api_key"}}'}


def keys(scripted: Scripted) -> list[str]:
    """The keys that came to the server, in order."""
    values = [header(request, "authorization") for request in scripted.requests()]
    return [value.removeprefix("Bearer ") for (value,) in values]


def asked(scripted: Scripted, source: Any, *replies: Any, **more: Any) -> neura_ai.AsyncClient:
    return loops.client(scripted, *replies or (200,), api_key=source, **more)


def giving(result: Any, *, awaited: bool) -> Callable[[], Any]:
    """A callable, asynchronous or not, that returns or raises this."""

    def sync() -> Any:
        if isinstance(result, BaseException):
            raise result
        return result

    async def later() -> Any:
        await asyncio.sleep(0.001)
        return sync()

    return later if awaited else sync


both = pytest.mark.parametrize("awaited", [False, True])


@both
def test_it_is_asked_once_for_all_tasks(scripted: Scripted, awaited: bool) -> None:
    asks: list[int] = []

    def sync() -> str:
        asks.append(threading.get_ident())
        return KEY

    async def later() -> str:
        await asyncio.sleep(0.05)
        return sync()

    client = asked(scripted, later if awaited else sync)
    assert "callable" in repr(client)

    async def main() -> None:
        replies = await asyncio.gather(*(client.get("/x") for _ in range(30)))
        assert all(reply.ok for reply in replies)
        assert await client.auth_headers() == {"Authorization": f"Bearer {KEY}"}

    loops.run(main())
    assert asks == [threading.get_ident()]  # The loop's own thread.
    assert keys(scripted) == [KEY] * 30
    loops.run(client.get("/x"))
    assert len(asks) == 1


@both
def test_it_is_asked_in_the_context_of_its_call(scripted: Scripted, awaited: bool) -> None:
    tenant: contextvars.ContextVar[str] = contextvars.ContextVar("tenant")

    def sync() -> str:
        return f"nk-fake-0000-{tenant.get()}"

    async def later() -> str:
        await asyncio.sleep(0)
        value = sync()
        tenant.set("changed in the callable alone")
        return value

    client = asked(scripted, later if awaited else sync)

    async def main() -> None:
        async def of(name: str) -> None:
            tenant.set(name)
            await client.get("/x")
            assert tenant.get() == name

        await asyncio.ensure_future(of("red"))

    loops.run(main())
    assert keys(scripted) == ["nk-fake-0000-red"]


@both
def test_another_key_after_a_401_is_sent_once_more(scripted: Scripted, awaited: bool) -> None:
    given = [KEY, NEXT]

    def sync() -> str:
        return given.pop(0)

    async def later() -> str:
        return sync()

    client = asked(scripted, later if awaited else sync, REFUSED, 200)
    reply = loops.run(client.get("/x"))
    assert (reply.status_code, reply.attempts) == (200, 2)
    assert keys(scripted) == [KEY, NEXT]


@both
def test_a_failure_is_a_config_error_with_its_cause(scripted: Scripted, awaited: bool) -> None:
    failure = OSError("the vault is sealed")
    source = giving(failure, awaited=awaited)
    client = asked(scripted, source)

    async def main() -> None:
        for call in (
            lambda: client.get("/x"),
            client.models.list,
            client.auth_headers,
            lambda: anext(client.stream("GET", "/x")),
            lambda: client.chat.completions.create(model="m", messages=[], stream=True),
        ):
            with pytest.raises(neura_ai.ConfigError, match="OSError: the vault") as caught:
                await call()  # type: ignore[operator]
            assert caught.value.__cause__ is failure
        client.set_api_key(KEY)
        assert (await client.get("/x")).ok

    loops.run(main())
    assert keys(scripted) == [KEY]


@both
@pytest.mark.parametrize("given", [None, 5, KEY.encode(), [KEY]])
def test_what_is_not_text_is_a_config_error(scripted: Scripted, awaited: bool, given: Any) -> None:
    client = asked(scripted, giving(given, awaited=awaited))
    words = f"returned {type(given).__name__}"
    with pytest.raises(neura_ai.ConfigError, match=words) as caught:
        loops.run(client.get("/x"))
    assert KEY not in "".join(traceback.format_exception(caught.value))


@both
@pytest.mark.parametrize("given", ["", "nk with spaces", "nk-\udc80"])
def test_text_that_is_no_key_is_malformed(scripted: Scripted, awaited: bool, given: str) -> None:
    client = asked(scripted, giving(given, awaited=awaited))
    with pytest.raises(neura_ai.MalformedAPIKeyError, match="callable"):
        loops.run(client.get("/x"))
    assert scripted.requests() == []


@both
def test_one_that_cancels_itself_is_a_config_error(scripted: Scripted, awaited: bool) -> None:
    client = asked(scripted, giving(asyncio.CancelledError("gave up"), awaited=awaited))
    with pytest.raises(neura_ai.ConfigError, match="CancelledError: gave up") as caught:
        loops.run(client.get("/x"))
    assert isinstance(caught.value.__cause__, asyncio.CancelledError)


@both
@pytest.mark.parametrize("failure", [KeyboardInterrupt, SystemExit])
def test_what_ends_a_program_ends_the_loop_and_no_other_call(
    scripted: Scripted, awaited: bool, failure: type[BaseException]
) -> None:
    asking = asked(scripted, giving(failure(), awaited=awaited))
    other = loops.client(scripted, {"status": 200, "delay_before_ms": 100})
    loop = asyncio.new_event_loop()
    loop.set_debug(True)
    complaints: list[Any] = []
    loop.set_exception_handler(lambda _, context: complaints.append(context))
    calls = [loop.create_task(other.get("/x")) for _ in range(5)]
    call = loop.create_task(asking.get("/x"))
    with pytest.raises(failure):
        loop.run_until_complete(call)
    # Whoever goes on in spite of it gets all that the others brought.
    assert all(reply.ok for reply in loop.run_until_complete(asyncio.wait_for(all_of(calls), 5)))
    with pytest.raises(neura_ai.ConfigError, match=failure.__name__) as caught:
        loop.run_until_complete(asyncio.wait_for(call, 5))
    assert isinstance(caught.value.__cause__, failure)
    loops.end(loop)
    assert complaints == []


async def all_of(calls: list[Any]) -> list[Any]:
    return await asyncio.gather(*calls)


def test_the_outcomes_that_came_with_a_question_are_kept(scripted: Scripted) -> None:
    """A callable that ends the loop is asked in a turn of its own."""
    asking = asked(scripted, giving(KeyboardInterrupt(), awaited=False))
    other = loops.client(scripted, 200)
    loop = asyncio.new_event_loop()

    async def begin() -> list[Any]:
        calls = [asyncio.ensure_future(asking.get("/x"))]
        calls += [asyncio.ensure_future(other.get("/x")) for _ in range(5)]
        await asyncio.sleep(0)
        time.sleep(0.3)  # So that all has come when the loop looks.
        return calls

    call, *calls = loop.run_until_complete(begin())
    with pytest.raises(KeyboardInterrupt):
        loop.run_forever()
    replies = loop.run_until_complete(asyncio.wait_for(all_of(calls), 5))
    assert all(reply.ok for reply in replies)
    call.cancel()
    loops.end(loop)


def test_a_slow_one_is_ended_by_the_call_s_limit(scripted: Scripted) -> None:
    ended: list[str] = []

    async def slow() -> str:
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise
        return KEY

    async def main() -> None:
        client = asked(scripted, slow)
        start = time.monotonic()
        with pytest.raises(neura_ai.APITimeoutError):
            await client.get("/x", timeout=0.2)
        assert time.monotonic() - start < 1
        await asyncio.sleep(0.01)
        assert ended == ["cancelled"]
        client.set_api_key(KEY)
        assert (await client.get("/x")).ok

    loops.run(main())


def test_a_call_that_is_cancelled_cancels_it_too_and_the_next_one_asks(scripted: Scripted) -> None:
    events: list[str] = []

    async def source() -> str:
        events.append("asked")
        try:
            await asyncio.sleep(0.2)
        except asyncio.CancelledError:
            events.append("cancelled")
            raise
        return KEY

    async def main() -> None:
        client = asked(scripted, source)
        first = asyncio.ensure_future(client.get("/x"))
        await asyncio.sleep(0.05)
        second = asyncio.ensure_future(client.get("/x"))
        await asyncio.sleep(0.05)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        assert (await asyncio.wait_for(second, 2)).ok

    loops.run(main())
    assert events == ["asked", "cancelled", "asked"]
    assert keys(scripted) == [KEY]


def test_a_call_that_is_cancelled_before_its_callable_began_leaves_no_complaint(
    scripted: Scripted,
) -> None:
    begun: list[asyncio.Future[Any]] = []

    def source() -> Any:
        # The task that awaits it is cancelled before its first turn.
        begun[0].cancel()
        return later()

    async def later() -> str:
        return KEY

    async def main() -> None:
        begun.append(asyncio.ensure_future(asked(scripted, source).get("/x")))
        with pytest.raises(asyncio.CancelledError):
            await begun[0]

    loops.run(main())
    assert scripted.requests() == []


def test_what_is_raised_when_the_call_is_over_is_freed(scripted: Scripted) -> None:
    async def slow() -> str:
        await asyncio.sleep(30)
        return KEY

    loop = asyncio.new_event_loop()
    call = asked(scripted, slow).get("/x", timeout=0.1)
    with pytest.raises(neura_ai.APITimeoutError):
        loop.run_until_complete(call)
    loops.end(loop)
    gone = weakref.ref(loop)
    del loop, call
    gc.collect()
    assert gone() is None


def test_a_client_that_is_let_go_of_in_the_midst_of_a_call_asks_all_the_same(
    scripted: Scripted,
) -> None:
    refused = {"status": 401, "body": '{"error": {"code": "invalid_api_key"}}'}
    keys = [KEY, NEXT]

    def ask() -> str:
        return keys.pop(0)

    async def main() -> None:
        client = asked(scripted, ask, {**refused, "delay_before_ms": 200}, 200)
        client.me = client  # type: ignore[attr-defined]
        other = copy.copy(client)
        call = asyncio.ensure_future(client.get("/x"))
        await loops.reached(scripted)
        await other.close()
        del client, other
        gc.collect()
        assert (await asyncio.wait_for(call, 2)).ok

    loops.run(main())
    assert keys == []


@both
def test_a_key_that_is_set_while_it_is_asked_counts(scripted: Scripted, awaited: bool) -> None:
    async def main() -> None:
        def sync() -> str:
            client.set_api_key(NEXT)
            return KEY

        async def later() -> str:
            await asyncio.sleep(0.05)
            client.set_api_key(NEXT)
            await asyncio.sleep(0.05)
            return KEY

        client = asked(scripted, later if awaited else sync)
        call = asyncio.ensure_future(client.get("/x"))
        assert (await asyncio.wait_for(call, 2)).ok
        assert "…stuv" in repr(client)

    loops.run(main())
    assert keys(scripted) == [NEXT]


def test_no_debugger_s_view_of_it_shows_the_key(
    scripted: Scripted, caplog: pytest.LogCaptureFixture
) -> None:
    shown: list[str] = []

    async def source() -> str:
        await asyncio.sleep(0)
        time.sleep(0.05)  # Slow enough for the loop to tell of it.
        return KEY

    async def main() -> None:
        asyncio.get_running_loop().slow_callback_duration = 0.02
        await asked(scripted, source).get("/x")
        shown.extend(repr(task) for task in asyncio.all_tasks())

    loops.run(main())
    assert "took" in caplog.text
    assert KEY not in caplog.text
    assert KEY not in "".join(shown)
