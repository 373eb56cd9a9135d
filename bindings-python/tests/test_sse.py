"""conformance/sse.json: a plain stream over sockets."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from conftest import Scripted
from servers import cases


@pytest.mark.parametrize("piece", [None, 1, 3])
@pytest.mark.parametrize("case", cases("sse"))
def test_the_events_are_those_of_the_rules(
    scripted: Scripted, case: dict[str, Any], piece: int | None
) -> None:
    head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
    reply = {"raw": head + case["stream"]}
    if piece:
        reply |= {"split": [len(head)], "chunk_bytes": piece, "delay_ms": 0}
    found = [(it.event, it.data, it.id) for it in scripted.client(reply).stream("GET", "/x")]
    expected = itertools.takewhile(lambda it: it["data"].strip() != "[DONE]", case["events"])
    assert found == [(it["event"], it["data"], it["id"]) for it in expected]
