"""The reply, in the manner of requests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import neura_ai
import pytest
from conftest import Scripted


def reply(body: str, *headers: tuple[str, str], status: int = 200) -> dict[str, Any]:
    return {"status": status, "headers": list(headers), "body": body}


def test_it_reads_like_a_response_of_requests(client: neura_ai.Client) -> None:
    response = client.get("/models")
    assert response.status_code == 200
    assert response.reason == "OK"
    assert response.ok is True
    assert response
    assert response.url.endswith("/v1/models")
    assert response.headers["Content-Type"].startswith("application/json")
    assert response.content.decode() == response.text
    assert response.json()["object"] == "list"
    assert type(response.json()) is dict
    assert response.raise_for_status() is None
    assert timedelta() < response.elapsed < timedelta(seconds=10)
    assert response.request_id == response.headers["x-request-id"]
    assert response.attempts == 1
    assert repr(response) == "<Response [200]>"


def test_an_error_status_is_a_reply_until_it_is_raised(scripted: Scripted) -> None:
    response = scripted.client(reply("gone", status=404)).get("/x")
    assert (response.status_code, response.ok, bool(response)) == (404, False, False)
    assert response.text == "gone"
    with pytest.raises(neura_ai.NotFoundError) as caught:
        response.raise_for_status()
    assert caught.value.status_code == 404


@pytest.mark.parametrize("status", [200, 204, 299])
def test_two_hundred_to_299_raise_nothing(scripted: Scripted, status: int) -> None:
    response = scripted.client(reply("", status=status)).get("/x")
    assert response.ok
    response.raise_for_status()


def test_headers_know_no_case_and_join_what_is_repeated(scripted: Scripted) -> None:
    headers = scripted.client(reply("", ("X-Two", "a"), ("x-two", "b"))).get("/x").headers
    assert headers["X-TWO"] == headers["x-two"] == "a, b"
    assert "X-tWo" in headers
    assert headers.get("absent") is None
    with pytest.raises(KeyError):
        headers["absent"]
    assert dict(headers)["x-two"] == "a, b"
    assert headers == neura_ai.Headers([("X-TWO", "a, b"), ("Content-Length", "0")])
    # A server may echo a key in a value.
    assert "a, b" not in repr(headers)
    assert "x-two" in repr(headers)
    assert len(headers) == 2
    assert "x-two" in repr(headers)


def test_text_that_is_not_utf_8_is_no_error(scripted: Scripted) -> None:
    response = scripted.client({"status": 200, "body_base64": "Y2Fm6Q=="}).get("/x")
    assert response.content == b"caf\xe9"
    assert response.text == "caf\ufffd"


@pytest.mark.parametrize("body", ["<!doctype html><p>Sign in", "", '{"a":', "NaN", "[1] x"])
def test_a_body_that_is_not_json_is_a_decode_error(scripted: Scripted, body: str) -> None:
    response = scripted.client(reply(body, ("content-type", "text/html"))).get("/x")
    with pytest.raises(neura_ai.DecodeError) as caught:
        response.json()
    assert caught.value.status_code == 200
    assert "text/html" in str(caught.value)


def test_json_takes_the_options_of_pythons_json(scripted: Scripted) -> None:
    response = scripted.client(reply('{"a": 1.5, "n": 123456789012345678901234567890}')).get("/x")
    assert response.json(parse_float=str) == {"a": "1.5", "n": 123456789012345678901234567890}


def test_json_too_deep_for_python_is_a_decode_error(scripted: Scripted) -> None:
    response = scripted.client(reply("[" * 100_000 + "]" * 100_000)).get("/x")
    with pytest.raises(neura_ai.DecodeError):
        response.json()


def test_rate_limits_are_told_where_the_server_tells_them(scripted: Scripted) -> None:
    told = [
        ("x-ratelimit-limit-requests", "60"),
        ("x-ratelimit-remaining-requests", "59"),
        ("x-ratelimit-reset-requests", "1s"),
    ]
    limit = scripted.client(reply("", *told)).get("/x").rate_limit
    assert limit.requests == {"limit": 60, "remaining": 59, "reset_ms": 1000}
    assert limit.tokens.remaining is None


def test_a_redirect_is_not_followed(scripted: Scripted) -> None:
    response = scripted.client(reply("", ("location", "/elsewhere"), status=302)).get("/x")
    assert response.status_code == 302
    with pytest.raises(neura_ai.RedirectError):
        response.raise_for_status()
    assert len(scripted.requests()) == 1
