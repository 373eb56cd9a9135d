"""A response that is closed before its end: by its block, another thread or another task."""

from __future__ import annotations

import asyncio
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import loops
import neura_ai
import pytest
from conftest import Scripted

HEAD = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
EVENTS = {"raw": HEAD + "data: 1\n\ndata: 2\n\n", "then": "stall"}
#: A length of which less comes, and then nothing or the end.
HALF: dict[str, Any] = {"raw": "HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n1\n2\n"}
STALLS, CUT = {**HALF, "then": "stall"}, {**HALF, "then": "close"}

READERS: dict[str, Callable[[neura_ai.Response], Iterator[Any]]] = {
    "pieces": lambda response: response.iter_content(2),
    "texts": lambda response: response.iter_content(2, decode_unicode=True),
    "lines": lambda response: response.iter_lines(2),
    "events": lambda response: response.iter_events(),
}


def reply(how: str) -> dict[str, Any]:
    return EVENTS if how == "events" else STALLS


@pytest.fixture(autouse=True)
def no_warnings() -> Iterator[None]:
    """Nothing here is left open."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def elsewhere(act: Callable[[], None]) -> None:
    thread = threading.Thread(target=act)
    thread.start()
    thread.join()


@pytest.mark.parametrize("how", READERS)
def test_leaving_the_block_closes_what_is_read_from_it(scripted: Scripted, how: str) -> None:
    with scripted.client(reply(how)).get("/x", stream=True) as response:
        reader = READERS[how](response)
        next(reader)
    assert scripted.servers[-1].closed_by_client(within=0.5)
    del reader, response


@pytest.mark.parametrize("how", READERS)
def test_a_reader_between_two_items_sees_that_another_thread_closed_it(
    scripted: Scripted, how: str
) -> None:
    response = scripted.client(reply(how)).get("/x", stream=True)
    reader = READERS[how](response)
    next(reader)
    elsewhere(response.close)
    with pytest.raises(neura_ai.CancelledError, match="closed before"):
        next(reader)


@pytest.mark.parametrize("how", READERS)
def test_a_reader_that_waits_is_woken(scripted: Scripted, how: str) -> None:
    response = scripted.client(reply(how)).get("/x", stream=True)
    reader = READERS[how](response)
    assert [next(reader), next(reader)]
    closer = threading.Timer(0.3, response.close)
    closer.start()
    start = time.monotonic()
    with pytest.raises(neura_ai.CancelledError):
        next(reader)
    assert time.monotonic() - start < 1
    closer.join()
    assert scripted.servers[-1].closed_by_client(within=0.5)


def test_a_body_that_was_closed_early_is_cancelled_for_who_reads_on(scripted: Scripted) -> None:
    response = scripted.client(STALLS).get("/x", stream=True)
    response.close()
    response.close()
    for read in (
        lambda: response.content,
        lambda: next(response.iter_content(2)),
        lambda: next(iter(response.iter_events())),
    ):
        with pytest.raises(neura_ai.CancelledError, match="closed before its body"):
            read()

    async def main() -> None:
        response = await loops.client(scripted, STALLS).get("/x", stream=True)
        await response.aclose()
        await response.aclose()
        with pytest.raises(neura_ai.CancelledError, match="closed before its body"):
            await response.aread()
        with pytest.raises(neura_ai.CancelledError, match="closed before its body"):
            _ = [piece async for piece in response.aiter_content(2)]

    loops.run(main())


def test_what_was_read_to_its_end_is_not_missed_when_it_is_closed(scripted: Scripted) -> None:
    client = scripted.client(*[{"status": 200, "body": "1\n2\n"}] * 3)
    with client.get("/x", stream=True) as response:
        assert response.content == b"1\n2\n"
    assert response.content == b"1\n2\n"
    assert b"".join(response.iter_content(2)) == b"1\n2\n"
    response = client.get("/x", stream=True)
    pieces = response.iter_content(2)
    assert [next(pieces), next(pieces)] == [b"1\n", b"2\n"]
    assert list(pieces) == []
    response.close()
    with client.get("/x", stream=True) as response:
        for _ in response.iter_lines():
            break


def test_a_body_that_failed_says_so_again(scripted: Scripted) -> None:
    response = scripted.client(CUT).get("/x", stream=True)
    said = set()
    for read in (
        lambda: list(response.iter_content(2)),
        lambda: response._piece(2),
        lambda: response.content,
        lambda: response.iter_content(2),
        lambda: response.iter_events(),
    ):
        with pytest.raises(neura_ai.APIConnectionError) as caught:
            read()
        said.add(str(caught.value))
        response.close()
    assert len(said) == 1


@pytest.mark.parametrize("size", [0, -1, 2**63, 10**30, -(10**30)])
def test_a_wrong_size_of_pieces_is_refused(scripted: Scripted, size: int) -> None:
    with scripted.client(STALLS).get("/x", stream=True) as response:
        for pieces in (response.iter_content, response.iter_lines, response.aiter_content):
            with pytest.raises(neura_ai.InvalidArgumentError, match="chunk_size must be 1 or more"):
                pieces(size)


@pytest.mark.parametrize("size", [True, False, "5", 2.0, b"1", [1]])
def test_a_size_of_pieces_that_is_no_number_is_a_type_error(scripted: Scripted, size: Any) -> None:
    with scripted.client(STALLS).get("/x", stream=True) as response:
        for read in ("iter_content", "iter_lines", "aiter_content", "aiter_lines"):
            with pytest.raises(TypeError, match=r"^chunk_size must be a whole number"):
                getattr(response, read)(size)


def test_a_size_of_pieces_may_be_a_number_of_another_library(scripted: Scripted) -> None:
    class Two:
        def __index__(self) -> int:
            return 2

    two: Any = Two()
    response = scripted.client({"status": 200, "body": "1\n2\n"}).get("/x", stream=True)
    assert list(response.iter_content(two)) == [b"1\n", b"2\n"]


AREADERS: dict[str, Callable[[neura_ai.Response], Any]] = {
    "pieces": lambda response: response.aiter_content(2),
    "texts": lambda response: response.aiter_content(2, decode_unicode=True),
    "lines": lambda response: response.aiter_lines(2),
    "events": lambda response: response.aiter_events(),
}


@pytest.mark.parametrize("how", AREADERS)
def test_the_same_of_an_asynchronous_client(scripted: Scripted, how: str) -> None:
    async def main() -> None:
        client = loops.client(scripted, *[reply(how)] * 3)
        async with await client.get("/x", stream=True) as response:
            left = AREADERS[how](response)
            await anext(left)
        await loops.until(lambda: scripted.servers[-1].closed_by_client(0), within=0.5)

        response = await client.get("/x", stream=True)
        reader = AREADERS[how](response)
        await anext(reader)
        await asyncio.ensure_future(response.aclose())
        with pytest.raises(neura_ai.CancelledError, match="closed before"):
            _ = [item async for item in reader]

        response = await client.get("/x", stream=True)
        reader = AREADERS[how](response)
        assert [await anext(reader), await anext(reader)]
        waits = asyncio.ensure_future(anext(reader))
        await asyncio.sleep(0.1)
        await response.aclose()
        with pytest.raises(neura_ai.CancelledError):
            await asyncio.wait_for(waits, 1)

    loops.run(main())


def test_closing_wakes_who_waits_for_a_json_body_as_events(scripted: Scripted) -> None:
    head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{"

    async def main() -> None:
        client = loops.client(scripted, {"raw": head, "then": "stall"})
        response = await client.get("/x", stream=True)
        events = response.aiter_events()
        waits = asyncio.ensure_future(anext(events))
        await asyncio.sleep(0.1)
        await events.close()
        with pytest.raises(neura_ai.CancelledError, match=r"call was cancelled|closed before"):
            await asyncio.wait_for(waits, 1)
        await loops.until(lambda: scripted.servers[-1].closed_by_client(0), within=0.5)

    loops.run(main())
