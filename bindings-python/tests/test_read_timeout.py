"""The pair of requests, ``timeout=(connect, read)``: the second bounds the wait for a reply."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import loops
import neura_ai
import pytest
from conftest import Scripted

PAIR = (1, 0.4)
#: Five times the limit goes by before the head of a reply.
SLOW = {"status": 200, "delay_before_ms": 2000}
#: Longer than the limit in all, and no wait for the next piece is.
STEADY = {
    "raw": "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n1",
    "repeat": {"raw": "2", "times": 3},
    "delay_ms": 200,
}


@contextmanager
def ends_in_time() -> Iterator[None]:
    start = time.monotonic()
    with pytest.raises(neura_ai.APITimeoutError) as caught:
        yield
    assert 0.4 <= time.monotonic() - start < 1.9
    assert "400 ms (the read timeout)" in caught.value.message
    assert caught.value.attempts == 1


@pytest.mark.parametrize(
    ("of_client", "of_call"),
    [({"timeout": PAIR}, {}), ({}, {"timeout": PAIR}), ({"timeout": PAIR}, {"timeout": 30})],
    ids=["client", "call", "client and a total of the call"],
)
def test_it_bounds_the_wait_for_the_head(
    scripted: Scripted, of_client: dict[str, Any], of_call: dict[str, Any]
) -> None:
    client = scripted.client(SLOW, "stall", **of_client)
    with ends_in_time():
        client.get("/x", **of_call)
    with ends_in_time():
        client.get("/x", stream=True, **of_call)

    asynchronous = loops.client(scripted, SLOW, "stall", **of_client)

    async def main() -> None:
        with ends_in_time():
            await asynchronous.get("/x", **of_call)
        with ends_in_time():
            await anext(asynchronous.stream("GET", "/x", **of_call))

    loops.run(main())


def test_a_call_may_raise_it_and_switch_it_off(scripted: Scripted) -> None:
    slow = {"status": 200, "delay_before_ms": 600}
    client = scripted.client(slow, slow, timeout=PAIR)
    assert client.get("/x", timeout=(1, 5)).ok
    assert client.get("/x", timeout=(1, None)).ok


def test_it_bounds_no_body_whose_pieces_come_in_time(scripted: Scripted) -> None:
    assert scripted.client(STEADY, timeout=PAIR).get("/x").text == "1222"


def test_a_number_is_no_limit_of_the_wait_between_two_pieces(scripted: Scripted) -> None:
    client = scripted.client({"status": 200, "delay_before_ms": 300}, idle_timeout=0.2)
    assert client.get("/x", timeout=5).ok
