"""UTF-16 and UTF-32: ``text`` and ``decode_unicode`` go by the byte order mark."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from conftest import KEY, Scripted
from sides import SIDES, Side

TEXT = "h\u00e9llo \u20ac\r\n\U0001f600 end"

each_side = pytest.mark.parametrize("side", SIDES, ids=lambda side: side.name)


def read(scripted: Scripted, side: Side, charset: str, body: bytes, **pace: Any) -> set[str]:
    """The text of a body, read in every way."""
    reply = {
        "status": 200,
        "headers": [["content-type", f"text/plain; charset={charset}"]],
        "body_base64": base64.b64encode(body).decode(),
        **pace,
    }
    server = scripted(reply)

    async def play() -> set[str]:
        async with side.client(KEY, base_url=server.base_url) as client:
            whole = await side.result(client.get("/x"))
            found = {whole.text}
            for size in (1, 3, 4096):
                late = await side.result(client.get("/x", stream=True))
                iterate = late.aiter_content if side.name == "AsyncClient" else late.iter_content
                pieces = side.items(iterate(size, decode_unicode=True))
                found.add("".join([piece async for piece in pieces]))
            late = await side.result(client.get("/x", stream=True))
            iterate = late.aiter_lines if side.name == "AsyncClient" else late.iter_lines
            lines = [line async for line in side.items(iterate(decode_unicode=True))]
            assert lines == whole.text.splitlines()
            return found

    return side.run(play())


@each_side
@pytest.mark.parametrize("charset", ["utf-16", "UTF-16", "utf16", "utf-32", "UTF_32"])
@pytest.mark.parametrize("order", ["le", "be", "unmarked"])
def test_the_mark_tells_the_order(scripted: Scripted, side: Side, charset: str, order: str) -> None:
    bits = 16 if "16" in charset else 32
    name = f"utf-{bits}-{'be' if order == 'be' else 'le'}"
    mark = "" if order == "unmarked" else "\ufeff"
    assert read(scripted, side, charset, (mark + TEXT).encode(name)) == {TEXT}


@each_side
@pytest.mark.parametrize("charset", ["utf-16le", "utf-16be", "utf-32le", "utf-32be"])
def test_a_charset_with_an_order_has_no_mark(scripted: Scripted, side: Side, charset: str) -> None:
    assert read(scripted, side, charset, TEXT.encode(charset)) == {TEXT}


@each_side
@pytest.mark.parametrize(
    ("charset", "body", "text"),
    [
        ("utf-16", b"", ""),
        ("utf-16", b"\xff\xfe", ""),
        ("utf-16", b"a", "\ufffd"),
        ("utf-16", b"a\0b", "a\ufffd"),
        ("utf-16", b"\xff\xfea\0b", "a\ufffd"),
        ("utf-16", b"\0\xd8a\0", "\ufffda"),
        ("utf-32", b"a\0", "\ufffd"),
        ("utf-32", b"a\0\0\0b", "a\ufffd"),
        ("utf-32", b"\0\0\xfe\xff\0\0\0a", "a"),
    ],
)
def test_what_cannot_be_read_is_replaced(
    scripted: Scripted, side: Side, charset: str, body: bytes, text: str
) -> None:
    assert read(scripted, side, charset, body, chunk_bytes=1, delay_ms=0) == {text}
