"""conformance/error.json: one reply is the same error by whatever call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import neura_ai
import pytest
from cases import each_case, only, only_fields
from conftest import KEY, Scripted
from neura_ai import _errors
from sides import Side

MEMBERS = ["kind", "code", "type", "param", "request_id", "retryable"]


@each_case("error")
def test_a_reply_becomes_the_error_of_its_case(
    scripted: Scripted, case: dict[str, Any], side: Side
) -> None:
    only_fields(case, "reply", "expect")
    only(case["expect"], *MEMBERS, "status", "retry_after_ms", "message")
    server = scripted(case["reply"])

    async def fail() -> None:
        async with side.client(KEY, base_url=server.base_url, max_retries=0) as client:
            response = await side.result(client.get("/models"))
            with pytest.raises(neura_ai.NeuraError) as raised:
                response.raise_for_status()
            compare(raised.value, case)
            for call in named_calls(side, client):
                with pytest.raises(neura_ai.NeuraError) as raised:
                    await call()
                compare(raised.value, case)

    side.run(fail())


def named_calls(side: Side, client: Any) -> list[Callable[[], Any]]:
    """Calls that raise by themselves."""
    chat = {"model": "m", "messages": []}

    async def opened() -> None:
        async with side.opened(client.stream("GET", "/models")):
            pass

    # Made when asked for: each is a request.
    calls: list[Callable[[], Any]] = [
        client.models.list,
        lambda: client.chat.completions.create(**chat),
        lambda: client.chat.completions.create(**chat, stream=True),
    ]

    def awaited(call: Callable[[], Any]) -> Callable[[], Any]:
        async def result() -> Any:
            return await side.result(call())

        return result

    return [opened, *map(awaited, calls)]


def compare(error: neura_ai.NeuraError, case: dict[str, Any]) -> None:
    expect = case["expect"]
    assert type(error) is _errors.CLASSES[expect["kind"]]
    assert {name: getattr(error, name) for name in MEMBERS} == {
        name: expect[name] for name in MEMBERS
    }
    assert error.status_code == expect["status"]
    if expect["retry_after_ms"] is None:
        assert error.retry_after is None
    else:
        assert error.retry_after == pytest.approx(expect["retry_after_ms"] / 1000)
    assert error.message == str(error)
    if expect["message"] is None:
        assert "said" not in error.message
    else:
        assert expect["message"] in error.message
    assert error.attempts == 1
    reply = case["reply"]
    assert (error.body is None) == (isinstance(reply, dict) and reply.get("body") == "")
    assert error.rate_limit is not None
    assert set(error.rate_limit) == {"requests", "tokens"}
