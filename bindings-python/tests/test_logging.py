"""What a program's log is told of each attempt, and what it is never told."""

from __future__ import annotations

import asyncio
import contextvars
import hashlib
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import neura_ai
import pytest
from conftest import KEY, Scripted
from servers import Sandbox

EVENTS = {
    "status": 200,
    "headers": [["content-type", "text/event-stream"]],
    "body": "data: 1\n\ndata: [DONE]\n\n",
}
FAILS = {"status": 503, "headers": [["retry-after-ms", "20"]]}


class Kept(logging.Handler):
    """Keeps every record, and runs ``then`` at each."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []
        self.then: Callable[[], object] = lambda: None

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)
        self.then()

    def texts(self) -> str:
        return "\n".join(record.getMessage() for record in self.records)


@pytest.fixture
def kept() -> Iterator[Kept]:
    logger, handler = logging.getLogger("neura_ai"), Kept()
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield handler
    logger.removeHandler(handler)
    logger.setLevel(logging.NOTSET)


def test_each_attempt_is_one_record(scripted: Scripted, kept: Kept) -> None:
    reply = {"status": 200, "headers": [["x-request-id", "req-7"]]}
    client = scripted.client(FAILS, reply, max_retries=1)
    assert client.post("/chat/completions?token=hidden", data="{}").ok
    first, second = kept.records
    assert (first.levelno, second.levelno) == (logging.WARNING, logging.INFO)
    assert [record.name for record in kept.records] == ["neura_ai"] * 2
    facts = vars(second)
    assert facts["method"] == "POST"
    assert facts["path"] == "/v1/chat/completions"
    assert (facts["status"], facts["kind"], facts["attempt"]) == (200, None, 2)
    assert facts["wait"] >= 0.02
    assert facts["request_id"] == "req-7"
    assert facts["key_fingerprint"] == hashlib.sha256(KEY.encode()).hexdigest()[:12]
    assert 0 < facts["elapsed"] < 5
    assert vars(first)["status"] == 503
    assert vars(first)["wait"] == 0
    assert "POST /v1/chat/completions: 200, attempt 2 after a wait of" in second.getMessage()
    assert "req-7" in second.getMessage()
    assert "hidden" not in kept.texts()


def test_an_attempt_without_a_reply_tells_the_kind(scripted: Scripted, kept: Kept) -> None:
    with pytest.raises(neura_ai.APIConnectionError):
        scripted.client("reset").get("/x")
    (record,) = kept.records
    assert record.levelno == logging.WARNING
    facts = vars(record)
    assert (facts["status"], facts["kind"], facts["request_id"]) == (None, "connection", None)
    assert "GET /v1/x: connection" in record.getMessage()


def test_a_refusal_is_a_warning(scripted: Scripted, kept: Kept) -> None:
    assert scripted.client(404).get("/x").status_code == 404
    assert [record.levelno for record in kept.records] == [logging.WARNING]


def test_every_sort_of_call_is_told_of(sandbox: Sandbox, scripted: Scripted, kept: Kept) -> None:
    client = neura_ai.Client(sandbox.api_key, base_url=sandbox.base_url)
    messages = [{"role": "user", "content": "Hello!"}]
    client.models.list()
    client.check()
    list(client.chat.completions.create(model="gpt-5", messages=messages, stream=True))
    assert client.get("/models", stream=True).content
    list(scripted.client(EVENTS).stream("GET", "/x"))
    assert [vars(record)["path"] for record in kept.records] == [
        "/v1/models",
        "/v1/models",
        "/v1/chat/completions",
        "/v1/models",
        "/v1/x",
    ]


def test_an_asynchronous_call_is_told_of_in_its_own_context(scripted: Scripted, kept: Kept) -> None:
    who = contextvars.ContextVar("who", default="nobody")
    told: list[str] = []
    kept.then = lambda: told.append(who.get())

    async def ask(client: neura_ai.AsyncClient, name: str) -> None:
        who.set(name)
        assert (await client.get(f"/{name}")).ok
        async for event in client.stream("GET", f"/{name}"):
            assert event.data == "1"

    async def main() -> None:
        base_url = scripted(EVENTS).base_url
        async with neura_ai.AsyncClient(KEY, base_url=base_url) as client:
            await asyncio.gather(*(ask(client, f"task{number}") for number in range(20)))

    asyncio.run(main())
    asked = [vars(record)["path"].removeprefix("/v1/") for record in kept.records]
    assert len(told) == 40
    assert told == asked


def test_a_server_that_echoes_the_key_does_not_bring_it_into_the_log(
    scripted: Scripted, kept: Kept
) -> None:
    reply = {
        "status": 401,
        "headers": [["x-request-id", KEY], ["x-echo", KEY]],
        "body": f'{{"error": {{"message": "no such key: {KEY}"}}}}',
    }
    client = scripted.client(reply, headers={"X-Other": "nk-other-secret-000"})
    assert client.get(f"/{KEY}").status_code == 401
    (record,) = kept.records
    assert KEY not in record.getMessage() + repr(vars(record))
    assert "nk-other-secret" not in repr(vars(record))


def test_at_the_level_warning_replies_are_not_told_of(scripted: Scripted, kept: Kept) -> None:
    logging.getLogger("neura_ai").setLevel(logging.WARNING)
    client = scripted.client(200, 404)
    client.get("/x")
    assert kept.records == []
    client.get("/x")
    assert [vars(record)["status"] for record in kept.records] == [404]
    logging.getLogger("neura_ai").setLevel(logging.ERROR)
    client.get("/x")
    assert len(kept.records) == 1


@pytest.mark.parametrize("ends", [KeyboardInterrupt, SystemExit])
def test_a_handler_that_ends_the_program_ends_the_call(
    scripted: Scripted, kept: Kept, ends: type[BaseException]
) -> None:
    def end() -> None:
        raise ends("now")

    kept.then = end
    with pytest.raises(ends, match="now"):
        scripted.client(503, 503, 200, max_retries=5).get("/x")
    assert len(scripted.requests()) == 1


def test_a_handler_that_fails_does_not_end_the_call(
    scripted: Scripted, kept: Kept, unraisable: list[Any]
) -> None:
    kept.then = lambda: 1 / 0
    client = scripted.client(503, 200, max_retries=1)
    assert client.get("/x").ok

    async def main() -> None:
        async with neura_ai.AsyncClient(KEY, base_url=client.base_url) as other:
            assert (await other.get("/x")).ok

    asyncio.run(main())
    assert [type(error) for error in unraisable] == [ZeroDivisionError] * 3


def run(program: str, base_url: str) -> subprocess.CompletedProcess[str]:
    begin = f"import sys, neura_ai\nclient = neura_ai.Client({KEY!r}, base_url={base_url!r})\n"
    return subprocess.run(
        [sys.executable, "-c", begin + program], capture_output=True, text=True, timeout=30
    )


def test_nothing_is_printed_unless_the_program_asks_for_it(scripted: Scripted) -> None:
    base_url = scripted(404).base_url
    for program in (
        "client.get('/x'); assert 'logging' not in sys.modules",
        "import logging; client.get('/x')",
    ):
        ran = run(program, base_url)
        assert ran.returncode == 0, ran.stderr
        assert ran.stdout + ran.stderr == ""
    ran = run("import logging; logging.basicConfig(level=20); client.get('/x')", base_url)
    assert "WARNING:neura_ai:GET /v1/x: 404, attempt 1" in ran.stderr
    assert KEY not in ran.stderr


def test_logging_that_is_set_up_later_is_heard(scripted: Scripted) -> None:
    program = (
        "client.get('/before'); import logging; logging.basicConfig(level=20); client.get('/after')"
    )
    ran = run(program, scripted(200).base_url)
    assert "/v1/before" not in ran.stderr
    assert "INFO:neura_ai:GET /v1/after: 200" in ran.stderr
