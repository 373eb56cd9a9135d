"""Replies and errors that a test makes without a server."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import neura_ai
import pytest
from neura_ai.testing import response

LIMITED = {"error": {"message": "Slow down.", "code": "rate_limit_exceeded", "type": "limits"}}


@pytest.mark.parametrize(
    ("given", "content", "media_type"),
    [
        ({}, b"", None),
        ({"json": {"a": [1, None]}}, b'{"a":[1,null]}', "application/json"),
        ({"json": []}, b"[]", "application/json"),
        ({"text": "Grüße"}, "Grüße".encode(), "text/plain; charset=utf-8"),
        ({"content": b"\xff"}, b"\xff", None),
        ({"json": 1, "headers": {"CONTENT-TYPE": "x/y"}}, b"1", "x/y"),
        ({"text": "a", "headers": [("Content-Type", "x/y")]}, b"a", "x/y"),
    ],
)
def test_a_response_has_what_it_is_given(
    given: dict[str, Any], content: bytes, media_type: str | None
) -> None:
    reply = response(**given)
    assert isinstance(reply, neura_ai.Response)
    assert (reply.status_code, reply.ok, reply.content) == (200, True, content)
    assert reply.headers.get("Content-Type") == media_type
    reply.raise_for_status()


def test_a_response_is_read_as_any_other() -> None:
    reply = response(json={"a": 1}, url="https://api.test/v1/things", headers={"X-Request-Id": "r"})
    assert reply.json() == {"a": 1}
    assert (reply.url, reply.request_id, reply.reason) == ("https://api.test/v1/things", "r", "OK")
    assert list(response(text="a\nb").iter_lines(decode_unicode=True)) == ["a", "b"]
    events = list(response(text="data: 1\n\ndata: [DONE]\n\n").iter_events())
    assert [event.data for event in events] == ["1"]
    assert pickle.loads(pickle.dumps(reply)).json() == copy.copy(reply).json()  # noqa: S301


@pytest.mark.parametrize("status", [0, 99, 199, 600, -1, 2**70, "200", 200.5, None, True])
def test_a_status_is_one_that_a_reply_can_have(status: Any) -> None:
    with pytest.raises((neura_ai.InvalidArgumentError, TypeError), match="status"):
        response(status)


def test_a_response_has_one_body_of_its_type() -> None:
    wrong: list[dict[str, Any]] = [{"text": 5}, {"text": b"a"}, {"content": "a"}, {"content": None}]
    for given in wrong:
        with pytest.raises(TypeError, match=r"must be (a str|bytes), not"):
            response(**given)
    for given in ({"json": [], "text": ""}, {"json": 1, "content": b"1"}):
        with pytest.raises(TypeError, match="one of json, text and content"):
            response(**given)


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (400, None, neura_ai.BadRequestError),
        (401, "expired_api_key", neura_ai.ExpiredAPIKeyError),
        (404, None, neura_ai.NotFoundError),
        (429, "insufficient_quota", neura_ai.QuotaExceededError),
        (302, None, neura_ai.RedirectError),
        (503, None, neura_ai.InternalServerError),
    ],
)
def test_a_response_raises_the_error_of_its_status(
    status: int, code: str | None, error: type[neura_ai.NeuraError]
) -> None:
    with pytest.raises(error) as raised:
        response(status, json={"error": {"message": "No.", "code": code}}).raise_for_status()
    assert raised.type is error


def test_an_error_says_what_its_response_says() -> None:
    reply = response(429, json=LIMITED, headers={"Retry-After": "2", "X-Request-Id": "r1"})
    error = neura_ai.RateLimitError("no more", response=reply)
    assert (str(error), error.message, error.kind) == ("no more", "no more", "rate_limited")
    assert (error.status_code, error.code, error.type) == (429, "rate_limit_exceeded", "limits")
    assert (error.retry_after, error.retryable, error.request_id) == (2.0, True, "r1")
    assert error.body == reply.text
    assert error.response is reply
    assert error.request == reply.request
    assert error.attempts == 1
    for again in (copy.copy(error), pickle.loads(pickle.dumps(error))):  # noqa: S301
        assert (again.code, again.retry_after, again.response.status_code) == (
            error.code,
            2.0,
            429,
        )


def test_what_an_error_is_given_comes_first() -> None:
    reply = response(429, json=LIMITED)
    error = neura_ai.RateLimitError("x", response=reply, code="mine", retry_after=9, body="b")
    assert (error.code, error.retry_after, error.body, error.type) == ("mine", 9, "b", "limits")
    waits = response(429, headers={"Retry-After": "2"})
    assert neura_ai.RateLimitError("x", response=waits, retry_after=0).retry_after == 0


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (neura_ai.APIStatusError, "rate_limited"),
        (neura_ai.NeuraError, "rate_limited"),
        (neura_ai.RateLimitError, "rate_limited"),
        (neura_ai.QuotaExceededError, "quota_exceeded"),
        (neura_ai.InternalServerError, "server"),
    ],
)
def test_a_class_for_several_kinds_takes_that_of_the_reply(
    error: type[neura_ai.NeuraError], kind: str
) -> None:
    assert error("x", response=response(429, json=LIMITED)).kind == kind


def test_an_error_beside_a_good_reply_says_its_status() -> None:
    error = neura_ai.IncompleteStreamError("cut", response=response(200))
    assert (error.status_code, error.attempts, error.kind) == (200, 1, "incomplete_stream")


def test_an_error_takes_another_library_s_reply() -> None:
    import httpx

    error = neura_ai.RateLimitError("x", response=httpx.Response(429))  # type: ignore[arg-type]
    assert (error.status_code, error.kind) == (429, "rate_limited")


def test_an_error_without_a_response_has_its_kind() -> None:
    error = neura_ai.RateLimitError("x", status_code=429)
    assert (error.kind, error.response, error.body) == ("rate_limited", None, None)


def test_an_error_of_json_is_made_as_pythons() -> None:
    made = neura_ai.JSONDecodeError("Expecting value", "{\n<p>", 2)
    assert (made.doc, made.pos, made.lineno, made.colno) == ("{\n<p>", 2, 2, 1)
    assert (made.kind, made.msg, str(made)) == ("decode", "Expecting value", "Expecting value")
    for again in (pickle.loads(pickle.dumps(made)), copy.copy(made)):  # noqa: S301
        assert vars(again) == vars(made)
    answered = neura_ai.JSONDecodeError("no JSON", "", 0, response=response(502, text="<p>"))
    assert (answered.status_code, answered.lineno, answered.colno) == (502, 1, 1)


@pytest.mark.parametrize("code", ["invalid_api_key", "expired_api_key", "insufficient_permissions"])
@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_made_reply_s_error_names_the_test(status: int, code: str) -> None:
    with pytest.raises(neura_ai.APIStatusError) as raised:
        response(status, json={"error": {"code": code, "message": "No."}}).raise_for_status()
    said = str(raised.value)
    assert not any(gap in said for gap in ("  ", "()", " ;", " ,", " .")), said
    assert status == 403 or "a test" in said or "https://service.test/v1" in said
    assert "no /v1" not in said
