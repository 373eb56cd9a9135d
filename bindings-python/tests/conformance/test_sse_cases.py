"""conformance/sse.json: a plain stream over sockets."""

from __future__ import annotations

import itertools
from typing import Any

from cases import each_case, only, only_fields
from conftest import KEY, Scripted
from sides import Side

HEAD = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
#: At once, byte by byte, and so that no piece ends where a line does.
PIECES: list[dict[str, Any]] = [
    {},
    {"split": [len(HEAD)], "chunk_bytes": 1, "delay_ms": 0},
    {"split": [len(HEAD)], "chunk_bytes": 3, "delay_ms": 0},
]


@each_case("sse")
def test_the_events_are_those_of_the_rules(
    scripted: Scripted, case: dict[str, Any], side: Side
) -> None:
    # `retry_ms` is what the parser is told, and no event.
    only_fields(case, "name", "stream", "events", "retry_ms")
    events = [only(event, "event", "data", "id") for event in case["events"]]
    expected = itertools.takewhile(lambda event: event["data"].strip() != "[DONE]", events)
    wanted = [(event["event"], event["data"], event["id"]) for event in expected]
    server = scripted(*({"raw": HEAD + case["stream"], **pieces} for pieces in PIECES))

    async def read() -> None:
        async with side.client(KEY, base_url=server.base_url, max_retries=0) as client:
            for pieces in PIECES:
                async with side.opened(client.stream("GET", "/x")) as stream:
                    found = [(it.event, it.data, it.id) async for it in side.items(stream)]
                assert found == wanted, pieces

    side.run(read())
    assert len(server.requests()) == len(PIECES)
