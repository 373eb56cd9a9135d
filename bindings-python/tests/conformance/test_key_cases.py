"""conformance/key.json: what a key may be, given by the caller and found in the environment."""

from __future__ import annotations

from typing import Any

import neura_ai
import pytest
from cases import each_case, only, only_fields
from conftest import Scripted
from servers import header
from sides import Side


@each_case("key")
def test_a_key_is_cleaned_or_refused(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch, case: dict[str, Any], side: Side
) -> None:
    only_fields(case, "given", "expect")
    expect = only(case["expect"], "key", "error", "problem")
    given = case["given"]
    server = scripted(200)

    async def get(*key: str) -> neura_ai.Response:
        async with side.client(*key, base_url=server.base_url) as client:
            response: neura_ai.Response = await side.result(client.get("/models"))
            return response

    ways: list[tuple[str, ...]] = [(given,)]
    if "\0" not in given:  # No environment holds one.
        ways.append(())
        monkeypatch.setenv("NEURA_API_KEY", given)
    for way in ways:
        if "key" in expect:
            assert side.run(get(*way)).ok
            sent = header(server.requests()[-1], "authorization")
            assert sent == [f"Bearer {expect['key']}"]
            continue
        with pytest.raises(neura_ai.AuthenticationError) as caught:
            side.run(get(*way))
        error = caught.value
        if expect["problem"] == "empty" and not way:
            # A blank variable is one that is not set.
            assert error.kind == "missing_api_key"
            continue
        assert isinstance(error, neura_ai.MalformedAPIKeyError)
        assert isinstance(error, ValueError)
        assert (error.kind, error.code) == (expect["error"], expect["problem"])
        assert len(given) <= 8 or given not in f"{error} {error!r} {vars(error)}"
    assert len(server.requests()) == (len(ways) if "key" in expect else 0)
