"""What a program for ``requests`` catches: each fault in the branch that it has there."""

from __future__ import annotations

import contextlib
import copy
import json
import pickle
import socket
import threading
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import neura_ai
import pytest
import requests
from conftest import KEY, Scripted
from faulty import FAULTS, deaf, nobody
from neura_ai import exceptions
from servers import Replay

#: Replies that are none, and those of which only the body is none.
REPLIES = {
    "reset": FAULTS["reset"],
    "stall": FAULTS["stall"],
    "garbage": FAULTS["garbage"],
    "cut": FAULTS["cut"],
    "not found": {"status": 404},
    "good": {"status": 200},
}


def branch(library: ModuleType, url: str, **more: Any) -> str:
    """Which of the usual clauses, in their usual order, a GET ends in."""
    try:
        library.get(url, timeout=0.5, **more).raise_for_status()
    except library.exceptions.HTTPError:
        return "http"
    except library.exceptions.ConnectionError:
        return "connection"
    except library.exceptions.Timeout:
        return "timeout"
    except library.exceptions.RequestException:
        return "other"
    return "none"


@pytest.fixture(autouse=True)
def key_of_a_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEURA_API_KEY", KEY)


def branches(base_url: str, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    monkeypatch.setenv("NEURA_BASE_URL", base_url)
    return (
        branch(requests, base_url + "/x"),
        branch(neura_ai, base_url + "/x", max_retries=0),
    )


@pytest.mark.parametrize("fault", [name for name in REPLIES if name != "cut"])
def test_the_usual_clauses_take_the_same_branch(
    fault: str, scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs, ours = branches(scripted(*2 * [REPLIES[fault]]).base_url, monkeypatch)
    assert ours == theirs


def test_a_body_that_is_cut_is_caught_by_the_name_that_requests_has(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    base_url = scripted(*2 * [REPLIES["cut"]]).base_url
    monkeypatch.setenv("NEURA_BASE_URL", base_url)
    for library in (requests, neura_ai):
        with pytest.raises(library.exceptions.ChunkedEncodingError):
            library.get(base_url + "/x", timeout=5)


def test_also_where_nobody_listens_or_takes_the_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert branches(nobody(), monkeypatch) == ("connection", "connection")


@contextlib.contextmanager
def nobody_greets() -> Iterator[str]:
    """A port that takes connections by TLS and never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(8)
        yield f"https://127.0.0.1:{listener.getsockname()[1]}/v1"


@pytest.mark.parametrize("max_retries", [0, 1])
@pytest.mark.parametrize("place", [deaf, nobody_greets])
def test_what_never_left_is_a_connect_timeout_and_may_be_sent_again(
    place: Any, max_retries: int
) -> None:
    with place() as base_url:
        client = neura_ai.Client(
            KEY, base_url=base_url, max_retries=max_retries, connect_timeout=0.3
        )
        with pytest.raises(exceptions.ConnectTimeout) as caught:
            client.post("/x", json={})
    assert isinstance(caught.value, (exceptions.ConnectionError, exceptions.Timeout))
    assert isinstance(caught.value, neura_ai.APITimeoutError)
    assert isinstance(caught.value, TimeoutError)
    assert (caught.value.kind, caught.value.attempts) == ("timeout", 1 + max_retries)


def test_what_may_have_arrived_is_none(scripted: Scripted) -> None:
    with pytest.raises(exceptions.ReadTimeout) as caught:
        scripted.client("stall", timeout=0.3).post("/x", json={})
    assert not isinstance(caught.value, (exceptions.ConnectTimeout, exceptions.ConnectionError))


def test_nor_is_it_where_an_attempt_before_it_may_have_arrived() -> None:
    # The first attempt is reset once it was read, and from then on nobody takes a connection.
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        client = neura_ai.Client(
            KEY,
            base_url=f"http://127.0.0.1:{address[1]}/v1",
            max_retries=1,
            connect_timeout=0.5,
        )
        with contextlib.ExitStack() as held:

            def serve() -> None:
                peer, _ = listener.accept()
                peer.recv(1 << 16)
                for _ in range(4):
                    waiting = held.enter_context(socket.socket())
                    waiting.setblocking(False)
                    waiting.connect_ex(address)
                peer.close()

            server = threading.Thread(target=serve)
            server.start()
            with pytest.raises(neura_ai.APITimeoutError) as caught:
                client.post("/x", json={})
            server.join()
    assert caught.value.attempts == 2
    assert isinstance(caught.value, exceptions.ReadTimeout)


@pytest.mark.parametrize(
    "name",
    ["ConnectionError", "ConnectTimeout", "ReadTimeout", "JSONDecodeError", "APIConnectionError"],
)
def test_a_class_is_found_where_a_traceback_says_it_is(name: str) -> None:
    of = getattr(neura_ai, name)
    assert f"{of.__module__}.{of.__qualname__}" == f"neura_ai.{name}"
    assert of.__doc__
    error = of("what failed", status_code=200)
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):  # noqa: S301
        assert type(again) is of
        assert vars(again) == vars(error)
        assert str(again) == "what failed"


@pytest.mark.parametrize("name", exceptions.__all__)
def test_an_except_clause_catches_what_that_of_requests_catches(name: str) -> None:
    """Whatever is a subclass there, among the names that both have, is one here."""
    of = getattr(requests.exceptions, name)
    beyond = {"RequestException"}
    #: Raised there for a body that is cut, which is no connection failure there.
    apart = {("ChunkedEncodingError", "ConnectionError")}
    for other in set(exceptions.__all__) - beyond:
        if issubclass(of, getattr(requests.exceptions, other)) and (name, other) not in apart:
            assert issubclass(getattr(exceptions, name), getattr(exceptions, other)), other


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ("<p>s3cret", (1, 1)),
        ('{"s3cret": 1,\n "b": s3cret}', (2, 7)),
        ("", (1, 1)),
        ("[1] s3cret", (1, 5)),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_what_is_no_json_is_pythons_own_error_too(
    scripted: Scripted, body: str, at: tuple[int, int], stream: bool
) -> None:
    response = scripted.client({"status": 200, "body": body}).get("/x", stream=stream)
    with pytest.raises(json.JSONDecodeError) as caught:
        response.json()
    error: Any = caught.value
    assert isinstance(error, neura_ai.DecodeError)
    assert isinstance(error, exceptions.JSONDecodeError)
    assert isinstance(error, exceptions.InvalidJSONError)
    assert (error.kind, error.status_code) == ("decode", 200)
    assert error.msg == error.message == str(error)
    assert error.doc == ""
    assert (error.lineno, error.colno) == at
    with pytest.raises(json.JSONDecodeError) as expected:
        json.loads(body)
    assert error.pos == expected.value.pos
    for again in (error, pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):  # noqa: S301
        assert vars(again) == vars(error)
        assert "s3cret" not in f"{again} {again.args} {vars(again)}"


@pytest.mark.parametrize("body", ["[" * 1000 + "]" * 1000, "1" * 5000])
def test_so_is_what_python_cannot_hold(scripted: Scripted, body: str) -> None:
    with pytest.raises(json.JSONDecodeError):
        scripted.client({"status": 200, "body": body}).get("/x").json()


def test_so_is_an_event(scripted: Scripted) -> None:
    with pytest.raises(json.JSONDecodeError) as caught:
        neura_ai.Event("message", "<p>", "").json()
    assert caught.value.colno == 1


def test_a_body_that_cannot_be_unpacked_is_none(scripted: Scripted) -> None:
    with pytest.raises(exceptions.ContentDecodingError) as caught:
        scripted.client(FAULTS["broken gzip"]).get("/x")
    assert not isinstance(caught.value, json.JSONDecodeError)


def test_a_program_may_still_catch_both_at_once() -> None:
    with Replay("reset", "stall") as server:
        client = neura_ai.Client(KEY, base_url=server.base_url, max_retries=0, timeout=0.5)
        for _ in range(2):
            with pytest.raises(neura_ai.APIConnectionError):
                client.get("/x")
