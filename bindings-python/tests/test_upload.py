"""89: a body that is a file or an iterable is read while it goes out, and bytes are not copied."""

from __future__ import annotations

import asyncio
import io
import subprocess
import sys
import threading
import zlib
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import neura_ai
import pytest
from conftest import KEY, Scripted
from servers import header

MIB = 2**20
LENGTH = 200 * MIB


class Sink(ThreadingHTTPServer):
    """Takes bodies in, keeps none, and says what each was."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), SinkHandler)
        self.url = f"http://127.0.0.1:{self.server_port}/v1"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class SinkHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.answer(b"{}")

    def do_POST(self) -> None:
        self.length = self.sum = 0
        if self.headers["Transfer-Encoding"]:
            while size := int(self.rfile.readline(), 16):
                self.take(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            self.take(int(self.headers["Content-Length"]))
        self.answer(b'{"length": %d, "sum": %d}' % (self.length, self.sum))

    def take(self, size: int) -> None:
        while size:
            piece = self.rfile.read(min(size, MIB))
            if not piece:
                raise EOFError
            size -= len(piece)
            self.length += len(piece)
            self.sum = zlib.crc32(piece, self.sum)

    def answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def sink() -> Iterator[Sink]:
    with Sink() as server:
        yield server
        server.shutdown()


#: What runs in a process of its own: how much its memory grew while it sent 200 MB.
CHILD = """
import asyncio, sys
import neura_ai

mode, url, key, path = sys.argv[1:]
LENGTH, PIECE = 200 * 2**20, b"x" * 2**16


def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))


def pieces():
    for _ in range(LENGTH // len(PIECE)):
        yield PIECE


async def async_pieces():
    for piece in pieces():
        yield piece


def data():
    sort = mode.split()[-1]
    if sort == "file":
        return open(path, "rb")
    if sort == "pieces":
        return pieces()
    whole = PIECE * (LENGTH // len(PIECE))
    return {"bytes": bytes, "bytearray": bytearray, "view": memoryview}[sort](whole)


def grown(before, reply, length=LENGTH):
    assert reply.json()["length"] == length, reply.json()
    print(peak() - before)


async def main_async():
    body = async_pieces() if mode == "async async-pieces" else data()
    async with neura_ai.AsyncClient(key, base_url=url) as client:
        await client.get("/x")
        before = peak()
        grown(before, await client.post("/x", data=body))


def main():
    body = data()
    if mode.startswith("requests"):
        import requests
        from neura_ai.requests import NeuraAdapter

        session = requests.Session()
        session.mount(url, NeuraAdapter(key, base_url=url))
        session.get(url + "/x")
        before = peak()
        if mode.startswith("requests monitor"):
            from requests_toolbelt import MultipartEncoder, MultipartEncoderMonitor

            seen = []
            form = MultipartEncoder({"purpose": "batch", "file": ("large", body)})
            body = MultipartEncoderMonitor(form, lambda monitor: seen.append(monitor.bytes_read))
            grown(before, session.post(url + "/x", data=body), body.len)
            return print(end="") if len(seen) > 100 and seen[-1] == body.len else sys.exit(seen)
        return grown(before, session.post(url + "/x", data=body))
    if mode.startswith("httpx"):
        import httpx
        from neura_ai.httpx import NeuraTransport

        with httpx.Client(transport=NeuraTransport(key, base_url=url), timeout=60) as client:
            client.get(url + "/x")
            before = peak()
            if mode == "httpx form of a file":
                reply = client.post(url + "/x", files={"file": body})
                return grown(before, reply, int(reply.request.headers["content-length"]))
            return grown(before, client.post(url + "/x", content=body))
    if mode.startswith("openai"):
        from neura_ai.openai import OpenAI

        with OpenAI(api_key=key, base_url=url) as client:
            client.models.with_raw_response.retrieve("x")
            before = peak()
            reply = client.files.with_raw_response.create(file=body, purpose="batch")
            size = reply.http_request.headers["content-length"]
            return grown(before, reply.http_response, int(size))
    with neura_ai.Client(key, base_url=url) as client:
        client.get("/x")
        before = peak()
        grown(before, client.post("/x", data=body))


asyncio.run(main_async()) if mode.startswith("async") else main()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(
    "mode",
    [
        "file",
        "pieces",
        "bytes",
        "bytearray",
        "view",
        "async file",
        "async bytes",
        "async async-pieces",
        "requests file",
        "requests pieces",
        "httpx file",
        "httpx bytes",
        "httpx form of a file",
        "requests monitor of a file",
        "openai form of a file",
    ],
)
def test_fault_89_a_large_upload_takes_little_memory(sink: Sink, mode: str, tmp_path: Path) -> None:
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(LENGTH)
    done = subprocess.run(
        [sys.executable, "-c", CHILD, mode, sink.url, KEY, str(path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 32 * 1024, f"{done.stdout} KiB"


async def asynchronous(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        await asyncio.sleep(0)
        yield piece


def sent(scripted: Scripted, data: Any) -> dict[str, Any]:
    scripted.client(200).post("/x", data=data)
    return scripted.requests()[-1]


def test_fault_89_what_has_a_length_goes_out_with_it(scripted: Scripted, tmp_path: Path) -> None:
    path = tmp_path / "body"
    path.write_bytes(b"0123456789")
    with path.open("rb") as file:
        file.seek(3)
        request = sent(scripted, file)
    assert (request["body"], header(request, "content-length")) == ("3456789", ["7"])
    request = sent(scripted, io.BytesIO(b"in memory"))
    assert (request["body"], header(request, "content-length")) == ("in memory", ["9"])
    large = bytearray(b"ab" * MIB)
    request = sent(scripted, large)
    assert header(request, "content-length") == [str(2 * MIB)]
    large += b"it may grow again"
    wide = memoryview(large)[: 2 * MIB].cast("I")
    assert header(sent(scripted, wide), "content-length") == [str(2 * MIB)]
    sparse = memoryview(bytes(range(32, 126)))[::2]
    assert sent(scripted, sparse)["body"] == bytes(sparse).decode()


def test_fault_89_what_has_none_goes_out_in_chunks(scripted: Scripted) -> None:
    class Reads:
        def __init__(self) -> None:
            self.pieces = [b"of a ", bytearray(b"reader"), b""]

        def read(self, size: int) -> bytes | bytearray:
            return self.pieces.pop(0) if size else b""

    class ReadsAll:
        def __init__(self) -> None:
            self.pieces = ["of an ", "old one", ""]

        def read(self) -> str:
            return self.pieces.pop(0)

    for data, body in (
        ((piece for piece in (b"1", "2ä", b"", bytearray(b"3"))), "12ä3"),
        (Reads(), "of a reader"),
        (ReadsAll(), "of an old one"),
        (io.StringIO("Grüße"), "Grüße"),
        (iter(()), ""),
    ):
        request = sent(scripted, data)
        assert request["body"] == body
        assert header(request, "transfer-encoding") == ["chunked"]
        assert header(request, "content-length") == []
        assert header(request, "content-type") == []


def test_fault_89_a_file_is_sent_again_and_a_generator_is_not(
    scripted: Scripted, tmp_path: Path
) -> None:
    path = tmp_path / "body"
    path.write_bytes(b"0123456789")
    server = scripted(503, 200, 503, 200, "reset", 200)
    client = neura_ai.Client(KEY, base_url=server.base_url)
    with path.open("rb") as file:
        file.seek(3)
        assert client.post("/x", data=file).attempts == 2
    reply = client.post("/x", data=iter([b"once"]))
    assert (reply.status_code, reply.attempts) == (503, 1)
    assert client.post("/x", data=bytearray(b"z") * (2 * MIB)).attempts == 1
    with pytest.raises(neura_ai.exceptions.ConnectionError, match="cannot be rewound") as caught:
        client.post("/x", data=iter([b"once"]))
    assert (caught.value.kind, caught.value.attempts) == ("connection", 1)
    assert client.get("/x").ok
    bodies = [request["body"] for request in server.requests()]
    assert bodies[:3] == ["3456789", "3456789", "once"]


class OddError(Exception):
    pass


@pytest.mark.parametrize("before", [0, 1, 40])
@pytest.mark.parametrize("error", [OddError("mine"), KeyboardInterrupt(), MemoryError()])
def test_fault_89_what_a_source_raises_is_its_callers(
    sink: Sink, before: int, error: BaseException
) -> None:
    def pieces() -> Iterator[bytes]:
        yield from [b"x" * MIB] * before
        raise error

    client = neura_ai.Client(KEY, base_url=sink.url)
    with pytest.raises(type(error)) as caught:
        client.post("/x", data=pieces())
    assert caught.value is error
    assert client.get("/x").ok


@pytest.mark.parametrize("before", [0, 1, 40])
def test_fault_89_and_so_with_asyncio(sink: Sink, before: int) -> None:
    error = OddError("mine")

    def pieces() -> Iterator[bytes]:
        yield from [b"x" * MIB] * before
        raise error

    async def async_pieces() -> AsyncIterator[bytes]:
        for piece in pieces():
            yield piece

    async def main() -> None:
        async with neura_ai.AsyncClient(KEY, base_url=sink.url) as client:
            for data in (pieces(), async_pieces()):
                with pytest.raises(OddError) as caught:
                    await client.post("/x", data=data)
                assert caught.value is error
            assert (await client.get("/x")).ok

    asyncio.run(main())


def test_fault_89_pieces_of_another_sort_are_a_type_error(sink: Sink) -> None:
    client = neura_ai.Client(KEY, base_url=sink.url)
    for data in (iter([b"x", 1]), asynchronous(b"x")):
        with pytest.raises(TypeError, match=r"AsyncClient|must return bytes"):
            client.post("/x", data=data)  # type: ignore[arg-type]
    assert client.get("/x").ok


def test_fault_89_an_asynchronous_iterable_is_sent_by_its_own_loop(sink: Sink) -> None:
    loops = set()

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(5):
            await asyncio.sleep(0.01)
            loops.add(asyncio.get_running_loop())
            yield b"ab" * MIB

    async def main() -> None:
        async with neura_ai.AsyncClient(KEY, base_url=sink.url) as client:
            reply = await client.post("/x", data=pieces())
            whole = b"ab" * MIB * 5
            assert reply.json() == {"length": len(whole), "sum": zlib.crc32(whole)}
            assert loops == {asyncio.get_running_loop()}

    asyncio.run(main())


def test_fault_89_a_task_that_is_cancelled_ends_its_source(sink: Sink) -> None:
    ended = []

    async def pieces() -> AsyncIterator[bytes]:
        try:
            yield b"x"
            await asyncio.sleep(60)
        finally:
            ended.append(True)

    async def main() -> None:
        async with neura_ai.AsyncClient(KEY, base_url=sink.url) as client:
            task = asyncio.create_task(client.post("/x", data=pieces()))
            await asyncio.sleep(0.2)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await asyncio.sleep(0.05)
            assert ended
            assert (await client.get("/x")).ok

    asyncio.run(main())


def test_fault_89_a_stream_takes_a_source_too(scripted: Scripted) -> None:
    events = {"status": 200, "headers": [["content-type", "text/event-stream"]],
              "body": "data: 1\n\n"}  # fmt: skip
    server = scripted(events, events)

    async def main() -> None:
        client = neura_ai.AsyncClient(KEY, base_url=server.base_url)
        data = asynchronous(b"a", b"b")
        async with client, client.stream("POST", "/x", data=data) as stream:
            assert [event.data async for event in stream] == ["1"]

    asyncio.run(main())
    client = neura_ai.Client(KEY, base_url=server.base_url)
    with client.stream("POST", "/x", data=iter([b"a", b"b"])) as stream:
        assert [event.data for event in stream] == ["1"]
    assert [request["body"] for request in server.requests()] == ["ab", "ab"]
