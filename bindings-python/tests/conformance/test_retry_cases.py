"""conformance/retry.json: the replay server judges the attempts."""

from __future__ import annotations

import time
from typing import Any

import neura_ai
from cases import each_case, only, only_fields
from conftest import KEY, Scripted
from sides import Side

OUTCOME = ["attempts", "status", "kind"]


@each_case("retry")
def test_a_request_is_tried_again_by_the_rules(
    scripted: Scripted, case: dict[str, Any], side: Side
) -> None:
    only_fields(case, "replies", "max_retries", "timeout_ms", "expect")
    expect = only(
        case["expect"],
        *(*OUTCOME, "min_wait_ms", "max_wait_ms", "retry_count_headers"),
    )
    # The shortest wait is timed here: the server notes a reply's end only after it was
    # sent, when the client's wait may have begun already.
    judged = {name: expect[name] for name in expect if name != "min_wait_ms"}
    server = scripted(*case["replies"], expect=judged)
    limit = {"timeout": case["timeout_ms"] / 1000} if "timeout_ms" in case else {}

    async def get() -> dict[str, Any]:
        async with side.client(KEY, base_url=server.base_url) as client:
            call = client.get("/models", max_retries=case["max_retries"], **limit)
            response = await side.result(call)
            response.raise_for_status()
            return told(response, None)

    start = time.monotonic()
    try:
        found = side.run(get())
    except neura_ai.NeuraError as error:
        found = told(error, error.kind)
    took = time.monotonic() - start
    wanted = {"kind": None, **{name: expect[name] for name in OUTCOME if name in expect}}
    assert {name: found[name] for name in wanted} == wanted
    assert took * 1000 >= expect.get("min_wait_ms", 0)
    waits = max(1, expect["attempts"] - 1)
    assert took * 1000 <= expect.get("max_wait_ms", 20_000) * waits + 1000
    # A refused attempt never arrives, so the server cannot count it.
    if "refuse" not in case["replies"]:
        assert server.report()["problems"] == []


def told(of: Any, kind: str | None) -> dict[str, Any]:
    """What a reply or an error tells."""
    return {"kind": kind, "status": of.status_code, "attempts": of.attempts}
