"""``files=``: a form with files, as ``requests`` and browsers send it, read while it goes out."""

from __future__ import annotations

import asyncio
import codecs
import email.parser
import email.policy
import io
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import neura_ai
import pytest
import requests
from conftest import KEY, Scripted
from servers import header
from sides import SIDES, Side

each_side = pytest.mark.parametrize("side", SIDES, ids=lambda side: side.name)


def post(side: Side, server: Any, **arguments: Any) -> Any:
    async def play() -> Any:
        async with side.client(KEY, base_url=server.base_url, max_retries=1) as client:
            return await side.result(client.post("/files", **arguments))

    return side.run(play())


def parts(request: dict[str, Any]) -> list[tuple[str, str | None, str | None, str]]:
    """Name, filename, content type and content of each part, by Python's own parser."""
    (content_type,) = header(request, "content-type")
    text = f"Content-Type: {content_type}\r\n\r\n{request['body']}"
    message = email.parser.Parser(policy=email.policy.HTTP).parsestr(text)
    assert not message.defects
    found = []
    for part in message.iter_parts():
        disposition: Any = part["content-disposition"]
        names = disposition.params
        content: Any = part.get_payload()
        found.append((names["name"], names.get("filename"), part["content-type"], content))
    return found


class Named(io.BytesIO):
    """As an open file."""

    name = "/folder/a.txt"


def each_file() -> dict[str, Any]:
    return {
        "bytes": {"f": b"some bytes"},
        "text": {"f": "some text"},
        "a file": {"f": Named(b"from a file")},
        "a pair": {"f": ("n.csv", "1,2")},
        "a field": {"f": (None, "a field")},
        "a type": {"f": ("n", b"x", "image/png")},
        "headers": {"f": ("n", b"x", "image/png", {"X-A": "1"})},
        "pairs": [("f", ("a", b"1")), ("f", ("b", io.BytesIO(b"2")))],
        "nothing": {"f": b"x", "g": None},
        "text file": {"f": ("n", io.StringIO("l\u00e4nger"))},
    }


@each_side
@pytest.mark.parametrize("name", each_file())
def test_a_form_is_that_of_requests(scripted: Scripted, side: Side, name: str) -> None:
    server = scripted(200, 200)
    data = [("purpose", "batch"), ("n", 1), ("many", ["a", "b"]), ("none", None)]
    post(side, server, files=each_file()[name], data=data)
    requests.post(server.base_url + "/files", files=each_file()[name], data=data, timeout=30)
    ours, wanted = map(parts, server.requests())
    # Where requests names no type, ours is guessed from the file's name.
    typed = [
        (*it[:2], it[2] if other[2] else None, it[3])
        for it, other in zip(ours, wanted, strict=True)
    ]
    assert typed == wanted


@each_side
def test_a_type_that_is_not_given_follows_from_the_name(scripted: Scripted, side: Side) -> None:
    server = scripted(200)
    files = [("f", (name, b"x")) for name in ("a.png", "a.jsonl", "a", "a.txt")]
    post(side, server, files=[*files, ("g", ("n", b"x", None, {"content-type": "a/b"}))])
    (request,) = server.requests()
    types = [it[2] for it in parts(request)]
    assert types[0] == "image/png"
    assert types[2:] == ["application/octet-stream", "text/plain", "a/b"]


def test_names_are_escaped_as_browsers_do(scripted: Scripted) -> None:
    client = scripted.client(200)
    client.post("/x", files={'a"b\nc': ('d"\r\ne\u00e4', b"x")}, data={"f\rg": "h\ni"})
    body = scripted.requests()[0]["body"]
    assert 'name="a%22b%0D%0Ac"; filename="d%22%0D%0Ae\u00e4"' in body
    assert 'name="f%0D%0Ag"\r\n\r\nh\ni\r\n' in body


@each_side
def test_the_length_is_sent_if_it_is_known(scripted: Scripted, side: Side) -> None:
    server = scripted(200, 200)
    post(side, server, files={"f": io.BytesIO(b"abc"), "g": "d"})
    post(side, server, files={"f": iter([b"a", b"bc"]), "g": "d"})
    sized, chunked = server.requests()
    assert header(sized, "content-length") == [str(len(sized["body"]))]
    assert header(chunked, "transfer-encoding") == ["chunked"]
    assert [it[3] for it in parts(sized)] == [it[3] for it in parts(chunked)] == ["abc", "d"]


@each_side
def test_a_form_is_sent_again_if_its_files_can_be_rewound(scripted: Scripted, side: Side) -> None:
    server = scripted(503, 200)
    file = io.BytesIO(b"skipped abc")
    file.seek(8)
    reply = post(side, server, files={"f": file, "g": b"d"}, data={"a": "b"})
    assert reply.attempts == 2
    first, second = server.requests()
    assert first["body"] == second["body"]
    assert [it[3] for it in parts(second)] == ["b", "abc", "d"]

    server = scripted(503, 200)
    reply = post(side, server, files={"f": iter([b"abc"])})
    assert (reply.status_code, reply.attempts) == (503, 1)


@each_side
def test_an_open_text_is_sent_again(scripted: Scripted, side: Side, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("l\u00e4nger\nals eine Zeile\n", encoding="utf-8")
    server = scripted(503, 200)
    with path.open(encoding="utf-8") as file:
        file.read(2)
        assert post(side, server, files={"f": file}).attempts == 2
    assert [parts(it)[0][3] for it in server.requests()] == 2 * ["nger\nals eine Zeile\n"]


def test_a_reader_of_text_that_reads_ahead_is_not_moved(scripted: Scripted) -> None:
    reader = codecs.getreader("utf-8")(io.BytesIO(b"0\n123"))
    reader.readline()
    scripted.client(200).post("/x", files={"f": reader})
    assert parts(scripted.requests()[0])[0][3] == "123"


@each_side
def test_one_file_may_be_several_parts(scripted: Scripted, side: Side) -> None:
    server = scripted(503, 200)
    file = io.BytesIO(b"abc")
    post(side, server, files=[("f", file), ("g", file)])
    for request in server.requests():
        assert [it[3] for it in parts(request)] == ["abc", "abc"]


@each_side
def test_of_an_empty_file_the_length_is_known(
    scripted: Scripted, side: Side, tmp_path: Path
) -> None:
    (tmp_path / "empty").touch()
    server = scripted(200, 200)
    with (tmp_path / "empty").open("rb") as file:
        post(side, server, files={"f": file})
        post(side, server, data=file)
    form, body = server.requests()
    assert header(form, "content-length") == [str(len(form["body"]))]
    assert header(body, "content-length") == ["0"]


@each_side
@pytest.mark.parametrize("nothing", [None, {}, [], ()])
def test_no_files_are_no_form(scripted: Scripted, side: Side, nothing: Any) -> None:
    server = scripted(200, 200)
    post(side, server, files=nothing, data={"a": "b"})
    post(side, server, files=nothing, json={"a": "b"})
    assert [request["body"] for request in server.requests()] == ["a=b", '{"a":"b"}']


@each_side
@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"files": {"f": Path("/etc/hosts")}}, TypeError, "open"),
        ({"files": {"f": {"a": 1}}}, TypeError, "open"),
        ({"files": {"f": 1}}, TypeError, "a file must be open, or bytes or str, not int"),
        ({"files": "text"}, TypeError, "files must be a mapping or a list of pairs"),
        ({"files": io.BytesIO(b"x")}, TypeError, "files must be a mapping or a list of pairs"),
        ({"files": 1}, TypeError, "files must be a mapping or a list of pairs"),
        ({"files": [("f", "n", b"x")]}, TypeError, "files must be a mapping or a list of pairs"),
        ({"files": {"f": ("n",)}}, TypeError, "not 1 values"),
        ({"files": {"f": ("n", b"", "t", {}, 1)}}, TypeError, "not 5 values"),
        ({"files": {"f": (1, b"")}}, TypeError, "filename"),
        ({"files": {1: b""}}, TypeError, "name"),
        ({"files": {"f": ("n", b"", "t", {"A": 1})}}, TypeError, "header"),
        ({"files": {"f": ("n", b"", "a\r\nB: c")}}, neura_ai.ConfigError, "Content-Type"),
        ({"files": {"f": b""}, "json": {}}, neura_ai.InvalidArgumentError, "json or files"),
        ({"files": {"f": b""}, "data": "text"}, TypeError, "mapping"),
        ({"files": {"f\ud800": b""}}, neura_ai.InvalidArgumentError, "surrogate"),
    ],
)
def test_what_cannot_be_sent_is_refused(
    scripted: Scripted, side: Side, arguments: Any, error: type[Exception], says: str
) -> None:
    server = scripted(200)
    with pytest.raises(error, match=says):
        post(side, server, **arguments)
    assert server.requests() == []


def test_what_a_file_raises_is_raised(scripted: Scripted) -> None:
    def broken() -> Iterator[bytes]:
        yield b"a"
        raise LookupError("gone")

    with pytest.raises(LookupError, match="gone"):
        scripted.client(200).post("/x", files={"f": broken()})


def test_an_event_loop_iterates_several_files(scripted: Scripted) -> None:
    server = scripted(200)

    async def pieces(text: bytes) -> AsyncIterator[bytes]:
        for letter in text:
            await asyncio.sleep(0)
            yield bytes([letter])

    post(SIDES[1], server, files=[("f", ("a", pieces(b"abc"))), ("f", ("b", pieces(b"de")))])
    assert [it[3] for it in parts(server.requests()[0])] == ["abc", "de"]
    with pytest.raises(TypeError, match="AsyncClient"):
        post(SIDES[0], server, files={"f": pieces(b"x")})


@pytest.mark.parametrize("given", ["multipart/form-data", "Multipart/Form-Data; boundary=abc"])
def test_the_content_type_names_the_boundary_of_the_body(scripted: Scripted, given: str) -> None:
    scripted.client(200).post("/x", files={"f": b"x"}, headers={"content-type": given})
    assert [part[0] for part in parts(scripted.requests()[0])] == ["f"]


def test_the_callers_own_content_type_stays(scripted: Scripted) -> None:
    scripted.client(200).post("/x", files={"f": b"x"}, headers={"content-type": "multipart/x"})
    assert header(scripted.requests()[0], "content-type") == ["multipart/x"]


def test_a_session_and_the_module_take_files(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = scripted(200, 200)
    monkeypatch.setenv("NEURA_API_KEY", KEY)
    monkeypatch.setenv("NEURA_BASE_URL", server.base_url)
    neura_ai.post("/x", files={"f": b"x"})
    neura_ai.Session().post("/x", files={"f": b"x"}, data={"a": "b"})
    assert [len(parts(request)) for request in server.requests()] == [1, 2]


CHILD = """
import sys
import neura_ai

url, path = sys.argv[1:]


def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))


client = neura_ai.Client("nk-test-0000000000000000abcd", base_url=url)
client.get("/x")
before = peak()
with open(path, "rb") as file:
    client.post("/x", files={"f": file, "g": ("n", b"x")}, data={"a": "b"})
print(peak() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_large_files_take_no_memory(tmp_path: Path) -> None:
    from test_upload import Sink

    file = tmp_path / "large"
    with file.open("wb") as made:
        made.truncate(100 * 2**20)
    with Sink() as sink:
        command = [sys.executable, "-c", CHILD, sink.url, str(file)]
        grown = int(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
        sink.shutdown()
    assert grown < 32 * 1024
