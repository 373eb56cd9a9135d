"""The transports for httpx and httpx2, by the libraries' own clients."""

from __future__ import annotations

import gzip
import json
import time
from base64 import b64encode
from pathlib import Path
from typing import Any

import httpx
import httpx2
import neura_ai
import neura_ai.httpx
import neura_ai.httpx2
import pytest
import trustme
from conftest import KEY, Scripted
from faulty import ENDLESS, FAULTS, deaf, nobody, told
from servers import KeyStore, Sandbox, header
from tls import TlsServer

CHAT = {"model": "gpt-5", "messages": [{"role": "user", "content": "Hello!"}]}
LIBRARIES: dict[str, tuple[Any, Any]] = {
    "httpx": (httpx, neura_ai.httpx),
    "httpx2": (httpx2, neura_ai.httpx2),
}


class Library:
    """A library with its transport of ours."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.module, self.ours = LIBRARIES[name]

    def client(self, base_url: str, key: Any = KEY, **options: Any) -> Any:
        more = {name: options.pop(name) for name in ("timeout", "headers") if name in options}
        follow = options.pop("follow_redirects", False)
        transport = self.ours.NeuraTransport(key, base_url=base_url, **options)
        return self.module.Client(
            transport=transport, base_url=base_url, follow_redirects=follow, **more
        )


@pytest.fixture(params=list(LIBRARIES))
def library(request: pytest.FixtureRequest) -> Library:
    return Library(request.param)


def test_a_reply_is_one_of_the_library(library: Library, sandbox: Sandbox) -> None:
    with library.client(sandbox.base_url, sandbox.api_key) as client:
        response = client.get("/models", params={"limit": 1})
        assert isinstance(response, library.module.Response)
        assert (response.status_code, response.reason_phrase) == (200, "OK")
        assert response.http_version == "HTTP/1.1"
        assert response.json()["object"] == "list"
        assert response.headers["Content-Type"].startswith("application/json")
        assert response.elapsed.total_seconds() > 0
        assert response.raise_for_status() is response
        lost = client.get("/nowhere")
        assert lost.status_code == 404
        with pytest.raises(library.module.HTTPStatusError):
            lost.raise_for_status()


def test_key_and_address_are_found_where_the_client_finds_them(
    library: Library, environment: None
) -> None:
    transport = library.ours.NeuraTransport()
    with library.module.Client(transport=transport, base_url=transport.client.base_url) as client:
        assert client.get("/models").status_code == 200
        assert transport.client.usage().keys[0].requests == 1


def test_headers_that_come_twice_come_twice(library: Library, scripted: Scripted) -> None:
    server = scripted({"status": 201, "headers": [["set-cookie", "a=1"], ["set-cookie", "b=2"]]})
    with library.client(server.base_url) as client:
        response = client.get("/x")
        assert response.headers.get_list("set-cookie") == ["a=1", "b=2"]
        assert dict(client.cookies) == {"a": "1", "b": "2"}


@pytest.mark.parametrize("coding", ["gzip", "X-GZip", "identity, gzip"])
def test_a_packed_body_is_unpacked_once(library: Library, scripted: Scripted, coding: str) -> None:
    packed = b64encode(gzip.compress(b"hello" * 100)).decode()
    server = scripted(
        {"status": 200, "headers": [["content-encoding", coding]], "body_base64": packed}
    )
    with library.client(server.base_url) as client:
        response = client.get("/x", headers={"Accept-Encoding": "br, gzip;q=0.5, zstd"})
        assert response.content == b"hello" * 100
        assert "content-encoding" not in response.headers
        assert "content-length" not in response.headers
        client.get("/y")
        client.get("/z", headers={"Accept-Encoding": "br"})
    asked = [header(request, "accept-encoding") for request in server.requests()]
    # None is asked for that nobody unpacks.
    assert asked == [["gzip;q=0.5"], ["gzip"], ["identity"]]


def test_the_headers_of_a_packed_body_that_nobody_asked_for_stay(
    library: Library, scripted: Scripted
) -> None:
    server = scripted(
        {"status": 200, "headers": [["content-encoding", "gzip"], ["content-length", "77"]]}
    )
    with library.client(server.base_url) as client:
        response = client.head("/x")
    assert (response.headers["content-length"], response.content) == ("77", b"")
    assert response.headers["content-encoding"] == "gzip"


def test_the_pieces_of_a_stream_come_as_they_are_sent(library: Library, scripted: Scripted) -> None:
    server = scripted(ENDLESS)
    with library.client(server.base_url) as client, client.stream("GET", "/x") as response:
        pieces = response.iter_raw()
        started = time.monotonic()
        assert [next(pieces) for _ in range(4)] == [b"data: 0\n\n"] + 3 * [b"data: 1\n\n"]
        assert time.monotonic() - started < 1


def test_a_stream_that_is_left_closes_its_connection(library: Library, scripted: Scripted) -> None:
    server = scripted(ENDLESS)
    with library.client(server.base_url) as client:
        with client.stream("GET", "/x") as response:
            next(response.iter_lines())
        assert server.closed_by_client(0.2)


def test_a_connection_is_used_again_after_a_whole_body(
    library: Library, scripted: Scripted
) -> None:
    server = scripted(200)
    with library.client(server.base_url) as client:
        for _ in range(3):
            client.get("/x")
        with client.stream("GET", "/x") as response:
            assert list(response.iter_bytes())
    assert {request["connection"] for request in server.requests()} == {1}


def test_every_sort_of_body_goes_out(library: Library, scripted: Scripted, tmp_path: Path) -> None:
    file = tmp_path / "file.txt"
    file.write_bytes(b"of a file")
    server = scripted(200)
    with library.client(server.base_url) as client, file.open("rb") as opened:
        client.post("/x", content=b"bytes")
        client.post("/x", content=(piece for piece in (b"of a ", b"generator")))
        client.post("/x", content=opened)
        client.post("/x", json={"a": 1})
        client.post("/x", data={"a": "1", "b": "2"})
        client.post("/x", files={"f": ("name.txt", b"in parts")})
        client.post("/x")
        client.delete("/x")
    sent = server.requests()
    bodies = [request["body"] for request in sent]
    assert bodies[:3] == ["bytes", "of a generator", "of a file"]
    assert json.loads(bodies[3]) == {"a": 1}
    assert bodies[4] == "a=1&b=2"
    assert 'filename="name.txt"' in bodies[5]
    assert "in parts" in bodies[5]
    assert bodies[6:] == ["", ""]
    assert header(sent[5], "content-type")[0].startswith("multipart/form-data; boundary=")
    assert header(sent.pop(1), "transfer-encoding") == ["chunked"]
    for request in sent[:6]:
        assert header(request, "content-length") == [str(request["body_bytes"])]
        assert not header(request, "transfer-encoding")


def test_the_callers_headers_go_out_in_place_of_ours(library: Library, scripted: Scripted) -> None:
    server = scripted(200)
    with library.client(server.base_url, headers={"X-Stainless-Lang": "python"}) as client:
        client.get("/x")
        client.get("/x", headers={"Authorization": "Bearer nk-fake-of-the-caller"})
        client.get("/x", headers=[("X-Two", "a"), ("X-Two", "b")])
    sent = server.requests()
    keys = [header(request, "authorization") for request in sent]
    # But the key: faults.md, 95.
    assert keys == [[f"Bearer {KEY}"]] * 3
    assert header(sent[0], "user-agent")[0].startswith(f"python-{library.name}/")
    assert header(sent[0], "x-stainless-lang") == ["python"]
    assert header(sent[2], "x-two") == ["a", "b"]


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"headers": {"Host": "other.example"}}, neura_ai.ConfigError, "Host"),
        ({"headers": {"Connection": "close"}}, neura_ai.ConfigError, "Connection"),
        ({"headers": {"Content-Length": "7"}}, neura_ai.ConfigError, "Content-Length"),
        ({"headers": {"X": b"\xff"}}, neura_ai.InvalidArgumentError, "header"),
        ({"method": "TRACE"}, neura_ai.InvalidArgumentError, "TRACE"),
    ],
)
def test_what_cannot_be_sent_is_refused_before_any_connection(
    library: Library, scripted: Scripted, arguments: Any, error: type[Exception], words: str
) -> None:
    server = scripted(200)
    with library.client(server.base_url) as client, pytest.raises(error, match=words):
        client.request(**{"method": "POST", "url": "/x", **arguments})
    assert server.requests() == []


def test_the_key_goes_to_no_other_origin(library: Library, scripted: Scripted) -> None:
    other = scripted(200)
    server = scripted(
        {"status": 302, "headers": [["location", f"{other.base_url}/stolen"]], "body": "moved"}
    )
    with library.client(server.base_url) as client:
        for url in (f"{other.base_url}/models", "https://other.example/v1"):
            with pytest.raises(neura_ai.ConfigError, match="the key goes to"):
                client.get(url)
        response = client.get("/x")
        assert (response.status_code, response.text) == (302, "moved")
        with pytest.raises(neura_ai.ConfigError, match="the key goes to"):
            client.get("/x", follow_redirects=True)
        with pytest.raises(library.module.UnsupportedProtocol) as caught:
            client.get("ftp://other.example/")
        assert isinstance(caught.value, neura_ai.ConfigError)
    assert other.requests() == []


@pytest.mark.parametrize(
    ("fault", "name", "cause"),
    [
        ("reset", "ReadError", neura_ai.ConnectionError),
        ("stall", "ReadTimeout", neura_ai.ReadTimeout),
        ("garbage", "RemoteProtocolError", neura_ai.ProtocolError),
        ("cut", "ReadError", neura_ai.ConnectionError),
        ("stalled body", "ReadTimeout", neura_ai.ReadTimeout),
        ("bad chunk", "RemoteProtocolError", neura_ai.ProtocolError),
        ("broken gzip", "DecodingError", neura_ai.DecodeError),
        ("unknown coding", "DecodingError", neura_ai.DecodeError),
    ],
)
def test_a_fault_is_the_librarys_error_with_ours_as_its_cause(
    library: Library, scripted: Scripted, fault: str, name: str, cause: type[Exception]
) -> None:
    server = scripted(FAULTS[fault], 200)
    with library.client(server.base_url, timeout=0.3) as client:
        with pytest.raises(library.module.RequestError) as caught:
            client.get("/x")
        assert type(caught.value) is getattr(library.module, name)
        assert type(caught.value.__cause__) is cause
        assert caught.value.request.url == f"{server.base_url}/x"
        assert KEY not in told(caught.value)
        assert client.get("/x").status_code == 200
    assert len(server.requests()) == 2


def test_what_came_before_a_fault_is_delivered(library: Library, scripted: Scripted) -> None:
    server = scripted(FAULTS["stalled body"])
    with library.client(server.base_url, timeout=0.3) as client:
        with client.stream("GET", "/x") as response:
            pieces = response.iter_bytes()
            assert next(pieces) == b"123"
            with pytest.raises(library.module.ReadTimeout):
                next(pieces)
        assert server.closed_by_client(0.2)


def test_a_server_that_is_not_reached_is_a_connect_error(library: Library) -> None:
    with library.client(nobody()) as client:
        with pytest.raises(library.module.ConnectError) as caught:
            client.get("/x")
        assert isinstance(caught.value.__cause__, neura_ai.APIConnectionError)
    limits = library.module.Timeout(30, connect=0.2)
    with deaf() as base_url, library.client(base_url, timeout=limits) as client:
        started = time.monotonic()
        with pytest.raises(library.module.ConnectTimeout):
            client.get("/x")
        assert time.monotonic() - started < 5


def test_a_server_or_a_proxy_that_is_not_trusted_is_named(library: Library) -> None:
    with (
        TlsServer(trustme.CA(), asks_for_a_certificate=False) as server,
        library.client(server.base_url) as client,
    ):
        with pytest.raises(library.module.ConnectError) as caught:
            client.get("/x")
        assert type(caught.value.__cause__) is neura_ai.TLSError
    proxy = nobody().removesuffix("/v1").replace("://", "://user:fake-proxy-password@")
    with library.client(nobody(), proxy=proxy) as client:
        with pytest.raises(library.module.ProxyError) as caught:
            client.get("/x")
        assert type(caught.value.__cause__) is neura_ai.ProxyError
        assert "fake-proxy-password" not in told(caught.value) + repr(vars(client._transport))


def test_a_stall_ends_with_the_read_timeout_and_not_with_the_sum(
    library: Library, scripted: Scripted
) -> None:
    server = scripted("stall")
    limits = library.module.Timeout(30, read=0.3)
    with library.client(server.base_url, timeout=limits) as client:
        started = time.monotonic()
        with pytest.raises(library.module.ReadTimeout):
            client.get("/x")
        assert 0.25 < time.monotonic() - started < 2


def test_no_timeout_of_the_library_is_no_limit(library: Library, scripted: Scripted) -> None:
    slow = {"status": 200, "body": "late", "delay_before_ms": 700}
    server = scripted(slow)
    with library.client(server.base_url, timeout=None, idle_timeout=0.2) as client:
        assert client.get("/x").text == "late"
    with library.client(server.base_url, timeout=30) as client:
        assert client.get("/x").text == "late"


def test_a_total_limit_is_the_transports_own(library: Library, scripted: Scripted) -> None:
    server = scripted("stall")
    transport = library.ours.NeuraTransport(KEY, base_url=server.base_url, timeout=0.3)
    with (
        library.module.Client(transport=transport, timeout=30) as client,
        pytest.raises(library.module.ReadTimeout, match="300 ms"),
    ):
        client.get(f"{server.base_url}/x")


def test_a_request_is_sent_once_unless_told_otherwise(library: Library, scripted: Scripted) -> None:
    busy = {"status": 503, "headers": [["retry-after-ms", "1"]]}
    for options, statuses in (({}, 503), ({"max_retries": 2}, 200)):
        server = scripted(busy, busy, 200)
        with library.client(server.base_url, **options) as client:
            assert client.get("/x").status_code == statuses


def test_the_next_key_of_a_list_follows_a_401(library: Library, sandbox: Sandbox) -> None:
    keys = [sandbox.revoked_api_key, sandbox.api_key]
    with library.client(sandbox.base_url, keys) as client:
        assert client.get("/models").status_code == 200
    with library.client(sandbox.base_url, sandbox.expired_api_key) as client:
        assert client.get("/models").json()["error"]["code"] == "expired_api_key"


def test_a_callable_is_asked_again_after_a_401(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with KeyStore(tmp_path / "keys.sqlite") as store:
        keys = iter([store.create("one"), store.create("two")])
        with library.client(store.base_url, lambda: next(keys)) as client:
            assert client.get("/models").status_code == 200
            store.revoke("one")
            assert client.get("/models").status_code == 200


def test_a_key_that_is_wrong_in_itself_is_our_error(library: Library) -> None:
    with pytest.raises(neura_ai.MissingAPIKeyError):
        library.ours.NeuraTransport()

    def broken() -> str:
        raise KeyError("vault")

    with library.client(nobody(), broken) as client:
        with pytest.raises(neura_ai.ConfigError) as caught:
            client.get("/x")
        assert isinstance(caught.value.__cause__, KeyError)


def test_a_transport_shows_no_key_and_takes_another(library: Library, scripted: Scripted) -> None:
    server = scripted(200)
    transport = library.ours.NeuraTransport(KEY, base_url=server.base_url)
    assert KEY not in repr(transport) + repr(vars(transport))
    with library.module.Client(transport=transport, base_url=server.base_url) as client:
        transport.client.set_api_key("nk-fake-0000000000000000wxyz")
        client.get("/x")
    sent = header(server.requests()[0], "authorization")
    assert sent == ["Bearer nk-fake-0000000000000000wxyz"]
