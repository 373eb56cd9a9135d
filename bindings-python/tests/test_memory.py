"""86: where there is no memory for a body, an event or their objects, the call fails and the
process lives. 88: a body that is packed is in memory once. Each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from conftest import KEY, Scripted

resource = pytest.importorskip("resource")
if sys.platform != "linux":
    pytest.skip("needs RLIMIT_AS and /proc", allow_module_level=True)

#: What runs in the other process: a call that works, the limit, the call, one that works.
CHILD = """
import asyncio, copy, json, pickle, resource, sys
import neura_ai

mode, url, left = sys.argv[1], sys.argv[2], int(sys.argv[3])
LARGE = 2**40
options = dict(base_url=url, max_retries=0, max_body_bytes=LARGE, max_event_bytes=LARGE)


def limit():
    with open("/proc/self/status") as status:
        sizes = [line.split()[1] for line in status if line.startswith("VmSize")]
    most = int(sizes[0]) * 1024 + left
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def ask(client):
    if mode == "named":
        return client.models.list()
    if mode == "stream":
        return next(iter(client.stream("GET", "/x")))
    if mode == "event":
        return next(iter(client.stream("GET", "/x"))).data
    if mode == "pieces":
        return b"".join(client.get("/x", stream=True).iter_content(None))
    if mode == "lines":
        return list(client.get("/x", stream=True).iter_lines())
    if mode == "lines of a whole":
        return list(client.get("/x").iter_lines(decode_unicode=True))
    if mode == "lines of text":
        return list(client.get("/x", stream=True).iter_lines(None, True))
    if mode == "lines by delimiter":
        return list(client.get("/x", stream=True).iter_lines(None, delimiter=b"--"))
    if mode.startswith("texts"):
        reply = client.get("/x", stream=not mode.endswith("whole"))
        return list(reply.iter_content(int(mode.split()[1]) or None, decode_unicode=True))
    if mode == "slices":
        reply = client.get("/x")
        return [list(reply.iter_content(4096)) for _ in range(4)]
    if mode == "small pieces":
        return list(client.get("/x", stream=True).iter_content(256))
    if mode == "copy":
        return copy.copy(client.get("/x")).text
    if mode == "pickle":
        return pickle.dumps(client.get("/x"))
    reply = client.get("/x", stream=mode.startswith("late"))
    if mode.startswith("json with"):
        return reply.json(object_hook=dict)
    if mode == "json":
        return reply.json()
    return reply.text if mode.endswith("text") else reply.content


async def ask_async(client):
    if mode == "async stream":
        async with client.stream("GET", "/x") as events:
            return [event async for event in events]
    if mode == "async lines":
        reply = await client.get("/x", stream=True)
        return [line async for line in reply.aiter_lines()]
    if mode == "async texts":
        reply = await client.get("/x", stream=True)
        return [text async for text in reply.aiter_content(None, decode_unicode=True)]
    if mode == "async lines of text":
        reply = await client.get("/x", stream=True)
        return [line async for line in reply.aiter_lines(None, True)]
    reply = await client.get("/x", stream=mode == "async late")
    if mode == "async late":
        await reply.aread()
    return reply.content


def judge(error):
    assert isinstance(error, MemoryError), type(error)
    assert error.kind == "out_of_memory", error.kind
    print(json.dumps(str(error)))


def main_httpx():
    import httpx
    import neura_ai.httpx

    transport = neura_ai.httpx.NeuraTransport(sys.argv[4], **options)
    with httpx.Client(transport=transport) as client:
        assert client.get(url + "/x").json() == {}
        limit()
        try:
            client.get(url + "/x")
        except httpx.TransportError as error:
            judge(error)
        assert client.get(url + "/x").json() == {}


def main():
    client = neura_ai.Client(sys.argv[4], **options)
    assert client.get("/x").json() == {}
    limit()
    try:
        ask(client)
    except neura_ai.OutOfMemoryError as error:
        judge(error)
    assert client.get("/x").json() == {}


async def main_async():
    async with neura_ai.AsyncClient(sys.argv[4], **options) as client:
        assert (await client.get("/x")).json() == {}
        limit()
        try:
            await ask_async(client)
        except neura_ai.OutOfMemoryError as error:
            judge(error)
        assert (await client.get("/x")).json() == {}


if mode.startswith("async"):
    asyncio.run(main_async())
elif mode == "httpx":
    main_httpx()
else:
    main()
"""

MIB = 2**20
SMALL = {"status": 200, "body": "{}"}
HEAD = "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nConnection: close\r\n\r\n"


def endless(content_type: str, start: str, more: str) -> dict[str, Any]:
    return {"raw": HEAD % content_type + start, "repeat": {"raw": more}, "delay_ms": 0}


#: A reply that does not end before the client gives up.
BODY = endless("text/plain", "", "x" * 65536)
EVENT = endless("text/event-stream", "", f"data: {'x' * 65536}\n")


def sized(piece: str, count: int) -> dict[str, Any]:
    """A reply that fits once."""
    length = len(piece.encode()) * count
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n"
    return {"raw": head, "repeat": {"raw": piece, "times": count}, "delay_ms": 0}


def until_close(piece: str, count: int) -> dict[str, Any]:
    """The same without its length."""
    return {**endless("text/plain", "", ""), "repeat": {"raw": piece, "times": count}}


#: A piece that takes four times as much memory as text.
WIDE_PIECE = "x" * 65530 + "\U0001f600"
WIDE = endless("text/plain", "", WIDE_PIECE)


def declared(reply: dict[str, Any], charset: str) -> dict[str, Any]:
    """The same reply, said to be in this charset."""
    line = f"Content-Type: text/plain; charset={charset}\r\n\r\n"
    return {**reply, "raw": reply["raw"].removesuffix("\r\n") + line}


@pytest.mark.parametrize(
    ("mode", "reply", "left", "option"),
    [
        ("content", BODY, 64, "max_body_bytes"),
        ("named", BODY, 64, "max_body_bytes"),
        ("late content", BODY, 64, "max_body_bytes"),
        ("async", BODY, 128, "max_body_bytes"),
        ("async late", BODY, 128, "max_body_bytes"),
        ("stream", EVENT, 64, "max_event_bytes"),
        ("async stream", EVENT, 128, "max_event_bytes"),
        # What fits once, and not as an object of Python's beside it.
        ("content", until_close("x" * 65536, 900), 100, "max_body_bytes"),
        # What is read into that object, and does not fit.
        ("content", sized("x" * 65536, 900), 40, "max_body_bytes"),
        ("late content", sized("x" * 65536, 900), 40, "max_body_bytes"),
        ("text", sized("x" * 65536, 900), 100, "max_body_bytes"),
        ("text", sized("\xe4" * 32768, 900), 100, "max_body_bytes"),
        ("json", sized("[" + "{}," * 300000 + "0]", 1), 24, "max_body_bytes"),
        ("json", sized("[" + "1.5," * 2000000 + "0]", 1), 40, "max_body_bytes"),
    ],
)
def test_fault_86_no_memory_is_an_error(
    scripted: Scripted, mode: str, reply: dict[str, Any], left: int, option: str
) -> None:
    message = starved(scripted, mode, reply, left)
    assert option in message
    assert any(int(word) > MIB / 2 for word in message.split() if word.isdigit()), message


@pytest.mark.parametrize(
    ("mode", "reply", "left", "what"),
    [
        ("lines", BODY, 60, "one line of the body"),
        ("lines", BODY, 140, "one line of the body"),
        ("lines of text", endless("text/plain", "", "\U0001f600" * 16384), 140, "of the body"),
        ("lines of a whole", sized("x" * 65536, 900), 160, "one line of the body"),
        ("lines by delimiter", BODY, 140, "one line of the body"),
        ("async lines", BODY, 140, "one line of the body"),
        ("async lines", BODY, 200, "one line of the body"),
        ("async lines of text", WIDE, 140, "of the body"),
        ("pieces", BODY, 60, "the next piece of the body"),
        ("small pieces", BODY, 60, "the next piece of the body"),
        ("slices", sized("x" * 65536, 900), 150, "the next piece of the body"),
        # ASCII but for one character of each piece: four bytes of memory for each of the body.
        ("texts 0", WIDE, 60, "the next piece of the body"),
        ("texts 4096", WIDE, 60, "the next piece of the body"),
        ("texts 256", WIDE, 60, "the next piece of the body"),
        ("texts 0 whole", sized(WIDE_PIECE, 900), 160, "the next piece of the body"),
        ("texts 65536 whole", sized(WIDE_PIECE, 900), 160, "the next piece of the body"),
        ("async texts", WIDE, 140, "the next piece of the body"),
        ("text", declared(sized(WIDE_PIECE, 900), "utf-16"), 160, "the body of the reply"),
        ("late text", declared(sized(WIDE_PIECE, 900), "utf-16"), 160, "the body of the reply"),
        ("json with a hook", sized("[" + "{}," * 300000 + "0]", 1), 12, "the body of the reply"),
        ("copy", sized(WIDE_PIECE, 900), 100, "the body of the reply"),
        ("pickle", sized("x" * 65536, 900), 100, "the body of the reply"),
        ("httpx", BODY, 60, "of the body"),
    ],
)
def test_fault_86_no_memory_for_what_is_kept_of_a_body_is_an_error(
    scripted: Scripted, mode: str, reply: dict[str, Any], left: int, what: str
) -> None:
    assert what in starved(scripted, mode, reply, left)


def starved(scripted: Scripted, mode: str, reply: dict[str, Any], left: int) -> str:
    """What the error of a call says that has so many MiB left."""
    server = scripted(SMALL, reply, SMALL)
    done = subprocess.run(
        [sys.executable, "-c", CHILD, mode, server.base_url, str(left * MIB), KEY],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "panicked" not in done.stderr, done.stderr
    message: str = json.loads(done.stdout)
    assert KEY not in message
    return message


@pytest.mark.parametrize("mode", ["content", "late content"])
def test_a_body_of_known_length_is_never_in_memory_twice(scripted: Scripted, mode: str) -> None:
    server = scripted(SMALL, sized("x" * 65536, 900), SMALL)
    child = CHILD.replace(
        "except neura_ai.OutOfMemoryError as error:\n        judge(error)", "finally:\n        pass"
    )
    done = subprocess.run(
        [sys.executable, "-c", child, mode, server.base_url, str(75 * MIB), KEY],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr


#: What runs in a process of its own: the most memory that it ever had, in bytes.
PEAK = """
import asyncio, sys
import neura_ai

mode, url, key = sys.argv[1:]


def look_at(body):
    assert type(body) is bytes
    assert len(body) == 200 * 2**20
    assert body.count(b"neura") == len(body) // 8


async def main_async():
    async with neura_ai.AsyncClient(key, base_url=url) as client:
        reply = await client.get("/x", stream=mode == "async late")
        if mode == "async late":
            await reply.aread()
        look_at(reply.content)
        assert reply.content is reply.content


def main():
    with neura_ai.Client(key, base_url=url) as client:
        reply = client.get("/x", stream=mode == "late")
        look_at(reply.content)


asyncio.run(main_async()) if mode.startswith("async") else main()
with open("/proc/self/status") as status:
    print(next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM")))
"""


@pytest.fixture(scope="module")
def packed() -> Iterator[str]:
    """The address of a server whose bodies are packed."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    piece = b"neura..\n" * (MIB // 8)
    body = b"".join([*(packer.compress(piece) for _ in range(200)), packer.flush()])

    class Packed(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Packed) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("mode", ["now", "late", "async", "async late"])
def test_fault_88_a_packed_body_is_in_memory_once(packed: str, mode: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PEAK, mode, packed, KEY],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) <= 1.3 * 200 * MIB, f"{int(done.stdout) / MIB} MiB"
