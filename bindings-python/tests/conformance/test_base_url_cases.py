"""conformance/base_url.json: every URL is asked, at a server that stands for its host."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

import neura_ai
import pytest
import trustme
from cases import each_case, only, only_fields
from conftest import KEY, Scripted
from proxy import ConnectProxy
from relay import Relay, TlsRelay
from servers import Replay, header
from sides import Side
from tls import written


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def closing() -> Iterator[ExitStack]:
    """Ends, with the test, what was entered."""
    with ExitStack() as stack:
        yield stack


@each_case("base_url")
def test_a_base_url_and_a_path_make_one_url(
    scripted: Scripted,
    closing: ExitStack,
    authority: trustme.CA,
    tmp_path: Path,
    case: dict[str, Any],
    side: Side,
) -> None:
    only_fields(case, "base_url", "allow_http", "path", "expect")
    expect = only(case["expect"], "url", "error")
    options = {"allow_http": case.get("allow_http", False), "base_url": case["base_url"]}
    server = scripted(200)

    async def get(path: str, **more: Any) -> neura_ai.Response:
        async with side.client(KEY, **{**options, **more}, max_retries=0) as client:
            response: neura_ai.Response = await side.result(client.get(path))
            return response

    if "error" in expect:
        # Nothing may be sent: a name that cannot be found would be `connection`.
        with pytest.raises(neura_ai.ConfigError) as caught:
            side.run(get(case["path"]))
        assert caught.value.kind == expect["error"]
        assert caught.value.attempts == 0
        return
    asked = urlsplit(expect["url"])
    if case.get("socket"):
        port = port_on_this_machine(server, closing, asked)
        here = (":8080", f":{port}")
        response = side.run(
            get(case["path"].replace(*here), base_url=case["base_url"].replace(*here))
        )
        assert response.url == expect["url"].replace(*here)
        host = asked.netloc.replace(*here)
    else:
        port = asked.port or {"https": 443, "http": 80}[asked.scheme]
        name = asked.netloc.removesuffix(f":{asked.port}")
        proxy = proxy_to(server, closing, authority, asked)
        ca_file = written(tmp_path, "authority.pem", authority.cert_pem)
        response = side.run(get(case["path"], proxy=proxy.url, ca_file=ca_file))
        assert response.url == expect["url"]
        (head,) = proxy.heads
        assert head.startswith(f"CONNECT {name}:{port} ")
        host = asked.netloc
    (request,) = server.requests()
    assert request["target"] == asked.path + (f"?{asked.query}" if asked.query else "")
    assert header(request, "host") == [host]
    assert header(request, "authorization") == [f"Bearer {KEY}"]


def port_on_this_machine(server: Replay, closing: ExitStack, asked: SplitResult) -> int:
    """A port that leads to the server, also on addresses where it does not listen itself."""
    port: int = server.facts["port"]
    if asked.hostname in ("127.0.0.1", "localhost"):
        return port
    return closing.enter_context(Relay(port, str(asked.hostname))).port


def proxy_to(
    server: Replay, closing: ExitStack, authority: trustme.CA, asked: SplitResult
) -> ConnectProxy:
    """A proxy that leads to the server whatever the name, by TLS where it is asked for."""
    port = server.facts["port"]
    if asked.scheme == "https":
        port = closing.enter_context(TlsRelay(port, authority, str(asked.hostname))).port
    return closing.enter_context(ConnectProxy(target=f"127.0.0.1:{port}"))
