"""The OpenAI SDK's own client, with our key and transport below it."""

from __future__ import annotations

import json
import os
import time
from typing import Any

import httpx2
import neura_ai
import neura_ai.openai as ours
import openai
import pytest
from conftest import KEY, Scripted
from faulty import ENDLESS, FAULTS, nobody, told
from neura_ai.httpx2 import NeuraTransport
from neura_ai.openai import OpenAI
from servers import Replay, Sandbox, header

MESSAGES: Any = [{"role": "user", "content": "Hello!"}]
WEATHER: Any = {
    "type": "function",
    "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}},
}


def asking(server: Replay, **options: Any) -> OpenAI:
    """A client of a scripted server, which does not try again."""
    return OpenAI(api_key=KEY, base_url=server.base_url, **{"max_retries": 0, **options})


def chat(client: Any, **more: Any) -> Any:
    return client.chat.completions.create(model="gpt-5", messages=MESSAGES, **more)


def completion(message: dict[str, Any]) -> dict[str, Any]:
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls"}
    body = {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
    headers = [["content-type", "application/json"]]
    return {"status": 200, "headers": headers, "body": json.dumps(body)}


def stream_of(*deltas: dict[str, Any]) -> dict[str, Any]:
    chunks = [
        {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m",
         "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
        for delta in deltas
    ]  # fmt: skip
    body = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + "data: [DONE]\n\n"
    return {"status": 200, "headers": [["content-type", "text/event-stream"]], "body": body}


def test_the_program_of_the_services_page_runs(environment: None) -> None:
    client = OpenAI(api_key=os.environ["NEURA_API_KEY"], base_url=os.environ["NEURA_BASE_URL"])
    response = client.chat.completions.create(model="gpt-5", messages=MESSAGES)
    assert response.choices[0].message.content == "You said: Hello!"


def test_without_arguments_key_and_address_are_found(
    environment: None, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox
) -> None:
    for name in ("API_KEY", "ADMIN_KEY", "ORG_ID", "PROJECT_ID"):
        monkeypatch.setenv(f"OPENAI_{name}", f"sk-fake-of-openai-{name}")
    monkeypatch.setenv("OPENAI_BASE_URL", nobody())
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "Authorization: Bearer sk-fake-of-openai")
    with OpenAI() as client:
        assert "gpt-5" in [model.id for model in client.models.list()]
        assert str(client.base_url) == f"{sandbox.base_url}/"
        assert (client.organization, client.project, client.admin_api_key) == (None, None, None)
        assert "sk-fake" not in repr(client.default_headers) + repr(vars(client))


def test_nothing_for_openai_goes_to_the_service(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Of-Openai: sk-fake-of-openai")
    monkeypatch.setenv("OPENAI_ORG_ID", "sk-fake-of-openai")
    monkeypatch.setenv("OPENAI_ADMIN_KEY", "sk-fake-of-openai")
    server = scripted(200)
    asking(server).models.list()
    asking(server, organization="team").models.list()
    first, second = server.requests()
    assert "sk-fake" not in repr(first)
    assert header(first, "authorization") == [f"Bearer {KEY}"]
    # An account of OpenAI's, given or found: faults.md, 95.
    assert header(second, "openai-organization") == []
    for argument in ("admin_api_key", "provider", "workload_identity", "data_residency"):
        with pytest.raises(neura_ai.ConfigError, match=argument):
            asking(server, **{argument: "x"})


def test_a_profile_and_an_env_file_choose_the_key(scripted: Scripted, home: Any) -> None:
    server = scripted(200)
    file = home / "keys.env"
    file.write_text(f"NEURA_API_KEY_STAGING={KEY}\n")
    OpenAI(profile="staging", env_file=file, base_url=server.base_url).models.list()
    assert header(server.requests()[0], "authorization") == [f"Bearer {KEY}"]
    with pytest.raises(neura_ai.MissingAPIKeyError):
        OpenAI(base_url=server.base_url)


def test_a_chat_and_its_stream_give_the_same_answer(environment: None) -> None:
    with OpenAI() as client:
        reply = chat(client)
        options = {"include_usage": True}
        with chat(client, stream=True, stream_options=options) as stream:
            chunks = list(stream)
        parts = [choice.delta.content or "" for chunk in chunks for choice in chunk.choices]
        assert "".join(parts) == reply.choices[0].message.content
        assert chunks[-1].usage.total_tokens == reply.usage.total_tokens
        assert isinstance(reply, openai.types.chat.ChatCompletion)


def test_embeddings_are_asked_for_in_base64_and_decoded(environment: None) -> None:
    with OpenAI() as client:
        made = client.embeddings.create(model="text-embedding-3-small", input=["a", "b"])
        plain = client.embeddings.create(
            model="text-embedding-3-small", input="a", encoding_format="float"
        )
    assert len(made.data) == 2
    assert made.data[0].embedding == pytest.approx(plain.data[0].embedding, abs=1e-6)


def test_tools_are_called(scripted: Scripted) -> None:
    function = {"name": "weather", "arguments": '{"city": "Oslo"}'}
    call = {"id": "call_1", "type": "function", "function": function}
    parts = [{"name": "weather", "arguments": ""}, {"arguments": '{"city":'}, {"arguments": "1}"}]
    server = scripted(
        completion({"role": "assistant", "content": None, "tool_calls": [call]}),
        stream_of(*({"tool_calls": [{"index": 0, "function": part}]} for part in parts)),
    )
    client = asking(server)
    asked = chat(client, tools=[WEATHER]).choices[0].message.tool_calls[0]
    assert (asked.id, asked.function.name) == ("call_1", "weather")
    assert json.loads(asked.function.arguments) == {"city": "Oslo"}
    streamed = [
        chunk.choices[0].delta.tool_calls[0].function
        for chunk in chat(client, tools=[WEATHER], stream=True)
    ]
    assert "".join(part.arguments for part in streamed) == '{"city":1}'
    assert json.loads(server.requests()[0]["body"])["tools"] == [WEATHER]


def test_raw_and_streamed_replies_are_there(environment: None) -> None:
    with OpenAI() as client:
        raw = client.chat.completions.with_raw_response.create(model="gpt-5", messages=MESSAGES)
        assert raw.status_code == 200
        assert raw.headers["x-request-id"]
        assert raw.request_id == raw.headers["x-request-id"]
        assert raw.elapsed.total_seconds() > 0
        answer = raw.parse().choices[0].message.content
        streamed = client.chat.completions.with_streaming_response
        with streamed.create(model="gpt-5", messages=MESSAGES, stream=True) as response:
            assert any(line.startswith("data: ") for line in response.iter_lines())
        with streamed.create(model="gpt-5", messages=MESSAGES) as response:
            assert response.parse().choices[0].message.content == answer
        assert "authorization" not in raw.http_request.headers


def test_a_stream_that_is_left_closes_its_connection(scripted: Scripted) -> None:
    delta = json.dumps({"choices": [{"index": 0, "delta": {"content": "x"}}]})
    server = scripted({**ENDLESS, "repeat": {"raw": f"data: {delta}\n\n"}})
    with chat(asking(server), stream=True) as stream:
        next(iter(stream))
    assert server.closed_by_client(0.2)


@pytest.mark.parametrize("kind", ["invalid", "expired", "revoked"])
def test_a_key_that_does_not_work_is_the_sdks_error(sandbox: Sandbox, kind: str) -> None:
    key = getattr(sandbox, f"{kind}_api_key", "nk-wrong-key-0000000000")
    with OpenAI(api_key=key, base_url=sandbox.base_url) as client:
        for stream in (False, True):
            with pytest.raises(openai.AuthenticationError) as caught:
                chat(client, stream=stream)
            assert (caught.value.status_code, caught.value.code) == (401, f"{kind}_api_key")
            assert caught.value.request_id
            assert key not in told(caught.value)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (302, openai.APIStatusError),
        (400, openai.BadRequestError),
        (401, openai.AuthenticationError),
        (403, openai.PermissionDeniedError),
        (404, openai.NotFoundError),
        (409, openai.ConflictError),
        (418, openai.APIStatusError),
        (422, openai.UnprocessableEntityError),
        (429, openai.RateLimitError),
        (500, openai.InternalServerError),
        (503, openai.InternalServerError),
    ],
)
def test_each_status_is_the_sdks_error(
    scripted: Scripted, status: int, error: type[openai.APIStatusError]
) -> None:
    body = json.dumps({"error": {"message": "Broken.", "code": "odd", "type": "t", "param": "p"}})
    headers = [["content-type", "application/json"], ["x-request-id", "req_1"]]
    server = scripted({"status": status, "headers": headers, "body": body})
    with pytest.raises(openai.APIStatusError) as caught:
        chat(asking(server))
    assert type(caught.value) is error
    assert (caught.value.status_code, caught.value.code) == (status, "odd")
    assert (caught.value.param, caught.value.request_id) == ("p", "req_1")
    assert KEY not in told(caught.value)
    assert len(server.requests()) == 1


def test_the_sdk_tries_again_and_we_do_not(scripted: Scripted) -> None:
    busy = {"status": 500, "headers": [["retry-after-ms", "1"]]}
    server = scripted(busy, busy, 200)
    asking(server, max_retries=2).models.list()
    counts = [header(request, "x-stainless-retry-count") for request in server.requests()]
    assert counts == [["0"], ["1"], ["2"]]
    names = [header(request, "x-stainless-lang") for request in server.requests()]
    assert names == 3 * [["python"]]
    server = scripted("reset", 200)
    asking(server, max_retries=1).models.list()
    assert len(server.requests()) == 2
    server = scripted(busy)
    with pytest.raises(openai.InternalServerError):
        asking(server).models.list()
    assert len(server.requests()) == 1


def test_the_next_key_of_a_list_follows_a_401(sandbox: Sandbox) -> None:
    keys = [sandbox.expired_api_key, sandbox.api_key]
    with OpenAI(api_key=keys, base_url=sandbox.base_url, max_retries=0) as client:
        assert client.models.list().data
    with OpenAI(api_key=lambda: sandbox.api_key, base_url=sandbox.base_url) as client:
        assert client.models.list().data


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("stall", openai.APITimeoutError),
        ("stalled body", openai.APITimeoutError),
        ("reset", openai.APIConnectionError),
        ("cut", openai.APIConnectionError),
        ("garbage", openai.APIConnectionError),
        ("broken gzip", openai.APIConnectionError),
    ],
)
def test_a_fault_is_the_sdks_error_with_the_reason_below_it(
    scripted: Scripted, fault: str, error: type[Exception]
) -> None:
    server = scripted(FAULTS[fault])
    started = time.monotonic()
    with pytest.raises(openai.APIConnectionError) as caught:
        asking(server, timeout=0.3).models.list()
    assert time.monotonic() - started < 3
    assert type(caught.value) is error
    assert isinstance(caught.value.__cause__, httpx2.RequestError)
    assert isinstance(caught.value.__cause__.__cause__, neura_ai.NeuraError)
    assert KEY not in told(caught.value)


def test_a_fault_inside_a_stream_comes_after_what_was_sent(scripted: Scripted) -> None:
    whole = stream_of({"content": "one"})["body"].removesuffix("data: [DONE]\n\n")
    head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
    server = scripted({"raw": head + whole, "then": "stall"})
    stream = iter(chat(asking(server, timeout=0.3), stream=True))
    assert next(stream).choices[0].delta.content == "one"
    with pytest.raises((httpx2.ReadTimeout, openai.APITimeoutError)):
        next(stream)


def test_a_server_that_is_not_there_is_a_connection_error() -> None:
    with pytest.raises(openai.APIConnectionError) as caught:
        OpenAI(api_key=KEY, base_url=nobody(), max_retries=0).models.list()
    assert isinstance(caught.value.__cause__, httpx2.ConnectError)


def test_the_key_goes_to_no_other_origin(scripted: Scripted) -> None:
    other = scripted(200)
    server = scripted({"status": 307, "headers": [["location", f"{other.base_url}/stolen"]]})
    client = asking(server, max_retries=2)
    for call in (
        client.with_options(base_url=other.base_url).models.list,
        lambda: client.get(f"{other.base_url}/models", cast_to=object),
        lambda: client.get("/x", cast_to=object, options={"follow_redirects": True}),
    ):
        with pytest.raises(neura_ai.ConfigError, match="the key goes to"):
            call()
    client.base_url = other.base_url
    with pytest.raises(neura_ai.ConfigError, match="the key goes to"):
        client.models.list()
    with pytest.raises(openai.APIStatusError) as caught:
        asking(server).models.list()
    assert caught.value.status_code == 307
    assert other.requests() == []


def test_our_key_goes_out_and_the_sdks_word_never(scripted: Scripted) -> None:
    server = scripted(200)
    mine = {"Authorization": "Bearer nk-fake-of-the-caller"}
    client = asking(server)
    client.models.list()
    client.models.list(extra_headers=mine)
    client.models.list(extra_headers={"Authorization": openai.omit})
    asking(server, default_headers=mine).models.list()
    kept = asking(server, keep_authorization=True)
    kept.models.list(extra_headers=mine)
    kept.models.list()
    ours_, theirs = f"Bearer {KEY}", "Bearer nk-fake-of-the-caller"
    sent = [header(request, "authorization") for request in server.requests()]
    assert sent == [[ours_]] * 4 + [[theirs], [ours_]]
    assert client.api_key not in repr(server.requests())


def test_another_key_may_be_set(scripted: Scripted) -> None:
    server = scripted(200)
    client = asking(server)
    copied = client.with_options(api_key="nk-fake-copied-0000000000", timeout=3)
    copied.with_options(max_retries=1).models.list()
    client.models.list()
    client.api_key = "nk-fake-set-0000000000000"
    client.copy().models.list()
    sent = [header(request, "authorization")[0] for request in server.requests()]
    assert sent == [
        "Bearer nk-fake-copied-0000000000",
        f"Bearer {KEY}",
        "Bearer nk-fake-set-0000000000000",
    ]
    with pytest.raises(neura_ai.MalformedAPIKeyError):
        client.api_key = "nk fake with spaces"


def test_no_key_is_to_be_seen_in_a_client(scripted: Scripted) -> None:
    proxy = "http://user:fake-proxy-password@127.0.0.1:9"
    client = asking(scripted(200), proxy=proxy)
    seen = repr(client) + repr(vars(client)) + repr(vars(client._client))
    seen += repr(vars(client._client._transport)) + client.api_key
    assert KEY not in seen
    assert "fake-proxy-password" not in seen
    with pytest.raises(neura_ai.ConfigError) as caught:
        OpenAI(api_key=KEY, base_url="ftp://x", proxy=proxy)
    assert KEY not in told(caught.value)
    assert "fake-proxy-password" not in told(caught.value)


def test_a_client_of_the_library_may_be_given_with_our_transport(scripted: Scripted) -> None:
    server = scripted(200)
    given = httpx2.Client(
        transport=NeuraTransport(KEY, base_url=server.base_url), headers={"X-Mine": "1"}
    )
    OpenAI(http_client=given).models.list()
    assert header(server.requests()[0], "authorization") == [f"Bearer {KEY}"]
    for options, words in (({"http_client": given, "api_key": KEY}, "already"),
                           ({"http_client": given, "profile": "x"}, "already"),
                           ({"http_client": httpx2.Client()}, "NeuraTransport")):  # fmt: skip
        with pytest.raises(neura_ai.ConfigError, match=words):
            OpenAI(**options)


def test_the_module_stands_for_the_sdks(environment: None) -> None:
    assert ours.RateLimitError is openai.RateLimitError
    assert ours.Timeout is openai.Timeout
    assert ours.omit is openai.omit
    assert ours.types is openai.types
    assert ours.Client is OpenAI
    assert issubclass(OpenAI, openai.OpenAI)
    assert {*openai.__all__} <= {*dir(ours)}
    with pytest.raises(AttributeError, match=r"OpenAI\(\)\.chat"):
        _ = ours.chat
    with pytest.raises(AttributeError):
        _ = ours.no_such_name
    client = ours.OpenAI(timeout=ours.Timeout(30, connect=3))
    with pytest.raises(ours.NotFoundError):
        client.models.retrieve("no-such-model")


def test_a_key_that_the_server_tells_is_in_no_error(scripted: Scripted) -> None:
    said = {"error": {"message": f"Incorrect API key provided: {KEY}", "code": "invalid_api_key"}}
    client = asking(scripted({"status": 401, "body": json.dumps(said)}))
    with client, pytest.raises(openai.AuthenticationError) as caught:
        client.models.list()
    assert "Incorrect API key provided" in str(caught.value)
    assert KEY not in f"{caught.value} {caught.value.body} {caught.value.response.text}"
