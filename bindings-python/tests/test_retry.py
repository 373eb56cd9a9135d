"""conformance/retry.json: the replay server judges the attempts."""

from __future__ import annotations

import time
from typing import Any

import neura_ai
import pytest
from conftest import KEY, Scripted
from servers import cases


@pytest.mark.parametrize("case", cases("retry"))
def test_a_request_is_tried_again_by_the_rules(scripted: Scripted, case: dict[str, Any]) -> None:
    expect = case["expect"]
    server = scripted(*case["replies"], expect=expect)
    limit = {"timeout": case["timeout_ms"] / 1000} if "timeout_ms" in case else {}
    client = neura_ai.Client(
        KEY, base_url=server.base_url, max_retries=case["max_retries"], **limit
    )
    start = time.monotonic()
    response = client.get("/models")
    took = time.monotonic() - start
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
