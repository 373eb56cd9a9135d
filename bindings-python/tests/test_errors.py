"""Every kind of error: its class, its attributes, and replies that are none."""

from __future__ import annotations

import inspect
import re
import socket
import time
from typing import Any

import neura_ai
import pytest
from conftest import KEY, Scripted
from neura_ai import _errors

MESSAGES = [{"role": "user", "content": "Hello!"}]


def test_there_is_a_class_for_every_kind() -> None:
    assert len(_errors.CLASSES) == 32
    for kind, of_kind in _errors.CLASSES.items():
        assert of_kind.kind == kind
        assert of_kind.__doc__
        assert getattr(neura_ai, of_kind.__name__) is of_kind


def test_the_tree_at_the_top_of_the_file_is_the_tree() -> None:
    drawn: list[tuple[int, str, str]] = []
    for line in inspect.getdoc(_errors).splitlines():  # type: ignore[union-attr]
        found = re.match(r"([ │├└─]*)([A-Za-z]+(?:Error|Timeout))\b(?: +\(also ([\w.]+)\))?", line)
        if found:
            drawn.append((len(found[1]) // 4, found[2], found[3] or ""))
    above: list[str] = []
    for depth, name, also in drawn:
        above[depth:] = [name]
        bases = [base.__name__ for base in getattr(neura_ai, name).__bases__]
        expected = [above[depth - 1] if depth else "Exception"]
        expected += [also.removeprefix("json.")] if also else []
        assert bases == expected, name
    names = {name for _, name, _ in drawn}
    more = {"NeuraError", "APIConnectionError", "ConnectTimeout", "ReadTimeout", "JSONDecodeError"}
    assert names == {of_kind.__name__ for of_kind in _errors.CLASSES.values()} | more


def test_an_error_can_be_made_by_hand() -> None:
    error = neura_ai.NotFoundError("nothing here")
    assert (error.kind, str(error), error.status_code) == ("not_found", "nothing here", None)


def test_nobody_listens(key: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        base_url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
        client = neura_ai.Client(key, base_url=base_url, max_retries=1)
        for call in every_call(client):
            with pytest.raises(neura_ai.APIConnectionError) as caught:
                call()
            assert caught.value.kind == "connection"
            assert caught.value.attempts == 2
            assert caught.value.status_code is None
            assert caught.value.body is None


def every_call(client: neura_ai.Client) -> list[Any]:
    return [
        lambda: client.get("/models"),
        client.models.list,
        lambda: client.chat.completions.create(model="m", messages=MESSAGES),
        lambda: list(client.chat.completions.create(model="m", messages=MESSAGES, stream=True)),
        lambda: list(client.stream("GET", "/x")),
    ]


TRUNCATED = {"status": 200, "headers": [["content-length", "99"]], "body": '{"object":'}
CHUNK_CUT = {
    "status": 200,
    "headers": [["content-type", "application/json"], ["transfer-encoding", "chunked"]],
    "body": '20\r\n{"object":',
}


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ("close", "connection"),
        ("reset", "connection"),
        ({"raw": "HTTP/1.1 200 OK\r\ncontent-"}, "connection"),
        (TRUNCATED, "connection"),
        (CHUNK_CUT, "connection"),
        ({"raw": "SSH-2.0-OpenSSH_9.2\r\n"}, "protocol"),
        ({"raw": "HTTP/1.1 101 Switching Protocols\r\n\r\n"}, "protocol"),
        ("stall", "timeout"),
    ],
)
def test_a_reply_that_is_none_has_its_error_within_the_limits(
    scripted: Scripted, reply: Any, kind: str
) -> None:
    client = scripted.client(reply, timeout=1)
    for call in every_call(client)[:3]:
        start = time.monotonic()
        with pytest.raises(neura_ai.APIConnectionError) as caught:
            call()
        assert time.monotonic() - start < 2
        assert caught.value.kind == kind
        assert KEY not in f"{caught.value} {vars(caught.value)}"


def test_the_next_call_works_after_each_failure(scripted: Scripted) -> None:
    client = scripted.client("reset", TRUNCATED, {"raw": "garbage\r\n\r\n"}, 200)
    for _ in range(3):
        with pytest.raises(neura_ai.APIConnectionError):
            client.get("/models")
    assert client.get("/models").ok


def test_plain_http_on_a_tls_port_is_a_tls_error(scripted: Scripted, key: str) -> None:
    server = scripted({"raw": "HTTP/1.1 400 Bad Request\r\n\r\n", "at": "connect"})
    base_url = server.base_url.replace("http:", "https:")
    with pytest.raises(neura_ai.TLSError) as caught:
        neura_ai.Client(key, base_url=base_url).get("/models")
    assert caught.value.attempts == 1


def test_a_server_that_never_shakes_hands_is_a_timeout(scripted: Scripted, key: str) -> None:
    base_url = scripted("stall").base_url.replace("http:", "https:")
    client = neura_ai.Client(key, base_url=base_url, connect_timeout=0.3, max_retries=0)
    start = time.monotonic()
    with pytest.raises(neura_ai.APITimeoutError, match="connect_timeout"):
        client.get("/models")
    assert time.monotonic() - start < 1
