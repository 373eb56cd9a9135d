"""A ResourceWarning for what still holds a connection and is let go of, and none else."""

from __future__ import annotations

import asyncio
import gc
import warnings
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import neura_ai
import pytest
from conftest import KEY, Scripted

HEAD = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
OPEN = {"raw": HEAD + "data: 1\n\n", "then": "stall"}
EVENTS = "data: 1\n\ndata: 2\n\ndata: [DONE]\n\n"
WHOLE = {"status": 200, "headers": [["content-type", "text/event-stream"]], "body": EVENTS}


@contextmanager
def warned(of: list[str]) -> Iterator[None]:
    """What is warned of inside, and nothing else."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
        gc.collect()
    assert [it.category for it in caught] == [ResourceWarning] * len(of)
    for text, it in zip(of, caught, strict=True):
        assert text in str(it.message)
        assert "unclosed" in str(it.message)


def test_a_reply_that_nobody_read_is_warned_of_and_closed(scripted: Scripted) -> None:
    client = scripted.client(OPEN)
    with warned(["<Response [200]>"]):
        client.get("/x", stream=True)
    assert scripted.servers[-1].closed_by_client()


def test_a_reply_that_was_read_in_part_is_warned_of(scripted: Scripted) -> None:
    client = scripted.client(OPEN)
    with warned(["<Response [200]>"]):
        assert next(client.get("/x", stream=True).iter_content(4)) == b"data"
    assert scripted.servers[-1].closed_by_client()


def test_a_stream_that_nobody_closed_is_warned_of(scripted: Scripted) -> None:
    client = scripted.client(OPEN)
    with warned(["EventStream"]):
        next(client.stream("GET", "/x"))
    with warned(["EventStream"]):
        client.get("/x", stream=True).iter_events()
    assert scripted.servers[-1].closed_by_client()


READ: dict[str, Callable[[neura_ai.Client], Any]] = {
    "in memory": lambda client: client.get("/x"),
    "content": lambda client: client.get("/x", stream=True).content,
    "pieces": lambda client: list(client.get("/x", stream=True).iter_content(7)),
    "lines": lambda client: list(client.get("/x", stream=True).iter_lines()),
    "events": lambda client: list(client.get("/x", stream=True).iter_events()),
    "a stream": lambda client: list(client.stream("GET", "/x")),
    "closed": lambda client: client.get("/x", stream=True).close(),
    "left": lambda client: client.get("/x", stream=True).__exit__(None, None, None),
    "a closed stream": lambda client: client.stream("GET", "/x").close(),
    "an error": lambda client: client.get("/none", stream=True),
}


@pytest.mark.parametrize("how", READ)
def test_what_was_read_or_closed_is_not_warned_of(scripted: Scripted, how: str) -> None:
    client = scripted.client(404 if how == "an error" else WHOLE)
    with warned([]):
        READ[how](client)


async def forget(client: neura_ai.AsyncClient) -> None:
    await client.get("/x", stream=True)


async def forget_a_stream(client: neura_ai.AsyncClient) -> None:
    await client.stream("GET", "/x").__anext__()


async def read(client: neura_ai.AsyncClient) -> None:
    await (await client.get("/x", stream=True)).aread()


async def read_pieces(client: neura_ai.AsyncClient) -> None:
    _ = [piece async for piece in (await client.get("/x", stream=True)).aiter_content(7)]


async def read_events(client: neura_ai.AsyncClient) -> None:
    _ = [event async for event in (await client.get("/x", stream=True)).aiter_events()]


async def leave(client: neura_ai.AsyncClient) -> None:
    async with await client.get("/x", stream=True):
        pass


async def be_cancelled(client: neura_ai.AsyncClient) -> None:
    task = asyncio.ensure_future((await client.get("/x", stream=True)).aread())
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize(
    ("use", "reply", "of"),
    [
        (forget, OPEN, ["<Response [200]>"]),
        (forget_a_stream, OPEN, ["AsyncEventStream"]),
        (read, WHOLE, []),
        (read_pieces, WHOLE, []),
        (read_events, WHOLE, []),
        (leave, WHOLE, []),
        (be_cancelled, OPEN, []),
    ],
)
def test_the_same_of_an_asynchronous_client(
    scripted: Scripted,
    use: Callable[[neura_ai.AsyncClient], Awaitable[None]],
    reply: Any,
    of: list[str],
) -> None:
    async def main() -> None:
        async with neura_ai.AsyncClient(KEY, base_url=scripted(reply).base_url) as client:
            await use(client)

    with warned(of):
        asyncio.run(main())
    if reply is OPEN:
        assert scripted.servers[-1].closed_by_client()


def test_a_warning_that_is_an_error_does_not_disturb_what_is_being_raised(
    scripted: Scripted, unraisable: list[Any]
) -> None:
    client = scripted.client(OPEN)

    def fails() -> None:
        reply = client.get("/x", stream=True)
        raise KeyError(reply.status_code)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(KeyError, match="200") as caught:
            fails()
        del caught
        gc.collect()
    assert [type(error) for error in unraisable] == [ResourceWarning]
