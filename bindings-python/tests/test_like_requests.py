"""What verbs take and replies tell, beside ``requests`` itself."""

from __future__ import annotations

import datetime
import inspect
from pathlib import PurePosixPath
from typing import Any

import neura_ai
import pytest
import requests
from conftest import KEY, Scripted
from faulty import nobody
from servers import header


@pytest.mark.parametrize(
    "params",
    [
        "a=b&c=d%20e",
        b"a=b&c=d%20e",
        "a=b c&ü=#1",
        "",
        {"at": datetime.date(2026, 1, 31), 7: "seven", "path": PurePosixPath("/a")},
        {"bytes": b"raw", b"name": 1, "many": [datetime.date(2026, 1, 31), b"x"]},
    ],
)
def test_params_are_those_of_requests(scripted: Scripted, params: Any) -> None:
    server = scripted(200, 200, 200, 200)
    client = neura_ai.Client(KEY, base_url=server.base_url)
    for path in ("/models", "/models?first=1"):
        client.get(path, params=params)
        requests.get(server.base_url + path, params=params, timeout=30)
    targets = [request["target"].replace("+", "%20") for request in server.requests()]
    assert targets[0::2] == targets[1::2]


@pytest.mark.parametrize("nothing", ["", b"", [], (), {}])
def test_data_that_is_nothing_is_no_body_beside_json(scripted: Scripted, nothing: Any) -> None:
    scripted.client(200).post("/x", data=nothing, json={"a": 1})
    assert scripted.requests()[0]["body"] == '{"a":1}'


def test_data_may_come_piece_by_piece(scripted: Scripted) -> None:
    scripted.client(200).post("/x", data=(piece for piece in (b"1", bytearray(b"2"), b"", b"3")))
    (request,) = scripted.requests()
    assert request["body"] == "123"
    assert header(request, "content-type") == []


def test_a_form_that_cannot_be_sent_is_not_carried_along() -> None:
    with pytest.raises(neura_ai.InvalidArgumentError, match="surrogate") as caught:
        neura_ai.Client(KEY, base_url=nobody()).post("/x", data={"a": "s3cret\ud800"})
    error: BaseException | None = caught.value
    while error is not None:
        assert "s3cret" not in f"{error} {error.args}"
        error = error.__context__


LINKS = '<https://a.example/x?page=2>; rel="next", </x?page=9,3>; rel=last; title="a, b", </y>'


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (200, []),
        (200, [["link", LINKS]]),
        (200, [["link", "no link at all"]]),
        *((status, [["location", "/elsewhere"]]) for status in (200, 301, 302, 303, 304, 307, 308)),
        (301, []),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_a_reply_tells_what_that_of_requests_tells(
    scripted: Scripted, status: int, headers: list[list[str]], stream: bool
) -> None:
    server = scripted(*2 * [{"status": status, "headers": headers, "body": "ok"}])
    client = neura_ai.Client(KEY, base_url=server.base_url)
    theirs = requests.get(server.base_url + "/x", allow_redirects=False, timeout=30)
    with client.get("/x", stream=stream) as ours:
        assert ours.history == theirs.history == []
        assert ours.is_redirect == theirs.is_redirect
        assert ours.is_permanent_redirect == theirs.is_permanent_redirect
        assert ours.next is None
        assert dict(ours.cookies) == dict(theirs.cookies) == {}
        if headers != [["link", "no link at all"]]:  # That of requests takes it for one.
            assert ours.links == theirs.links


def test_what_a_body_looks_like(scripted: Scripted) -> None:
    server = scripted(
        {"status": 200, "body": "caf\u00e9"}, {"status": 200, "body_base64": "Y2Fm6Q=="}
    )
    client = neura_ai.Client(KEY, base_url=server.base_url)
    for encoding in ("utf-8", "ISO-8859-1"):
        response = client.get("/x")
        assert response.apparent_encoding == encoding
        response.encoding = response.apparent_encoding
        assert response.text == "caf\u00e9"


def test_a_copy_of_headers_may_be_changed(scripted: Scripted) -> None:
    headers = scripted.client({"status": 200, "headers": [["X-A", "1"]]}).get("/x").headers
    copied = headers.copy()
    copied["x-a"] = "2"
    copied["X-B"] = "3"
    assert (copied["X-A"], headers["X-A"]) == ("2", "1")
    assert "X-B" not in headers
    assert "nk-" not in repr(copied)


def test_the_codes_are_those_of_requests() -> None:
    theirs = {name: status for name, status in vars(requests.codes).items() if name.isidentifier()}
    del theirs["name"]
    assert len(theirs) > 150
    assert {name: getattr(neura_ai.codes, name) for name in theirs} == theirs
    assert neura_ai.codes["not_found"] == neura_ai.codes.get("NOT_FOUND") == 404
    assert neura_ai.codes["nothing"] is requests.codes["nothing"] is None
    with pytest.raises(AttributeError, match="nothing"):
        _ = neura_ai.codes.nothing


def test_options_is_a_verb_of_the_module_too(environment: None) -> None:
    assert (
        neura_ai.options("/models").status_code == neura_ai.Session().options("/models").status_code
    )
    with neura_ai.session() as session:
        assert session.get("/models").ok


@pytest.mark.parametrize("name", ["iter_content", "iter_lines"])
def test_a_signature_shows_the_defaults(name: str) -> None:
    ours = inspect.signature(getattr(neura_ai.Response, name)).parameters
    theirs = inspect.signature(getattr(requests.Response, name)).parameters
    assert {key: value.default for key, value in ours.items()} == {
        key: value.default for key, value in theirs.items()
    }
    assert (
        ours.keys() == inspect.signature(getattr(neura_ai.Response, "a" + name)).parameters.keys()
    )
