"""The client: its options, the verbs, what a request looks like on the wire."""

from __future__ import annotations

import enum
import platform
from pathlib import Path
from typing import Any

import neura_ai
import pytest
from conftest import KEY, Scripted
from servers import Sandbox, header


class Size(enum.IntEnum):
    LARGE = 3


def test_every_verb_sends_its_method(scripted: Scripted) -> None:
    client = scripted.client(200)
    for verb in ("get", "head", "post", "put", "patch", "delete", "options"):
        assert getattr(client, verb)("/models").status_code == 200
    sent = [request["method"] for request in scripted.requests()]
    assert sent == ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def test_a_request_carries_the_key_and_names_the_client(scripted: Scripted) -> None:
    scripted.client(200).get("/models")
    (request,) = scripted.requests()
    assert header(request, "authorization") == [f"Bearer {KEY}"]
    (agent,) = header(request, "user-agent")
    assert agent.startswith(f"neura-ai-python/{neura_ai.__version__} (")
    assert platform.system().lower() in agent.lower()


def test_json_is_sent_compact_as_utf_8_and_exact(scripted: Scripted) -> None:
    scripted.client(200).post("/x", json={"a": ["Grüße 🚀", 10**30, True, None, 1.5]})
    (request,) = scripted.requests()
    assert request["body"] == '{"a":["Grüße 🚀",' + "1" + "0" * 30 + ",true,null,1.5]}"
    assert header(request, "content-type") == ["application/json"]


def test_a_header_of_the_caller_replaces_the_clients_own(scripted: Scripted) -> None:
    client = scripted.client(200, headers={"X-Team": "blue", "X-Other": "1"})
    client.post("/x", json={}, headers={"content-type": "application/x-ndjson", "x-team": "red"})
    (request,) = scripted.requests()
    assert header(request, "content-type") == ["application/x-ndjson"]
    assert header(request, "x-team") == ["red"]
    assert header(request, "x-other") == ["1"]


@pytest.mark.parametrize(
    ("data", "sent"),
    [
        (b"\x00raw", "\x00raw"),
        (bytearray(b"raw"), "raw"),
        (memoryview(b"raw"), "raw"),
        ("Grüße", "Grüße"),
        ({}, ""),
        (None, ""),
    ],
)
def test_data_is_sent_as_it_is(scripted: Scripted, data: Any, sent: str) -> None:
    scripted.client(200).post("/x", data=data)
    (request,) = scripted.requests()
    assert request["body"] == sent
    assert header(request, "content-type") == []


@pytest.mark.parametrize(
    "data",
    [
        {"name": "a b&c", "n": 3, "yes": True, "none": None, "many": ["x", "ü"]},
        [("name", "a b&c"), ("n", 3), ("yes", True), ("many", ("x", "ü"))],
    ],
)
def test_a_mapping_as_data_is_a_form_as_in_requests(scripted: Scripted, data: Any) -> None:
    scripted.client(200).post("/x", data=data)
    (request,) = scripted.requests()
    assert request["body"] == "name=a+b%26c&n=3&yes=True&many=x&many=%C3%BC"
    assert header(request, "content-type") == ["application/x-www-form-urlencoded"]


def test_a_form_keeps_the_content_type_of_the_caller(scripted: Scripted) -> None:
    scripted.client(200).post("/x", data={"a": 1}, headers={"CONTENT-TYPE": "text/x-form"})
    assert header(scripted.requests()[0], "content-type") == ["text/x-form"]


@pytest.mark.parametrize(
    "params",
    [
        {"q": "a b", "n": 3, "f": 0.5, "yes": True, "no": False, "none": None, "l": [1, "x"]},
        [
            ("q", "a b"),
            ("n", Size.LARGE),
            ("f", 0.5),
            ("yes", True),
            ("no", False),
            ("l", (1, "x")),
        ],
    ],
)
def test_params_are_the_query(scripted: Scripted, params: Any) -> None:
    scripted.client(200).get("/models", params=params)
    (request,) = scripted.requests()
    query = "q=a%20b&n=3&f=0.5&yes=true&no=false&l=1&l=x"
    assert request["target"].replace("+", "%20") == f"/v1/models?{query}"


def test_an_idempotency_key_is_the_same_on_every_attempt(scripted: Scripted) -> None:
    client = scripted.client(500, 200, max_retries=1)
    client.post("/x", json={}, idempotency_key="order-7")
    sent = [header(request, "idempotency-key") for request in scripted.requests()]
    assert sent == [["order-7"], ["order-7"]]


def test_a_call_may_have_its_own_retries(scripted: Scripted) -> None:
    assert scripted.client(500, 200, max_retries=5).get("/x", max_retries=0).status_code == 500
    assert len(scripted.requests()) == 1


@pytest.mark.parametrize("timeout", [0.3, (5, 0.3), (None, 0.3)])
def test_a_time_limit_is_kept(scripted: Scripted, timeout: Any) -> None:
    # The idle limit counts from the headers on, so half a body comes first.
    half = {"status": 200, "headers": [["content-length", "9"]], "body": "half", "then": "stall"}
    with pytest.raises(neura_ai.APITimeoutError) as caught:
        scripted.client(half).get("/x", timeout=timeout)
    assert isinstance(caught.value, TimeoutError)
    client = scripted.client(half, timeout=timeout)
    with pytest.raises(neura_ai.APITimeoutError):
        client.get("/x")


@pytest.mark.parametrize("name", ["timeout", "connect_timeout", "idle_timeout"])
def test_a_limit_is_a_number_or_none(name: str) -> None:
    for wrong in (True, "5", b"5", [1, 2], object()):
        with pytest.raises(TypeError, match=name):
            neura_ai.Client(KEY, **{name: wrong})
    for none in (0, -1.0, float("nan")):
        with pytest.raises(neura_ai.ConfigError, match=name):
            neura_ai.Client(KEY, **{name: none})
    neura_ai.Client(KEY, **{name: None}).close()
    neura_ai.Client(KEY, **{name: 5}).close()


def test_a_pair_of_limits_has_two() -> None:
    for wrong in ((1,), (1, 2, 3), (1, "2"), (True, 2)):
        with pytest.raises(TypeError, match="timeout"):
            neura_ai.Client(KEY, timeout=wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [b"nk-test-0000000000000000abcd", 5, {"nk-a"}, object()])
def test_a_key_that_is_not_text_is_a_type_error(wrong: Any) -> None:
    with pytest.raises(TypeError, match="api_key") as caught:
        neura_ai.Client(wrong)
    assert "0000" not in str(caught.value)


@pytest.mark.parametrize(
    "options",
    [
        {"base_url": 5},
        {"profile": b"staging"},
        {"headers": {"a": 5}},
        {"headers": 5},
        {"max_retries": "2"},
        {"allow_http": 1},
        {"replay_unsent_only": "yes"},
        {"ca_file": 5},
    ],
)
def test_an_option_of_the_wrong_type_is_a_type_error(options: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        neura_ai.Client(KEY, **options)


@pytest.mark.parametrize(
    "options",
    [
        {"base_url": "http://gw.example/v1"},
        {"max_retries": -1},
        {"headers": {"X-A": "line\r\nbreak"}},
        {"headers": {"Host": "other.example"}},
        {"ca_file": Path("nowhere.pem")},
    ],
)
def test_an_option_that_cannot_be_is_a_config_error(options: dict[str, Any]) -> None:
    with pytest.raises(neura_ai.ConfigError) as caught:
        neura_ai.Client(KEY, **options)
    assert isinstance(caught.value, ValueError)
    assert caught.value.attempts == 0


@pytest.mark.parametrize(
    ("call", "error"),
    [
        ({"json": {}, "data": b"x"}, neura_ai.InvalidArgumentError),
        ({"jsn": {}}, TypeError),
        ({"params": {"a": {"b": 1}}}, TypeError),
        ({"params": {(1, 2): 1}}, TypeError),
        ({"params": {"a": b"\xff"}}, neura_ai.InvalidArgumentError),
        ({"params": "a=\ud800"}, neura_ai.InvalidArgumentError),
        ({"data": 5}, TypeError),
        ({"data": range(2)}, TypeError),
        ({"data": {"a": "\ud800"}}, neura_ai.InvalidArgumentError),
        ({"data": [("\ud800", 1)]}, neura_ai.InvalidArgumentError),
        ({"headers": {"a": None}}, TypeError),
        ({"timeout": "5"}, TypeError),
        ({"timeout": 0}, neura_ai.ConfigError),
        ({"max_retries": 1.5}, TypeError),
        ({"idempotency_key": 5}, TypeError),
        ({"data": "\ud800"}, neura_ai.InvalidArgumentError),
        ({"headers": {"a": "\ud800"}}, neura_ai.InvalidArgumentError),
    ],
)
def test_a_wrong_argument_is_refused_before_anything_is_sent(
    scripted: Scripted, call: dict[str, Any], error: type[Exception]
) -> None:
    client = scripted.client(200)
    for send in (client.post, lambda path, **more: client.stream("POST", path, **more)):
        with pytest.raises(error):
            send("/x", **call)
    assert scripted.requests() == []


def test_a_method_that_does_not_exist_is_refused(client: neura_ai.Client) -> None:
    with pytest.raises(neura_ai.InvalidArgumentError, match="BREW"):
        client.request("BREW", "/coffee")


def cycle() -> list[Any]:
    inner: list[Any] = []
    inner.append(inner)
    return inner


def deep(levels: int) -> list[Any]:
    inner: list[Any] = []
    for _ in range(levels):
        inner = [inner]
    return inner


@pytest.mark.parametrize(
    ("value", "error", "words"),
    [
        (float("nan"), ValueError, "float"),
        (float("-inf"), ValueError, "float"),
        (cycle(), ValueError, "circular reference"),
        (deep(100_000), ValueError, "deep"),
        ("\ud800", ValueError, "surrogate"),
        ({"\udfff": 1}, ValueError, "surrogate"),
        (object(), TypeError, "object"),
        ({1, 2}, TypeError, "set"),
        ({(1, 2): 3}, TypeError, "keys"),
        (b"bytes", TypeError, "bytes"),
    ],
)
def test_what_json_cannot_say_is_refused(
    client: neura_ai.Client, value: Any, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words) as caught:
        client.post("/x", json={"a": value})
    assert isinstance(caught.value, neura_ai.NeuraError) == (error is ValueError)


def test_a_closed_client_refuses_calls(sandbox: Sandbox) -> None:
    with neura_ai.Client(sandbox.api_key, base_url=sandbox.base_url) as client:
        assert client.get("/models").ok
    client.close()
    with pytest.raises(neura_ai.InvalidArgumentError, match="closed"):
        client.get("/models")
    assert repr(client) == "Client(closed)"


def test_auth_headers_hold_the_key_for_other_tools(sandbox: Sandbox, environment: None) -> None:
    expected = {"Authorization": f"Bearer {sandbox.api_key}"}
    assert neura_ai.Client().auth_headers() == expected
    assert neura_ai.auth_headers() == expected


def test_the_modules_verbs_use_a_client_of_the_environment(environment: None) -> None:
    assert neura_ai.get("/models").json()["object"] == "list"
    assert neura_ai.request("GET", "/models").ok
    question = {"model": "gpt-5", "messages": [{"role": "user", "content": "Hi"}]}
    assert neura_ai.post("/chat/completions", json=question).ok
    for verb in (neura_ai.put, neura_ai.patch, neura_ai.delete):
        assert verb("/models").status_code in (404, 405)
    assert neura_ai.head("/models").content == b""


def test_a_default_client_that_failed_is_made_again(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        with pytest.raises(neura_ai.MissingAPIKeyError):
            neura_ai.get("/models")
    monkeypatch.setenv("NEURA_API_KEY", sandbox.api_key)
    monkeypatch.setenv("NEURA_BASE_URL", sandbox.base_url)
    assert neura_ai.get("/models").ok


def test_every_public_name_is_there() -> None:
    for name in neura_ai.__all__:
        assert hasattr(neura_ai, name)


@pytest.mark.parametrize("given", [2**70, -(2**70), -1])
def test_max_retries_out_of_range_is_a_config_error(given: int) -> None:
    with pytest.raises(neura_ai.ConfigError, match="max_retries"):
        neura_ai.Client(KEY, max_retries=given)


@pytest.mark.parametrize("name", ["max_retries", "max_in_flight", "max_body_bytes"])
@pytest.mark.parametrize("given", [2**63, 2**70, -(2**63) - 1, -(2**70)])
def test_a_count_beyond_64_bits_is_not_quoted_as_another(
    scripted: Scripted, name: str, given: int
) -> None:
    size = "small" if given < 0 else "large"
    if given < 0 or name == "max_retries":
        with pytest.raises(neura_ai.ConfigError) as caught:
            neura_ai.Client(KEY, **{name: given})
        assert str(caught.value).startswith(f"{name} must be ")
        assert f"and the given number is too {size}. " in str(caught.value)
        assert "9223372036854775" not in str(caught.value)
    with pytest.raises(neura_ai.NeuraError, match=f"the given number is too {size}"):
        scripted.client(200).get("/x", max_retries=given)


@pytest.mark.parametrize("given", ["2", 2.0, True])
def test_max_retries_that_is_no_whole_number_is_a_type_error(given: Any) -> None:
    with pytest.raises(TypeError, match="max_retries must be a whole number"):
        neura_ai.Client(KEY, max_retries=given)


def test_a_timeout_beyond_a_float_is_no_limit() -> None:
    neura_ai.Client(KEY, timeout=10**400)
    with pytest.raises(neura_ai.ConfigError, match="timeout"):
        neura_ai.Client(KEY, timeout=-(10**400))
