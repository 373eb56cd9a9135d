"""``progress=``: how much of a body was sent, or has come."""

from __future__ import annotations

import asyncio
import base64
import gzip
import io
import sys
import threading
import time
from typing import Any

import loops
import neura_ai
import pytest
from conftest import KEY, Scripted
from sides import SIDES, Side

MIB = 2**20

each_side = pytest.mark.parametrize("side", SIDES, ids=lambda side: side.name)

Told = list[tuple[int, "int | None"]]


def told(side: Side, server: Any, method: str = "POST", **arguments: Any) -> Told:
    """What a call is told."""
    seen: Told = []

    async def play() -> None:
        async with side.client(KEY, base_url=server.base_url, max_retries=1) as client:
            progress = lambda done, total: seen.append((done, total))  # noqa: E731
            reply = await side.result(client.request(method, "/x", progress=progress, **arguments))
            if not reply._is_read:
                await side.result(reply.aread() if side.name == "AsyncClient" else reply.content)

    side.run(play())
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    return seen


def body(length: int) -> dict[str, Any]:
    return {"status": 200, "body": "x" * length}


def bodies() -> dict[str, Any]:
    return {
        "bytes": b"x" * 5 * MIB,
        "text": "x" * 5 * MIB,
        "bytearray": bytearray(5 * MIB),
        "file": io.BytesIO(b"x" * 5 * MIB),
    }


@each_side
@pytest.mark.parametrize("name", bodies())
def test_an_upload_is_told_of(scripted: Scripted, side: Side, name: str) -> None:
    seen = told(side, scripted(body(1000)), data=bodies()[name])
    assert seen[-1] == (5 * MIB, 5 * MIB)
    assert {total for _, total in seen} == {5 * MIB}


@each_side
def test_of_pieces_the_sum_is_not_known(scripted: Scripted, side: Side) -> None:
    seen = told(side, scripted(200), data=iter([b"x" * 1000] * 3))
    assert seen[-1] == (3000, None)


@each_side
def test_a_form_with_files_is_told_of(scripted: Scripted, side: Side) -> None:
    seen = told(side, scripted(200), files={"f": b"x" * MIB}, data={"a": "b"})
    done, total = seen[-1]
    assert done == total
    assert MIB < done < MIB + 1000


@each_side
@pytest.mark.parametrize("arguments", [{}, {"json": {"a": 1}}, {"stream": True}, {"data": b""}])
def test_a_download_is_told_of(scripted: Scripted, side: Side, arguments: Any) -> None:
    seen = told(side, scripted(body(3 * MIB)), **arguments)
    assert seen[-1] == (3 * MIB, 3 * MIB)
    assert seen.count(seen[-1]) == 1


@each_side
def test_a_download_that_takes_long_is_told_of_meanwhile(scripted: Scripted, side: Side) -> None:
    slow = {**body(1000), "chunk_bytes": 50, "delay_ms": 20}
    seen = told(side, scripted(slow), "GET")
    assert 3 < len(seen) < 15
    assert seen[0][0] < 200
    assert seen[-1] == (1000, 1000)


@each_side
def test_in_chunks_the_sum_is_not_known(scripted: Scripted, side: Side) -> None:
    head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    seen = told(side, scripted({"raw": head + "5\r\nabcde\r\n3\r\nfgh\r\n0\r\n\r\n"}), "GET")
    assert seen[-1] == (8, None)


@each_side
def test_a_packed_body_counts_as_it_comes(scripted: Scripted, side: Side) -> None:
    packed = gzip.compress(b"x" * MIB)
    reply = {
        "status": 200,
        "headers": [["content-encoding", "gzip"]],
        "body_base64": base64.b64encode(packed).decode(),
    }
    assert told(side, scripted(reply), "GET")[-1] == (len(packed), len(packed))


@each_side
def test_only_the_reply_that_counts_is_told_of(scripted: Scripted, side: Side) -> None:
    fails = {"status": 503, "headers": [["retry-after-ms", "1"]], "body": "x" * 5000}
    assert told(side, scripted(fails, body(10)), "GET") == [(10, 10)]
    assert told(side, scripted({"status": 404, "body": "no"}), "GET") == []


def test_another_attempt_begins_at_0(scripted: Scripted) -> None:
    fails = {"status": 503, "headers": [["retry-after-ms", "1"]]}
    seen: Told = []
    client = scripted.client(fails, 200, max_retries=1)
    data = b"x" * 3 * MIB
    client.post("/x", data=data, progress=lambda done, total: seen.append((done, total)))
    assert seen.count((len(data), len(data))) == 2


@each_side
def test_a_list_is_told_of(sandbox: Any, side: Side) -> None:
    seen: Told = []

    async def play() -> None:
        async with side.client(sandbox.api_key, base_url=sandbox.base_url) as client:
            progress = lambda done, total: seen.append((done, total))  # noqa: E731
            await side.result(client.models.list(progress=progress))

    side.run(play())
    assert seen[-1][0] == seen[-1][1]


def test_an_event_loop_is_told_on_its_own_thread(scripted: Scripted) -> None:
    threads: set[int] = set()

    async def main() -> None:
        client = loops.client(scripted, body(MIB))
        progress = lambda *_: threads.add(threading.get_ident())  # noqa: E731
        async for _ in (await client.get("/x", stream=True, progress=progress)).aiter_content(9999):
            pass
        await asyncio.sleep(0.01)

    loops.run(main())
    assert threads == {threading.get_ident()}


def test_it_may_close_the_reply(scripted: Scripted) -> None:
    client = scripted.client({**body(10 * MIB)})

    def close(done: int, total: int | None) -> None:
        if done > MIB:
            response.close()

    response = client.get("/x", stream=True, progress=close)
    time.sleep(0.06)
    with pytest.raises(neura_ai.CancelledError):
        sum(time.sleep(0.0005) or 1 for _ in response.iter_content(4096))


def test_ctrl_c_in_it_ends_the_call(scripted: Scripted) -> None:
    def end(done: int, total: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scripted.client(body(3 * MIB)).get("/x", progress=end)


def test_one_that_fails_does_not_end_the_call(scripted: Scripted, unraisable: list[Any]) -> None:
    client = scripted.client(body(10))
    assert len(client.get("/x", progress=lambda *_: 1 / 0).content) == 10
    assert [type(error) for error in unraisable] == [ZeroDivisionError]


@pytest.mark.parametrize("nothing", [None, False])
def test_nothing_is_told_where_it_is_not_asked_for(scripted: Scripted, nothing: Any) -> None:
    assert scripted.client(body(10)).get("/x", progress=nothing).ok


def test_what_cannot_be_called_is_refused(scripted: Scripted) -> None:
    with pytest.raises(TypeError, match="progress must be callable, True or None, not int"):
        scripted.client(200).get("/x", progress=1)  # type: ignore[arg-type]
    assert scripted.requests() == []


def test_true_is_a_bar(scripted: Scripted, capsys: pytest.CaptureFixture[str]) -> None:
    client = scripted.client({**body(4096), "chunk_bytes": 512, "delay_ms": 20})
    client.get("/x", progress=True)
    shown = capsys.readouterr().err
    assert "100%" in shown
    assert "4.00k/4.00k" in shown


def test_another_attempt_has_a_bar_of_its_own(
    scripted: Scripted, capsys: pytest.CaptureFixture[str]
) -> None:
    fails = {"status": 503, "headers": [["retry-after-ms", "1"]]}
    client = scripted.client(fails, 200, max_retries=1)
    client.post("/x", data=b"x" * 3 * MIB, progress=True)
    assert capsys.readouterr().err.count("100%") == 2


def test_a_bar_without_tqdm_says_what_to_install(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    with pytest.raises(ImportError, match="pip install tqdm"):
        scripted.client(200).get("/x", progress=True)
    assert scripted.requests() == []
