"""``NeuraAuth``, for sessions that send by themselves."""

from __future__ import annotations

from functools import partial

import neura_ai
import pytest
import requests
from conftest import KEY, Scripted
from neura_ai.requests import NeuraAuth
from servers import Sandbox, header

#: ``requests.get``, which may not wait for ever.
fetch = partial(requests.get, timeout=30)


def test_the_auth_adds_the_key_for_the_base_url_alone(scripted: Scripted) -> None:
    other, server = scripted(200), scripted(200)
    auth = NeuraAuth(KEY, base_url=server.base_url)
    fetch(f"{server.base_url}/x", auth=auth)
    fetch(f"{server.base_url}/x", auth=auth, headers={"Authorization": "Bearer nk-fake-own"})
    auth.client.set_api_key("nk-fake-0000000000000000wxyz")
    fetch(f"{server.base_url}/x", auth=auth)
    kept = NeuraAuth(KEY, base_url=server.base_url, keep_authorization=True)
    fetch(f"{server.base_url}/x", auth=kept, headers={"Authorization": "Bearer nk-fake-own"})
    sent = [header(request, "authorization") for request in server.requests()]
    keys = (KEY, KEY, "nk-fake-0000000000000000wxyz", "nk-fake-own")
    assert sent == [[f"Bearer {key}"] for key in keys]
    with pytest.raises(neura_ai.ConfigError, match="the key goes to"):
        fetch(f"{other.base_url}/x", auth=auth)
    assert other.requests() == []


def test_the_auth_takes_keys_in_every_form(
    sandbox: Sandbox, environment: None, scripted: Scripted
) -> None:
    url = f"{sandbox.base_url}/models"
    for key in (None, [sandbox.api_key, sandbox.expired_api_key], lambda: sandbox.api_key):
        assert fetch(url, auth=NeuraAuth(key)).ok
    other = scripted(200)
    moved = scripted({"status": 302, "headers": [["location", f"{other.base_url}/stolen"]]})
    fetch(f"{moved.base_url}/x", auth=NeuraAuth(KEY, base_url=moved.base_url))
    assert header(other.requests()[0], "authorization") == []
