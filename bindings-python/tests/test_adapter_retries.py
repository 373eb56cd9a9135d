"""How often the adapter for requests tries again."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from conftest import KEY, Scripted
from neura_ai.requests import NeuraAdapter
from urllib3 import Retry


@pytest.mark.parametrize("retries", [Retry(3), Retry(total=3, status_forcelist=[429]), Retry(0)])
def test_a_retry_of_urllib3_is_refused_with_what_to_give(retries: Any) -> None:
    with pytest.raises(TypeError, match=r"must be a whole number, not a Retry .*: give its total"):
        NeuraAdapter(KEY, max_retries=retries)
    adapter: Any = NeuraAdapter(KEY, max_retries=2)
    with pytest.raises(TypeError, match=r"must be a whole number, not a Retry .*: give its total"):
        adapter.max_retries = retries
    assert adapter.max_retries == 2
    with pytest.raises(TypeError, match=r"'pool_maxsize': connections are kept and reused"):
        NeuraAdapter(KEY, **{"pool_maxsize": 3})  # type: ignore[arg-type]


def test_retries_can_be_set_later(scripted: Scripted) -> None:
    busy = {"status": 503, "headers": [["retry-after-ms", "1"]]}
    server = scripted(busy, busy, 200)
    adapter: Any = NeuraAdapter(KEY, base_url=server.base_url)
    with requests.Session() as session:
        session.mount(server.base_url, adapter)
        assert session.get(f"{server.base_url}/x").status_code == 503
        adapter.max_retries = 1
        assert session.get(f"{server.base_url}/x").ok
