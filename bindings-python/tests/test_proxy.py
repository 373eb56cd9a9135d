"""A proxy on the way: of the caller's, of the environment, none, and one that fails."""

from __future__ import annotations

import socket
import traceback
from pathlib import Path
from typing import Any

import neura_ai
import pytest
import trustme
from conftest import KEY, Scripted
from proxy import ConnectProxy
from servers import Replay, Sandbox, header
from tls import TlsServer, written

USER = "user:fake-proxy-password"
#: A name that the proxy alone knows.
BEHIND = "http://origin.example/v1"
EVENTS = {
    "status": 200,
    "headers": [["content-type", "text/event-stream"]],
    "body": "data: 1\n\ndata: 2\n\n",
}


def host_of(server: Any) -> str:
    host: str = server.base_url.removeprefix("http://").removesuffix("/v1")
    return host


def behind(server: Replay | None = None, **options: Any) -> neura_ai.Client:
    base_url = server.base_url if server else BEHIND
    limits = {"max_retries": 0, "connect_timeout": 3}
    return neura_ai.Client(KEY, base_url=base_url, allow_http=True, **limits, **options)


def told(error: BaseException) -> str:
    """All that a person may come to see of an error."""
    return "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error))


def test_calls_go_through_the_proxy(sandbox: Sandbox) -> None:
    with ConnectProxy() as proxy:
        client = neura_ai.Client(sandbox.api_key, base_url=sandbox.base_url, proxy=proxy.url)
        assert client.get("/models").ok
        message = {"role": "user", "content": "Hello!"}
        reply = client.chat.completions.create(model="gpt-5", messages=[message])
        assert reply.choices[0].message.content == "You said: Hello!"
        assert proxy.heads[0].startswith(f"CONNECT {host_of(sandbox)} HTTP/1.1\r\n")
        assert len(proxy.heads) == 1, "the tunnel is kept in the pool"
        assert sandbox.api_key not in proxy.heads[0]


def test_a_stream_goes_through_the_proxy(scripted: Scripted) -> None:
    server = scripted(EVENTS)
    with ConnectProxy() as proxy, behind(server, proxy=proxy.url).stream("GET", "/x") as stream:
        assert [event.data for event in stream] == ["1", "2"]
        assert len(proxy.heads) == 1


def test_the_credentials_go_to_the_proxy_and_not_beyond(scripted: Scripted) -> None:
    server = scripted(200)
    with ConnectProxy(credentials=USER) as proxy:
        assert behind(server, proxy=proxy.url).get("/x").ok
        (head,) = proxy.heads
        assert "proxy-authorization: basic " in head.lower()
        assert KEY not in head
    (request,) = scripted.requests()
    assert header(request, "proxy-authorization") == []
    assert "fake-proxy-password" not in repr(request)


def test_a_proxy_sees_nothing_of_an_https_call(tmp_path: Path) -> None:
    authority = trustme.CA()
    ca_file = written(tmp_path, "authority.pem", authority.cert_pem)
    with TlsServer(authority, asks_for_a_certificate=False) as server, ConnectProxy() as proxy:
        client = neura_ai.Client(KEY, base_url=server.base_url, ca_file=ca_file, proxy=proxy.url)
        assert client.get("/models").ok
        assert len(proxy.tunnelled) > 500
        assert KEY.encode() not in proxy.tunnelled
        assert KEY not in "".join(proxy.heads)


def test_the_environments_proxy_is_used(scripted: Scripted, monkeypatch: Any) -> None:
    server = scripted(200)
    with ConnectProxy(target=host_of(server), credentials=USER) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        client = behind()
        monkeypatch.delenv("http_proxy")
        assert client.get("/x").ok
        assert proxy.heads[0].startswith("CONNECT origin.example:80 HTTP/1.1\r\n")
        assert header(scripted.requests()[0], "host") == ["origin.example"]


@pytest.mark.parametrize("none", [False, ""])
def test_no_proxy_is_none_whatever_the_environment_says(monkeypatch: Any, none: Any) -> None:
    with ConnectProxy(target="127.0.0.1:9") as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        # Some machines never hear of a name that does not exist: a time limit.
        with pytest.raises(neura_ai.APIConnectionError) as caught:
            behind(proxy=none).get("/x")
        assert caught.value.kind in ("connection", "timeout")
        assert proxy.heads == []


@pytest.mark.parametrize("user", ["", "user:wrong-fake-password@"])
def test_a_proxy_that_refuses_is_a_proxy_error(scripted: Scripted, user: str) -> None:
    server = scripted(200)
    with ConnectProxy(credentials=USER) as proxy:
        client = behind(server, proxy=f"http://{user}{proxy.address}")
        with pytest.raises(neura_ai.ProxyError, match=proxy.address) as caught:
            client.get("/x")
    assert caught.value.kind == "proxy"
    assert "fake-password" not in told(caught.value) + repr(client)
    assert scripted.requests() == []


def test_a_proxy_that_is_not_there_is_a_proxy_error(scripted: Scripted) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        client = behind(scripted(200), proxy=f"http://{USER}@{address}")
        with pytest.raises(neura_ai.ProxyError, match=address) as caught:
            client.get("/x")
    assert "fake-proxy-password" not in told(caught.value)


@pytest.mark.parametrize("form", ["ftp://%s@host:1", "http://%s@", "http://%s@host:99999"])
def test_a_proxy_that_cannot_be_is_a_config_error(form: str) -> None:
    with pytest.raises(neura_ai.ConfigError, match="proxy") as caught:
        neura_ai.Client(KEY, proxy=form % USER)
    assert "fake-proxy-password" not in told(caught.value)
    for frame, _ in list(traceback.walk_tb(caught.value.__traceback__))[1:]:
        assert "fake-proxy-password" not in repr(frame.f_locals)


def test_the_environments_proxy_that_cannot_be_is_a_config_error(monkeypatch: Any) -> None:
    monkeypatch.setenv("https_proxy", f"ftp://{USER}@host:1")
    with pytest.raises(neura_ai.ConfigError, match="https_proxy") as caught:
        neura_ai.Client(KEY, base_url="https://origin.example/v1")
    assert "fake-proxy-password" not in told(caught.value)


@pytest.mark.parametrize("wrong", [True, 5, b"http://host", ["http://host"]])
def test_a_proxy_is_text_or_false(wrong: Any) -> None:
    with pytest.raises(TypeError, match=r"proxy must be a URL \(str\), or False, not") as caught:
        neura_ai.Client(KEY, proxy=wrong)
    assert "host" not in str(caught.value)


def test_diagnose_tells_the_proxy_and_no_password(sandbox: Sandbox) -> None:
    with ConnectProxy(credentials=USER) as proxy:
        report = neura_ai.diagnose(sandbox.api_key, base_url=sandbox.base_url, proxy=proxy.url)
        (check,) = [check for check in report.checks if check.code == "proxy"]
        assert proxy.address in check.found
        assert report.verdict == "valid"
        assert proxy.heads
    assert "fake-proxy-password" not in str(report) + repr(report)
