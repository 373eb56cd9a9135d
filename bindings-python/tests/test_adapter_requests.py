"""The adapter and the auth for requests, by its own sessions."""

from __future__ import annotations

import copy
import gzip
import json
import pickle
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import neura_ai
import pytest
import requests
import trustme
from conftest import KEY, Scripted
from faulty import ENDLESS, FAULTS, deaf, nobody, told
from neura_ai.requests import NeuraAdapter, NeuraAuth
from requests.exceptions import (
    ChunkedEncodingError,
    ConnectionError,
    ConnectTimeout,
    ContentDecodingError,
    ProxyError,
    ReadTimeout,
    SSLError,
)
from servers import Sandbox, header
from tls import TlsServer, written
from urllib3 import Timeout

CHAT = {"model": "gpt-5", "messages": [{"role": "user", "content": "Hello!"}]}


@pytest.fixture(autouse=True)
def no_bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


#: ``requests.get``, which may not wait for ever.
fetch = partial(requests.get, timeout=30)
Mounted = Callable[..., requests.Session]


@pytest.fixture
def mounted() -> Iterator[Mounted]:
    """Makes sessions that send to a base URL through us."""
    made: list[requests.Session] = []

    def mount(base_url: str, key: Any = KEY, at: str | None = None, **options: Any) -> Any:
        session = requests.Session()
        session.mount(at or base_url, NeuraAdapter(key, base_url=base_url, **options))
        made.append(session)
        return session

    yield mount
    for session in made:
        session.close()


def test_a_reply_is_one_of_requests(mounted: Mounted, sandbox: Sandbox) -> None:
    session = mounted(sandbox.base_url, sandbox.api_key)
    response = session.get(f"{sandbox.base_url}/models", params={"limit": 1})
    assert type(response) is requests.Response
    assert (response.status_code, response.reason, response.ok) == (200, "OK", True)
    assert response.json()["object"] == "list"
    assert response.headers["Content-Type"].startswith("application/json")
    assert response.encoding == "utf-8"
    assert response.url == f"{sandbox.base_url}/models?limit=1"
    assert response.elapsed.total_seconds() > 0
    assert "Authorization" not in response.request.headers
    assert pickle.loads(pickle.dumps(response)).content == response.content  # noqa: S301
    lost = session.get(f"{sandbox.base_url}/nowhere")
    with pytest.raises(requests.HTTPError) as caught:
        lost.raise_for_status()
    assert caught.value.response is lost


def test_key_and_address_are_found_where_the_client_finds_them(environment: None) -> None:
    with requests.Session() as session:
        session.mount("http://", adapter := NeuraAdapter())
        assert session.post(f"{adapter.client.base_url}/chat/completions", json=CHAT).ok
        assert adapter.client.usage().keys[0].requests == 1


def test_cookies_and_headers_that_come_twice_are_kept(mounted: Mounted, scripted: Scripted) -> None:
    headers = [["set-cookie", "a=1"], ["set-cookie", "b=2"], ["x-two", "a"], ["x-two", "b"]]
    server = scripted({"status": 200, "headers": headers}, 200)
    session = mounted(server.base_url)
    response = session.get(f"{server.base_url}/x")
    assert response.headers["x-two"] == "a, b"
    assert response.raw.headers.getlist("x-two") == ["a", "b"]
    assert response.cookies.get_dict() == {"a": "1", "b": "2"}
    session.get(f"{server.base_url}/y")
    assert header(server.requests()[1], "cookie") == ["a=1; b=2"]


def test_a_packed_body_is_unpacked_once(mounted: Mounted, scripted: Scripted) -> None:
    packed = b64encode(gzip.compress(b"hello" * 100)).decode()
    server = scripted(
        {"status": 200, "headers": [["content-encoding", "gzip"]], "body_base64": packed}
    )
    session = mounted(server.base_url)
    response = session.get(f"{server.base_url}/x")
    assert response.content == b"hello" * 100
    assert "content-encoding" not in response.headers
    assert session.get(f"{server.base_url}/x", stream=True).raw.read(7) == b"hellohe"
    assert header(server.requests()[0], "accept-encoding") == ["gzip"]


def test_lines_of_a_stream_come_as_they_are_sent(mounted: Mounted, scripted: Scripted) -> None:
    server = scripted(ENDLESS)
    session = mounted(server.base_url)
    started = time.monotonic()
    with session.get(f"{server.base_url}/x", stream=True) as response:
        lines = response.iter_lines()
        assert [next(lines) for _ in range(4)] == [b"data: 0", b"", b"data: 1", b""]
    assert server.closed_by_client(0.2)
    with session.get(f"{server.base_url}/x", stream=True) as response:
        pieces = response.iter_content(None)
        assert [next(pieces) for _ in "12"] == [b"data: 0\n\n", b"data: 1\n\n"]
    assert time.monotonic() - started < 2


def test_the_raw_reply_is_read_like_a_file(mounted: Mounted, scripted: Scripted) -> None:
    server = scripted({"status": 200, "body": "one\ntwo\nthree"})
    session = mounted(server.base_url)
    url = f"{server.base_url}/x"
    raw = session.get(url, stream=True).raw
    assert (raw.read(2), raw.tell(), raw.read1(1)) == (b"on", 2, b"e")
    assert (raw.read(0), raw.readline(), raw.readline()) == (b"", b"\n", b"two\n")
    assert (raw.read(), raw.read(), raw.read(5), raw.read1()) == (b"three", b"", b"", b"")
    raw.close()
    assert raw.closed
    assert session.get(url, stream=True).raw.data == b"one\ntwo\nthree"
    assert list(session.get(url, stream=True).raw.stream(5)) == [b"one\nt", b"wo\nth", b"ree"]
    assert list(session.get(url, stream=True).raw) == [b"one\n", b"two\n", b"three"]
    assert {request["connection"] for request in server.requests()} == {1}


def test_every_sort_of_body_goes_out(mounted: Mounted, scripted: Scripted, tmp_path: Path) -> None:
    file = tmp_path / "file.txt"
    file.write_bytes(b"of a file")
    server = scripted(200)
    session, url = mounted(server.base_url), f"{server.base_url}/x"
    with file.open("rb") as opened:
        session.post(url, data=b"bytes")
        session.post(url, data="t\u00e9xt")
        session.post(url, data=(piece for piece in (b"of a ", b"generator")))
        session.post(url, data=opened)
    session.post(url, json={"a": 1})
    session.post(url, data={"a": "1", "b": "2"})
    session.post(url, files={"f": ("name.txt", b"in parts")})
    session.post(url)
    sent = server.requests()
    bodies = [request["body"] for request in sent]
    assert bodies[:4] == ["bytes", "t\u00e9xt", "of a generator", "of a file"]
    assert json.loads(bodies[4]) == {"a": 1}
    assert (bodies[5], bodies[7]) == ("a=1&b=2", "")
    assert "in parts" in bodies[6]
    assert header(sent.pop(2), "transfer-encoding") == ["chunked"]
    for request in sent:
        assert header(request, "content-length") == [str(request["body_bytes"])]
        assert not header(request, "transfer-encoding")


def test_the_callers_headers_go_out_in_place_of_ours(mounted: Mounted, scripted: Scripted) -> None:
    server = scripted(200)
    session, url = mounted(server.base_url), f"{server.base_url}/x"
    session.get(url)
    session.get(url, headers={"Authorization": "Bearer nk-fake-of-the-caller", "X-B": b"bytes"})
    first, second = server.requests()
    assert header(first, "authorization") == [f"Bearer {KEY}"]
    assert header(first, "user-agent")[0].startswith("python-requests/")
    # But the key: faults.md, 95.
    assert header(second, "authorization") == [f"Bearer {KEY}"]
    assert header(second, "x-b") == ["bytes"]


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"headers": {"Host": "other.example"}}, neura_ai.ConfigError, "Host"),
        ({"headers": {"Connection": "close"}}, neura_ai.ConfigError, "Connection"),
        ({"headers": {"X": b"\xff"}}, neura_ai.InvalidArgumentError, "header"),
        ({"method": "TRACE"}, neura_ai.InvalidArgumentError, "TRACE"),
        ({"timeout": (1, 2, 3)}, neura_ai.InvalidArgumentError, "tuple"),
        ({"timeout": 0}, neura_ai.ConfigError, "timeout"),
        ({"verify": False}, neura_ai.ConfigError, "verify=False"),
        ({"verify": "/no/bundle.pem"}, neura_ai.ConfigError, "ca_file"),
        ({"cert": ("a.pem", "b.pem")}, neura_ai.ConfigError, "client_cert"),
        ({"proxies": {"http": "http://proxy.example"}}, neura_ai.ConfigError, "proxy"),
    ],
)
def test_what_cannot_be_sent_is_refused_before_any_connection(
    mounted: Mounted, scripted: Scripted, arguments: Any, error: type[Exception], words: str
) -> None:
    server = scripted(200)
    with pytest.raises(error, match=words):
        mounted(server.base_url).request(
            **{"method": "POST", "url": f"{server.base_url}/x", **arguments}
        )
    assert server.requests() == []


def test_the_key_goes_to_no_other_origin(mounted: Mounted, scripted: Scripted) -> None:
    other = scripted(200)
    server = scripted({"status": 302, "headers": [["location", f"{other.base_url}/stolen"]]})
    session = mounted(server.base_url, at="http://")
    url = f"{server.base_url}/x"
    for call in (lambda: session.get(f"{other.base_url}/models"), lambda: session.get(url)):
        with pytest.raises(neura_ai.ConfigError, match="the key goes to"):
            call()
    assert other.requests() == []
    assert session.get(url, allow_redirects=False).status_code == 302
    # Where the adapter is mounted for the base URL alone, the session goes on without us.
    assert mounted(server.base_url).get(url).ok
    assert header(other.requests()[0], "authorization") == []


@pytest.mark.parametrize(
    ("fault", "error", "cause"),
    [
        ("reset", ConnectionError, neura_ai.ConnectionError),
        ("stall", ReadTimeout, neura_ai.ReadTimeout),
        ("garbage", ConnectionError, neura_ai.ProtocolError),
        ("cut", ChunkedEncodingError, neura_ai.ConnectionError),
        ("stalled body", ConnectionError, neura_ai.ReadTimeout),
        ("stalled body", ReadTimeout, neura_ai.ReadTimeout),
        ("bad chunk", ChunkedEncodingError, neura_ai.ProtocolError),
        ("broken gzip", ContentDecodingError, neura_ai.DecodeError),
        ("unknown coding", ContentDecodingError, neura_ai.DecodeError),
    ],
)
def test_a_fault_is_the_error_of_requests_with_ours_as_its_cause(
    mounted: Mounted, scripted: Scripted, fault: str, error: type[Exception], cause: type[Exception]
) -> None:
    server = scripted(FAULTS[fault], 200)
    session, url = mounted(server.base_url), f"{server.base_url}/x"
    with pytest.raises(error) as caught:
        session.get(url, timeout=0.3)
    assert isinstance(caught.value, requests.RequestException)
    assert type(caught.value.__cause__) is cause
    assert caught.value.request.url == url
    assert KEY not in told(caught.value)
    assert session.get(url).ok
    assert len(server.requests()) == 2


def test_what_came_before_a_fault_is_delivered(mounted: Mounted, scripted: Scripted) -> None:
    server = scripted(FAULTS["stalled body"])
    response = mounted(server.base_url).get(f"{server.base_url}/x", stream=True, timeout=(5, 0.3))
    pieces = response.iter_content(None)
    assert next(pieces) == b"123"
    with pytest.raises(requests.Timeout):
        next(pieces)


def test_a_reply_that_was_closed_ends_as_that_of_requests(
    mounted: Mounted, scripted: Scripted
) -> None:
    base_url = scripted(*[{**ENDLESS, "repeat": {"raw": "x" * 99}}] * 4).base_url
    for session in (requests.Session(), mounted(base_url)):
        reply = session.get(base_url + "/x", stream=True)
        pieces = reply.iter_content(4)
        assert len(next(pieces)) == 4
        reply.close()
        assert list(pieces) == []
        assert reply.raw.read() == b""
        reply = session.get(base_url + "/x", stream=True)
        reply.close()
        assert reply.content == b""


def test_a_server_that_is_not_reached_says_how(mounted: Mounted) -> None:
    with pytest.raises(ConnectionError) as refused:
        mounted(url := nobody()).get(f"{url}/x")
    assert type(refused.value) is ConnectionError
    with deaf() as url:
        for timeout in ((0.2, 30), Timeout(connect=0.2, read=30)):
            started = time.monotonic()
            with pytest.raises(ConnectTimeout):
                mounted(url).get(f"{url}/x", timeout=timeout)
            assert time.monotonic() - started < 5
    proxy = nobody().removesuffix("/v1").replace("://", "://user:fake-proxy-password@")
    session = mounted(url := nobody(), proxy=proxy)
    with pytest.raises(ProxyError) as caught:
        session.get(f"{url}/x")
    seen = told(caught.value) + repr(vars(session.get_adapter(url)))
    assert "fake-proxy-password" not in seen


def test_certificates_are_the_adapters_own_or_of_the_environment(
    mounted: Mounted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    ca_file = written(tmp_path, "authority.pem", authority.cert_pem)
    with TlsServer(authority, asks_for_a_certificate=False) as server:
        url = f"{server.base_url}/x"
        with pytest.raises(SSLError):
            mounted(server.base_url).get(url)
        session = mounted(server.base_url, ca_file=ca_file)
        assert session.get(url).ok
        assert session.get(url, verify=str(ca_file)).ok
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(ca_file))
        assert mounted(server.base_url).get(url).ok
        other = written(tmp_path, "other.pem", trustme.CA().cert_pem)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(other))
        assert mounted(server.base_url, ca_file=str(ca_file)).get(url).ok


@pytest.mark.parametrize(
    ("good", "others"),
    [
        ("SSL_CERT_FILE", {"REQUESTS_CA_BUNDLE": "other"}),
        ("SSL_CERT_FILE", {"CURL_CA_BUNDLE": "other"}),
        ("SSL_CERT_FILE", {"REQUESTS_CA_BUNDLE": "missing"}),
        ("REQUESTS_CA_BUNDLE", {"CURL_CA_BUNDLE": "other"}),
        ("REQUESTS_CA_BUNDLE", {"SSL_CERT_FILE": " ", "CURL_CA_BUNDLE": "missing"}),
        ("CURL_CA_BUNDLE", {"REQUESTS_CA_BUNDLE": " "}),
        ("CURL_CA_BUNDLE", {"SSL_CERT_FILE": "", "REQUESTS_CA_BUNDLE": ""}),
    ],
)
def test_the_variables_of_certificates_count_in_the_clients_order(
    mounted: Mounted,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    good: str,
    others: dict[str, str],
) -> None:
    authority = trustme.CA()
    other = written(tmp_path, "other", trustme.CA().cert_pem)
    files = {"other": str(other), "missing": str(tmp_path / "missing")}
    for name, value in others.items():
        monkeypatch.setenv(name, files.get(value, value))
    monkeypatch.setenv(good, str(written(tmp_path, "authority.pem", authority.cert_pem)))
    with TlsServer(authority, asks_for_a_certificate=False) as server:
        assert mounted(server.base_url).get(f"{server.base_url}/x").ok
        monkeypatch.setenv(good, str(other))
        with pytest.raises((SSLError, neura_ai.ConfigError), match=good):
            mounted(server.base_url).get(f"{server.base_url}/x")
        with pytest.raises(neura_ai.ConfigError, match="give NeuraAdapter this ca_file"):
            mounted(server.base_url).get(f"{server.base_url}/x", verify=str(tmp_path / "third"))


def test_a_stall_ends_with_the_read_timeout_and_not_with_the_sum(
    mounted: Mounted, scripted: Scripted
) -> None:
    server = scripted("stall")
    for timeout in ((30, 0.3), Timeout(connect=30, read=0.3)):
        started = time.monotonic()
        with pytest.raises(ReadTimeout):
            mounted(server.base_url).get(f"{server.base_url}/x", timeout=timeout)
        assert 0.25 < time.monotonic() - started < 2


def test_a_request_is_sent_once_unless_told_otherwise(mounted: Mounted, scripted: Scripted) -> None:
    busy = {"status": 503, "headers": [["retry-after-ms", "1"]]}
    for options, status in (({}, 503), ({"max_retries": 2}, 200)):
        server = scripted(busy, busy, 200)
        assert mounted(server.base_url, **options).get(f"{server.base_url}/x").status_code == status


def test_the_next_key_of_a_list_follows_a_401(mounted: Mounted, sandbox: Sandbox) -> None:
    keys = [sandbox.revoked_api_key, sandbox.api_key]
    assert mounted(sandbox.base_url, keys).get(f"{sandbox.base_url}/models").ok
    one = mounted(sandbox.base_url, lambda: sandbox.expired_api_key)
    reply = one.get(f"{sandbox.base_url}/models")
    assert reply.json()["error"]["code"] == "expired_api_key"


def test_an_adapter_shows_no_key_and_is_never_pickled(scripted: Scripted) -> None:
    adapter = NeuraAdapter(KEY, base_url=scripted(200).base_url)
    auth = NeuraAuth(KEY)
    assert KEY not in repr(adapter) + repr(vars(adapter)) + repr(auth) + repr(vars(auth))
    for once in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError, match="cannot be pickled"):
            once(adapter)
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(auth)
    with pytest.raises(neura_ai.ConfigError) as caught:
        NeuraAdapter(KEY, base_url="ftp://x")
    assert KEY not in told(caught.value)
