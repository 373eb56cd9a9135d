"""conformance/call.json: a client, its calls in turn, and a server that judges them."""

from __future__ import annotations

import time
import traceback
from typing import Any

import neura_ai
from cases import each_case, only, only_fields, words
from conftest import Scripted
from sides import Side

#: The key of a client whose case names none.
KEY = "nk-fake-0123456789abcdef"
#: What the server judges.
JUDGED = ["attempts", "headers", "absent_headers", "requests", "retry_count_headers"]
WAITS = ["min_wait_ms", "max_wait_ms"]
CLIENT = ["api_key", "api_keys", "base_path", "headers", "max_retries", "replay_unsent_only"]
MESSAGES = ["message", "absent_message"]
OPTIONS = ["idempotency_key", "max_retries"]
KINDS_OF_CALL = ["stream", "named", "json_reply"]
CALL = ["method", "path", "json", "headers", "timeout_ms", *KINDS_OF_CALL, *OPTIONS]
#: What an error says beside its message.
SAID = ["code", "retryable"]


@each_case("call")
def test_the_calls_of_a_client_come_to_what_is_expected(
    scripted: Scripted, case: dict[str, Any], side: Side
) -> None:
    only_fields(case, "client", "calls", "replies", "expect")
    expect = only(case["expect"], *JUDGED, *WAITS, "outcomes", "usage", "absent_text")
    assert len(case["calls"]) == len(expect["outcomes"])
    # A case is a script as it stands, and the server passes over what is not its to judge.
    # The shortest wait is timed here: the server notes a reply's end only after it was
    # sent, when the client's wait may have begun already.
    judged = {name: expect[name] for name in expect if name != "min_wait_ms"}
    server = scripted(*case["replies"], expect=judged)

    async def play() -> list[neura_ai.Object]:
        options = client_options(case.get("client", {}))
        base_url = server.base_url.replace("/v1", options.pop("base_path", "/v1"))
        async with side.client(base_url=base_url, **options) as client:
            for call, wanted in zip(case["calls"], expect["outcomes"], strict=True):
                outcome = await Outcome.of(side, client, call)
                outcome.compare(wanted, expect.get("absent_text", []))
            keys: list[neura_ai.Object] = client.usage().keys
            return keys

    start = time.monotonic()
    keys = side.run(play())
    assert (time.monotonic() - start) * 1000 >= expect.get("min_wait_ms", 0)
    usage = expect.get("usage", [])
    assert not usage or len(usage) == len(keys)
    for counts, found in zip(usage, keys, strict=False):
        assert {name: found[name] for name in counts} == counts
    assert server.report()["problems"] == []


def client_options(given: dict[str, Any]) -> dict[str, Any]:
    options = with_pairs(only(given, *CLIENT))
    options["api_key"] = options.pop("api_keys", options.get("api_key", KEY))
    return options


def with_pairs(given: dict[str, Any]) -> dict[str, Any]:
    """A copy in which headers are the pairs that Python calls so."""
    pairs = {"headers": [tuple(pair) for pair in given["headers"]]} if "headers" in given else {}
    return {**given, **pairs}


class Outcome:
    """What one call came to."""

    def __init__(self) -> None:
        self.error: neura_ai.NeuraError | None = None
        #: Of the reply, or of the error.
        self.status: int | None = None
        self.attempts: int | None = None
        #: Those of a stream that came, before the error if one ends them.
        self.chunks: list[Any] | None = None

    @classmethod
    async def of(cls, side: Side, client: Any, call: dict[str, Any]) -> Outcome:
        call = with_pairs(only(call, *CALL))
        options = {name: call[name] for name in OPTIONS if name in call}
        if "timeout_ms" in call:
            options["timeout"] = call["timeout_ms"] / 1000
        outcome = cls()
        play = outcome.stream if "stream" in call else outcome.request
        play = outcome.named if "named" in call else play
        try:
            await play(side, client, call, options)
        except neura_ai.NeuraError as error:
            outcome.error = error
            outcome.status, outcome.attempts = error.status_code, error.attempts
        return outcome

    async def request(self, side: Side, client: Any, call: Any, options: Any) -> None:
        options |= {name: call[name] for name in ("json", "headers") if name in call}
        sent = client.request(call["method"], call["path"], **options)
        response: neura_ai.Response = await side.result(sent)
        response.raise_for_status()
        if call.get("json_reply"):
            response.json()
        self.status, self.attempts = response.status_code, response.attempts

    async def named(self, side: Side, client: Any, call: Any, options: Any) -> None:
        calls = {
            "chat": lambda: client.chat.completions.create(**call["json"], **options),
            "embeddings": lambda: client.embeddings.create(**call["json"], **options),
            "models": lambda: client.models.list(**options),
            "model": lambda: client.models.retrieve(call["path"].rpartition("/")[2], **options),
        }
        answer = await side.result(calls[call["named"]]())
        self.status, self.attempts = answer._response.status_code, answer._response.attempts

    async def stream(self, side: Side, client: Any, call: Any, options: Any) -> None:
        assert call["stream"] == "chat"
        self.chunks = []
        # The arguments that `create` will not do without.
        body = {"model": "gpt-5", "messages": [], **call["json"]}
        opened = await side.result(
            client.chat.completions.create(
                **body, stream=True, extra_headers=call.get("headers"), **options
            )
        )
        self.status, self.attempts = opened._response.status_code, opened._response.attempts
        async for chunk in side.items(opened):
            self.chunks.append(chunk)

    def compare(self, wanted: dict[str, Any], absent_text: list[str]) -> None:
        only(wanted, "status", "attempts", "kind", *MESSAGES, *SAID, "chunks", "events")
        told = "" if self.error is None else all_texts(self.error)
        assert getattr(self.error, "kind", None) == wanted.get("kind"), told
        found: dict[str, Any] = {"status": self.status, "attempts": self.attempts}
        if self.chunks is not None:
            found |= {"events": len(self.chunks), "chunks": contents(self.chunks)}
        for name in SAID:
            assert name not in wanted or getattr(self.error, name) == wanted[name], told
        beside = ("kind", *MESSAGES, *SAID)
        parts = {name: wanted[name] for name in wanted if name not in beside}
        assert {name: found[name] for name in parts} == parts, told
        message = getattr(self.error, "message", "")
        for part in wanted.get("message", []):
            assert words(part) in message
        for part in wanted.get("absent_message", []):
            assert part not in message
        for part in absent_text:
            assert part not in told


def contents(chunks: list[Any]) -> list[str]:
    """What the chunks say; JSON of another form says nothing."""
    choices = (chunk.get("choices") for chunk in chunks if isinstance(chunk, dict))
    deltas = (several[0].get("delta", {}) for several in choices if several)
    said = (delta.get("content") for delta in deltas)
    return [content for content in said if isinstance(content, str)]


def all_texts(error: BaseException) -> str:
    """All that a person may come to see of an error."""
    trace = "".join(traceback.format_exception(error))
    return f"{trace} {error!r} {vars(error)!r} {error.args!r}"
