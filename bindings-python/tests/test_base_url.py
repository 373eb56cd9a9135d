"""conformance/base_url.json: what can be asked of a server on this machine, is."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import neura_ai
import pytest
from conftest import KEY, Scripted
from servers import binary as cases


@pytest.mark.parametrize("case", cases("base_url"))
def test_a_base_url_and_a_path_make_one_url(scripted: Scripted, case: dict[str, Any]) -> None:
    expect = case["expect"]
    if "error" in expect:
        with pytest.raises(neura_ai.ConfigError) as caught:
            # Nothing may be sent: a name that cannot be found would be `connection`.
            neura_ai.Client(KEY, base_url=case["base_url"], max_retries=0).get(case["path"])
        assert caught.value.kind == expect["error"]
        assert caught.value.attempts == 0
    elif case["socket"]:
        server = scripted(200)
        asked, port = urlsplit(expect["url"]), server.facts["port"]
        base_url = case["base_url"].replace(":8080", f":{port}")
        path = case["path"].replace(":8080", f":{port}")
        assert asked.hostname
        if ":" in asked.hostname:  # the scripted server listens on IPv4 alone
            pure(case)
            return
        response = neura_ai.Client(KEY, base_url=base_url).get(path)
        assert response.url == expect["url"].replace(":8080", f":{port}")
        query = f"?{asked.query}" if asked.query else ""
        assert server.requests()[0]["target"] == asked.path + query
    else:
        pure(case)


def pure(case: dict[str, Any]) -> None:
    """No connection may be made: the client is built, and says what it would ask."""
    client = neura_ai.Client(KEY, base_url=case["base_url"])
    assert client._native.url(case["path"]) == case["expect"]["url"]
    assert case["expect"]["url"].startswith(client.base_url)


def test_the_environment_gives_the_base_url(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = scripted(200)
    monkeypatch.setenv("NEURA_BASE_URL", server.base_url)
    assert neura_ai.Client(KEY).get("/models").ok
    assert len(server.requests()) == 1
