"""``neura_ai.testing.replies`` and ``response``, as a program's own tests use them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import neura_ai
import pytest
from neura_ai.testing import replies
from test_testing import program as program  # the fixture, for these too

pytest_plugins = ["pytester"]

QUESTION: list[dict[str, str]] = [{"role": "user", "content": "Hello!"}]
SLOW_DOWN = {"error": {"status": 429, "code": "rate_limit_exceeded", "retry_after": 0}}
WEATHER = {"chat": {"tool_calls": [{"name": "weather", "arguments": {"city": "Oslo"}}]}}


def ask(client: neura_ai.Client, **more: Any) -> Any:
    return client.chat.completions.create(model="gpt-5", messages=QUESTION, **more)


def ask_awaiting(server: neura_ai.testing.Replies, **options: Any) -> Any:
    async def main() -> Any:
        async with server.async_client(**options) as client:
            return await client.chat.completions.create(model="gpt-5", messages=QUESTION)

    return asyncio.run(main())


BOTH = pytest.mark.parametrize(
    "asking",
    [lambda server, **options: ask(server.client(**options)), ask_awaiting],
    ids=["Client", "AsyncClient"],
)


@BOTH
def test_replies_come_in_turn(asking: Callable[..., Any]) -> None:
    with replies([SLOW_DOWN, "Hello!", WEATHER, 503]) as server:
        reply = asking(server)
        assert (reply.choices[0].message.content, reply._response.attempts) == ("Hello!", 2)
        assert len(server.requests) == 2
        (call,) = asking(server).choices[0].message.tool_calls
        assert json.loads(call.function.arguments) == {"city": "Oslo"}
        with pytest.raises(neura_ai.InternalServerError):
            asking(server, max_retries=0)
    assert [each.method for each in server.requests] == ["POST"] * 4
    last = server.requests[-1]
    assert last.target == last.path == "/v1/chat/completions"
    assert last.json() == {"model": "gpt-5", "messages": QUESTION}
    assert last.headers["Authorization"] == f"Bearer {server.api_key}"


@BOTH
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"then": "close"}, neura_ai.APIConnectionError),
        ({"then": "reset"}, neura_ai.APIConnectionError),
        ({"then": "stall"}, neura_ai.APITimeoutError),
        ({"chat": "late", "delay_before_ms": 5000}, neura_ai.APITimeoutError),
        ({"status": 200, "body": "<html>"}, neura_ai.DecodeError),
        ({"error": {"status": 401, "code": "expired_api_key"}}, neura_ai.ExpiredAPIKeyError),
    ],
)
def test_faults(asking: Callable[..., Any], fault: Any, error: type[Exception]) -> None:
    limit = 0.5 if error is neura_ai.APITimeoutError else 30
    with replies([fault]) as server, pytest.raises(error):
        asking(server, timeout=limit, max_retries=0)


def test_a_text_is_a_stream_for_those_who_ask_for_one() -> None:
    with replies(["Hello!", {"stream": ["Hel", "lo!"]}]) as server:
        for pieces in (["Hello!"], ["Hel", "lo!"]):
            with ask(server.client(), stream=True) as stream:
                found = [chunk.choices[0].delta.content for chunk in stream if chunk.choices]
            assert [piece for piece in found if piece] == pieces


@pytest.mark.parametrize("word", ["close", "reset", "stall", "refuse", "", "Grüße 🎈"])
def test_every_text_is_an_answer(word: str) -> None:
    with replies([word]) as server:
        assert ask(server.client()).choices[0].message.content == word


def test_the_verbs_of_the_module_find_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with replies([{"json": [1]}, 204]) as server:
        for name, value in server.env.items():
            monkeypatch.setenv(name, value)
        assert neura_ai.get("/things").json() == [1]
        assert neura_ai.delete("/things/1").status_code == 204


def test_a_long_script_and_a_long_body_fit() -> None:
    answer = "x" * 300_000
    with replies([answer] * 2) as server:
        for _ in range(2):
            assert ask(server.client(), user=answer).choices[0].message.content == answer
    assert server.requests[1].json()["user"] == answer


def test_what_is_no_text_is_kept_in_base64() -> None:
    with replies([200]) as server:
        server.client().post("/files", data=b"\xff\x00")
    assert server.requests[0].body == "/wA="


def test_replies_that_are_left_over_are_told() -> None:
    told = r"never asked for: replies\[1:\]. The requests: GET /v1/models$"
    with pytest.raises(AssertionError, match=told), replies([{"models": []}, "Hello!"]) as server:
        server.client().models.list()
    assert len(server.requests) == 1
    with pytest.raises(AssertionError, match="The requests: none"), replies(["Hello!"]):
        pass


@pytest.mark.parametrize("scripted", [[], ["Hello!"]])
def test_more_requests_than_replies_are_told(scripted: list[str]) -> None:
    def ask_too_often() -> None:
        with replies(scripted) as server:
            for _ in scripted:
                ask(server.client())
            with pytest.raises(neura_ai.BadRequestError, match="no reply left"):
                ask(server.client())

    with pytest.raises(AssertionError, match=f"request {len(scripted) + 1}: .* no reply left"):
        ask_too_often()


def test_a_reply_that_does_not_fit_its_request_is_told() -> None:
    def ask_for_vectors() -> None:
        with replies(["Hello!"]) as server, pytest.raises(neura_ai.NeuraError):
            server.client().embeddings.create(model="m", input="x")

    with pytest.raises(AssertionError, match=r"request 1: .*embeddings"):
        ask_for_vectors()


def test_an_error_of_the_block_is_the_one_that_is_seen() -> None:
    with pytest.raises(KeyError), replies(["Hello!"]):
        raise KeyError


def test_it_starts_and_closes_without_a_block() -> None:
    server = replies(["Hello!"]).start()
    with pytest.raises(AssertionError, match="never asked for"):
        server.close()
    server.close()
    with server:
        assert ask(server.client()).choices[0].message.content == "Hello!"


def test_a_wrong_script_names_the_place() -> None:
    with pytest.raises(neura_ai.ConfigError, match=r"replies\[1\]: unknown field `chta`"):
        replies(["Hello!", {"chta": "x"}]).start()
    for wrong in ("Hello!", {"chat": "Hello!"}, [b"Hello!"], [object()]):
        with pytest.raises(TypeError):
            replies(wrong)  # type: ignore[arg-type]


def test_the_fixture_has_a_server_for_each_script(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_two(neura_replies):
            one, two = neura_replies(["one"]), neura_replies([{"models": ["two"]}])
            ask = {"model": "m", "messages": []}
            reply = one.client().chat.completions.create(**ask)
            assert reply.choices[0].message.content == "one"
            assert two.client().models.list().data[0].id == "two"

        def test_left_over(neura_replies):
            neura_replies(["one"])
        """
    )
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*never asked for: replies?0:?*"])


def test_the_fixture_adds_no_error_to_that_of_the_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        def test_fails(neura_replies):
            neura_replies(["one"])
            assert False

        @pytest.mark.xfail
        def test_fails_as_expected(neura_replies):
            neura_replies(["one"])
            assert False

        def test_is_skipped(neura_replies):
            neura_replies(["one"])
            pytest.skip("late")
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(failed=1, xfailed=1, skipped=1)


def test_the_path_of_a_request_is_without_its_query() -> None:
    with neura_ai.testing.replies([200]) as server:
        server.client().get("/models", params={"a": "b?c"})
        (request,) = server.requests
    assert (request.path, request.target) == ("/v1/models", "/v1/models?a=b%3Fc")
