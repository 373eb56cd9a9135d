"""conformance/retry.json: the replay server judges the attempts."""

from __future__ import annotations

import time
from typing import Any

import neura_ai
import pytest
from cases import each_case, only, only_fields
from conftest import KEY, Scripted
from sides import Side


@each_case("retry")
def test_a_request_is_tried_again_by_the_rules(
    scripted: Scripted, case: dict[str, Any], side: Side
) -> None:
    only_fields(case, "replies", "max_retries", "timeout_ms", "expect")
    expect = only(
        case["expect"],
        *("attempts", "status", "kind", "min_wait_ms", "max_wait_ms", "retry_count_headers"),
    )
    # The shortest wait is timed here: the server notes a reply's end only after it was
    # sent, when the client's wait may have begun already.
    judged = {name: expect[name] for name in expect if name != "min_wait_ms"}
    server = scripted(*case["replies"], expect=judged)
    limit = {"timeout": case["timeout_ms"] / 1000} if "timeout_ms" in case else {}

    async def get() -> tuple[neura_ai.Response, float]:
        async with side.client(KEY, base_url=server.base_url) as client:
            start = time.monotonic()
            call = client.get("/models", max_retries=case["max_retries"], **limit)
            return await side.result(call), time.monotonic() - start

    response, took = side.run(get())
    assert response.attempts == expect["attempts"]
    if "kind" in expect:
        with pytest.raises(neura_ai.NeuraError) as caught:
            response.raise_for_status()
        assert caught.value.kind == expect["kind"]
        assert caught.value.attempts == expect["attempts"]
    else:
        assert response.status_code == expect["status"]
    assert took * 1000 >= expect.get("min_wait_ms", 0)
    assert took * 1000 <= expect.get("max_wait_ms", 20_000) + 1000
    # A refused attempt never arrives, so the server cannot count it.
    if "refuse" not in case["replies"]:
        assert server.report()["problems"] == []
