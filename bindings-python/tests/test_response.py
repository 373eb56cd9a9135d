"""The reply, in the manner of requests."""

from __future__ import annotations

import pickle
from datetime import timedelta
from typing import Any

import neura_ai
import pytest
from conftest import KEY, Scripted


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


@pytest.mark.parametrize("stream", [False, True])
def test_the_reason_is_the_servers_own(scripted: Scripted, stream: bool) -> None:
    head = {"raw": "HTTP/1.1 404 No such  thing\r\ncontent-length: 0\r\n\r\n"}
    response = scripted.client(head).get("/x", stream=stream)
    assert response.reason == "No such  thing"
    response.close()
    if not stream:
        again = pickle.loads(pickle.dumps(response))  # noqa: S301 - made here
        assert again.reason == "No such  thing"


def test_an_error_status_is_a_reply_until_it_is_raised(scripted: Scripted) -> None:
    response = scripted.client(reply("gone", status=404)).get("/x")
    assert (response.status_code, response.ok, bool(response)) == (404, False, False)
    assert response.text == "gone"
    with pytest.raises(neura_ai.NotFoundError) as caught:
        response.raise_for_status()
    assert caught.value.status_code == 404


def not_found(client: neura_ai.Client, method: str, path: str) -> neura_ai.NotFoundError:
    response = client.request(method, path)
    with pytest.raises(neura_ai.NotFoundError) as caught:
        response.raise_for_status()
    with pytest.raises(neura_ai.NotFoundError) as again:
        pickle.loads(pickle.dumps(response)).raise_for_status()  # noqa: S301
    assert again.value.message == caught.value.message
    return caught.value


def test_a_404_names_what_was_asked_and_doubts_the_base_url(scripted: Scripted) -> None:
    client = scripted.client(*[reply("nope", status=404)] * 2)
    base_url = client.base_url
    message = not_found(client, "DELETE", "/v1/models?token=hush").message
    assert f"DELETE {base_url}/v1/models (status 404)" in message
    assert "The server said: nope. " in message
    assert f"base URL ({base_url})?" in message
    assert "hush" not in message
    message = not_found(client, "GET", f"/{KEY}/%6Ek{KEY[2:]}").message
    assert f"GET {base_url}/…{KEY[-4:]}/…{KEY[-4:]} (status" in message


def test_a_404_for_a_model_doubts_no_base_url(scripted: Scripted) -> None:
    body = '{"error": {"message": "no such model", "code": "model_not_found"}}'
    error = not_found(scripted.client(reply(body, status=404)), "POST", "/chat/completions")
    assert "/chat/completions (status 404, code model_not_found)" in error.message
    assert "base URL" not in error.message


def test_a_304_is_no_redirect_in_words(scripted: Scripted) -> None:
    response = scripted.client(reply("", status=304)).get("/x", headers={"If-None-Match": "a"})
    with pytest.raises(neura_ai.RedirectError) as caught:
        response.raise_for_status()
    assert "Not Modified" in caught.value.message
    assert "If-None-Match" in caught.value.message
    assert "redirect" not in caught.value.message.lower()
    assert "base URL" not in caught.value.message


def test_elapsed_is_the_last_attempts_time_to_its_head(scripted: Scripted) -> None:
    busy = {"status": 503, "headers": [["retry-after-ms", "500"]], "delay_before_ms": 500}
    body = {"raw": "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n1", "delay_ms": 500}
    slow = {**body, "repeat": {"raw": "2", "times": 1}, "delay_before_ms": 100}
    client = scripted.client(busy, slow, slow, max_retries=1)
    response = client.get("/x")
    assert (response.text, response.attempts) == ("12", 2)
    assert timedelta(seconds=0.1) <= response.elapsed < timedelta(seconds=0.5)
    response = client.get("/x", stream=True)
    before = response.elapsed
    assert response.content == b"12"
    assert timedelta(seconds=0.1) <= before == response.elapsed < timedelta(seconds=0.5)


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


@pytest.mark.parametrize(
    ("content_type", "doubted"),
    [("application/json", False), ("Application/Problem+JSON; a=b", False), ("text/plain", True)],
)
def test_the_base_url_is_doubted_where_no_json_came(
    scripted: Scripted, content_type: str, doubted: bool
) -> None:
    response = scripted.client(reply("[NaN]", ("content-type", content_type))).get("/x")
    with pytest.raises(neura_ai.DecodeError) as caught:
        response.json()
    assert ("base URL" in caught.value.message) is doubted


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


@pytest.mark.parametrize(
    ("text", "millis"),
    [
        ("6m0s", 360_000),
        ("120ms", 120),
        ("1d", 86_400_000),
        ("30", 30_000),
        ("1600000000", 0),
        ("1600000000000", 0),
        ("2020-09-13T12:26:40Z", 0),
        ("soon", None),
    ],
)
def test_fault_101_a_reset_is_the_time_from_now(
    scripted: Scripted, text: str, millis: int | None
) -> None:
    told = [("x-ratelimit-reset-tokens", text)]
    client = scripted.client(reply("", *told), reply("", *told, status=400))
    assert client.get("/x").rate_limit.tokens.reset_ms == millis
    with pytest.raises(neura_ai.BadRequestError) as caught:
        client.get("/x").raise_for_status()
    assert caught.value.rate_limit.tokens.reset_ms == millis


def test_a_redirect_is_not_followed(scripted: Scripted) -> None:
    response = scripted.client(reply("", ("location", "/elsewhere"), status=302)).get("/x")
    assert response.status_code == 302
    with pytest.raises(neura_ai.RedirectError):
        response.raise_for_status()
    assert len(scripted.requests()) == 1
