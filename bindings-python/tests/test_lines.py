"""Lines of a body, however it is cut, beside those of ``requests``."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import neura_ai
import pytest
import requests
from conftest import KEY, Scripted
from neura_ai._lines import Lines


def split(pieces: list[Any], delimiter: Any = None) -> list[Any]:
    lines = Lines(isinstance(pieces[0], str), delimiter)
    found = [line for piece in pieces for line in lines.feed(piece)]
    return [*found, *lines.end()]


@pytest.mark.parametrize("delimiter", [b"\n", b"ab", b"aab", b"\r\n\r\n"])
@pytest.mark.parametrize(
    "body", [b"a\nb\n", b"\n", b"aab", b"aaab-ab-aabab", b"x\r\n\r\n\r\n\r\ny"]
)
def test_a_delimiter_splits_as_split_does_however_the_pieces_are_cut(
    body: bytes, delimiter: bytes
) -> None:
    for size in range(1, len(body) + 1):
        pieces = [body[start : start + size] for start in range(0, len(body), size)]
        assert split(pieces, delimiter) == body.split(delimiter)
        texts = [piece.decode() for piece in pieces]
        assert split(texts, delimiter.decode()) == body.decode().split(delimiter.decode())


@pytest.mark.parametrize("delimiter", [None, b"\n", b"--"])
@pytest.mark.parametrize("body", ["a\nb\n", "a--b--", "a\n\nb", "--", "\n", "", "one"])
def test_the_lines_are_those_of_requests(
    scripted: Scripted, body: str, delimiter: bytes | None
) -> None:
    server = scripted(*3 * [{"status": 200, "body": body}])
    client = neura_ai.Client(KEY, base_url=server.base_url)
    theirs = requests.get(server.base_url + "/x", timeout=30).iter_lines(delimiter=delimiter)
    expected = list(theirs)
    assert list(client.get("/x").iter_lines(delimiter=delimiter)) == expected
    assert list(client.get("/x", stream=True).iter_lines(1, delimiter=delimiter)) == expected


@pytest.mark.parametrize("end", [b"", b"\n", b"--"])
@pytest.mark.parametrize("delimiter", [None, b"--"])
def test_a_long_line_takes_time_by_its_length_alone(delimiter: bytes | None, end: bytes) -> None:
    lines = Lines(False, delimiter)
    body = b"x" * (24 << 20) + end
    began = time.process_time()
    pieces = (body[start : start + 512] for start in range(0, len(body), 512))
    found = [line for piece in pieces for line in lines.feed(piece)]
    found += lines.end()
    assert time.process_time() - began < 5
    assert b"".join(found).startswith(body[: 24 << 20])


@pytest.mark.parametrize(
    "charset",
    ["hex", "rot13", "base64", "zlib", "idna", "undefined", "no-such", "utf-16", "cp1252"],
)
def test_a_charset_that_is_none_for_text_is_read_as_utf_8_in_every_way(
    scripted: Scripted, charset: str
) -> None:
    content_type = f"text/plain; charset={charset}"
    reply = {"status": 200, "headers": [["content-type", content_type]], "body": "eins\nzwei"}
    server = scripted(*5 * [reply])
    client = neura_ai.Client(KEY, base_url=server.base_url)
    text = client.get("/x").text
    if charset not in ("utf-16", "cp1252"):
        assert text == "eins\nzwei"
    assert "".join(client.get("/x").iter_content(3, decode_unicode=True)) == text
    streamed = client.get("/x", stream=True).iter_lines(decode_unicode=True)
    assert list(streamed) == text.split("\n")

    async def main() -> None:
        async with neura_ai.AsyncClient(KEY, base_url=server.base_url) as asked:
            response = await asked.get("/x", stream=True)
            lines = [line async for line in response.aiter_lines(decode_unicode=True)]
            assert lines == text.split("\n")

    asyncio.run(main())
