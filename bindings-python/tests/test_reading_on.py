"""Reading on after an error or an early close: the error comes again, never a good end."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable
from contextlib import aclosing, closing
from typing import Any

import loops
import neura_ai
import pytest
from conftest import Scripted
from neura_ai import _body

#: A length of which less comes, and then nothing or the end.
HALF: dict[str, Any] = {"raw": "HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n1\n2\n"}
STALLS, CUT = {**HALF, "then": "stall"}, {**HALF, "then": "close"}
WHOLE = {"status": 200, "body": "1\n2\n"}

READERS: dict[str, Callable[[neura_ai.Response], Any]] = {
    "pieces": lambda response: response.iter_content(2),
    "texts": lambda response: response.iter_content(2, decode_unicode=True),
    "lines": lambda response: response.iter_lines(2),
    "lines of text": lambda response: response.iter_lines(2, decode_unicode=True),
    "split": lambda response: response.iter_lines(2, delimiter=b"\n"),
    "events": lambda response: response.iter_events(),
    "the response": iter,
}
AREADERS: dict[str, Callable[[neura_ai.Response], Any]] = {
    "pieces": lambda response: response.aiter_content(2),
    "texts": lambda response: response.aiter_content(2, decode_unicode=True),
    "lines": lambda response: response.aiter_lines(2),
    "split": lambda response: response.aiter_lines(2, delimiter=b"\n"),
    "events": lambda response: response.aiter_events(),
}


def reply(how: str, of: dict[str, Any]) -> dict[str, Any]:
    if how != "events":
        return of
    head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 9999\r\n\r\n"
    return {**of, "raw": head + "data: 1\n\ndata: 2\n\n"}


def said(read: Callable[[], Any], kind: type[neura_ai.NeuraError]) -> str:
    with pytest.raises(kind) as caught:
        read()
    return str(caught.value)


async def asaid(read: Callable[[], Any], kind: type[neura_ai.NeuraError]) -> str:
    with pytest.raises(kind) as caught:
        await read()
    return str(caught.value)


@pytest.mark.parametrize("how", READERS)
def test_a_broken_connection_is_said_to_whoever_reads_on(scripted: Scripted, how: str) -> None:
    reader = READERS[how](scripted.client(reply(how, CUT)).get("/x", stream=True))
    first = said(lambda: list(reader), neura_ai.APIConnectionError)
    for read in (lambda: next(reader), lambda: list(reader), lambda: next(iter(reader))):
        assert said(read, neura_ai.APIConnectionError) == first


@pytest.mark.parametrize("how", READERS)
def test_an_early_close_is_said_to_whoever_reads_on(scripted: Scripted, how: str) -> None:
    response = scripted.client(reply(how, STALLS)).get("/x", stream=True)
    reader = READERS[how](response)
    next(reader)
    response.close()
    for _ in range(3):
        assert "closed before its" in said(lambda: next(reader), neura_ai.CancelledError)


@pytest.mark.parametrize("how", READERS)
def test_after_an_interrupt_a_body_does_not_end_well(scripted: Scripted, how: str) -> None:
    response = scripted.client(reply(how, STALLS)).get("/x", stream=True)
    reader = READERS[how](response)
    timer = threading.Timer(0.3, signal.raise_signal, (signal.SIGINT,))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        list(reader)
    timer.join()
    for _ in range(2):
        said(lambda: next(reader), neura_ai.CancelledError)


@pytest.mark.parametrize("how", AREADERS)
def test_the_same_of_tasks(scripted: Scripted, how: str) -> None:
    async def main() -> None:
        client = loops.client(scripted, reply(how, CUT), *[reply(how, STALLS)] * 3)
        reader = AREADERS[how](await client.get("/x", stream=True))
        with pytest.raises(neura_ai.APIConnectionError) as caught:
            _ = [item async for item in reader]
        for _ in range(3):
            again = await asaid(reader.__anext__, neura_ai.APIConnectionError)
            assert again == str(caught.value)

        response = await client.get("/x", stream=True)
        reader = AREADERS[how](response)
        await anext(reader)
        await response.aclose()
        for _ in range(3):
            again = await asaid(reader.__anext__, neura_ai.CancelledError)
            assert "closed before its" in again

        response = await client.get("/x", stream=True)
        reader = AREADERS[how](response)
        assert [await anext(reader), await anext(reader)]
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(anext(reader), 0.1)
        for _ in range(3):
            again = await asaid(reader.__anext__, neura_ai.CancelledError)
            assert "closed before its" in again

        reader = AREADERS[how](await client.get("/x", stream=True))
        assert [await anext(reader), await anext(reader)]
        waits = asyncio.ensure_future(anext(reader))
        await asyncio.sleep(0.1)
        assert "already" in await asaid(reader.__anext__, neura_ai.InvalidArgumentError)
        await reader.aclose()
        await asaid(lambda: asyncio.wait_for(waits, 1), neura_ai.CancelledError)
        await asaid(reader.__anext__, neura_ai.CancelledError)

    loops.run(main())


@pytest.mark.parametrize("stream", [True, False])
def test_a_good_end_stays_one(scripted: Scripted, stream: bool) -> None:
    client = scripted.client(*[WHOLE] * 9)
    for how in READERS:
        if how != "events":
            response = client.get("/x", stream=stream)
            reader = READERS[how](response)
            assert list(reader)
            response.close()
            assert list(reader) == list(reader) == []
    response = client.get("/x", stream=stream)
    before, after = response.iter_content(2), response.iter_lines(2)
    assert response.content == b"1\n2\n"
    response.close()
    assert [*before, *before] == [b"1\n", b"2\n"]
    assert [*after, *after] == [b"1", b"2"]
    for read in (neura_ai.Response.iter_content, neura_ai.Response.iter_lines):
        with closing(read(client.get("/x", stream=stream), 2)) as reader:  # type: ignore[type-var]
            assert len(list(reader)) == 2
        assert list(reader) == []


@pytest.mark.parametrize("stream", [True, False])
def test_closing_an_iterator_closes_its_response(scripted: Scripted, stream: bool) -> None:
    client = scripted.client(*[STALLS if stream else WHOLE] * 2)
    for read in (neura_ai.Response.iter_content, neura_ai.Response.iter_lines):
        response = client.get("/x", stream=stream)
        with closing(read(response, 2)) as reader:  # type: ignore[type-var]
            assert next(reader)
        assert not response._is_open
        for _ in range(2):
            assert "closed before" in said(lambda: next(reader), neura_ai.CancelledError)

    async def main() -> None:
        client = loops.client(scripted, STALLS if stream else WHOLE)
        response = await client.get("/x", stream=stream)
        async with aclosing(response.aiter_lines(2)) as reader:  # type: ignore[type-var]
            await anext(reader)
        assert not response._is_open
        await asaid(reader.__anext__, neura_ai.CancelledError)

    loops.run(main())


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("error", [MemoryError(), KeyboardInterrupt(), RecursionError()])
def test_a_piece_that_was_lost_leaves_no_gap(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch, stream: bool, error: BaseException
) -> None:
    feed, fails = _body.Lines.feed, False

    def fed(lines: _body.Lines, piece: Any) -> Any:
        if fails:
            raise error
        return feed(lines, piece)

    monkeypatch.setattr(_body.Lines, "feed", fed)
    again = MemoryError if isinstance(error, MemoryError) else neura_ai.CancelledError
    reader = scripted.client(WHOLE).get("/x", stream=stream).iter_lines(2)
    next(reader)
    fails = True
    with pytest.raises(type(error)):
        next(reader)
    fails = False
    for _ in range(2):
        with pytest.raises(again) as caught:
            next(reader)
        assert caught.value is not error

    async def main() -> None:
        nonlocal fails
        client = loops.client(scripted, WHOLE)
        reader = (await client.get("/x", stream=stream)).aiter_lines(2)
        await anext(reader)
        fails = True
        with pytest.raises(type(error)):
            await anext(reader)
        fails = False
        with pytest.raises(again):
            await anext(reader)

    if not isinstance(error, KeyboardInterrupt):  # It ends the loop.
        loops.run(main())


def test_a_second_thread_at_one_iterator_is_refused_and_nothing_is_lost(
    scripted: Scripted,
) -> None:
    body = "".join(f"{number}\n" for number in range(40))
    head = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n"
    slow = {"raw": head + body, "split": [len(head)] + [3] * 20, "delay_ms": 10}
    reader = scripted.client(slow).get("/x", stream=True).iter_lines(4)
    seen: list[Any] = []
    refused: list[str] = []
    thread = threading.Thread(target=lambda: seen.extend(reader))
    thread.start()
    while thread.is_alive():
        try:
            seen.append(next(reader))
        except neura_ai.InvalidArgumentError as error:
            refused.append(str(error))
        except StopIteration:
            break
    thread.join()
    assert refused
    assert "already being read" in refused[0]
    assert sorted(map(int, seen)) == list(range(40))
