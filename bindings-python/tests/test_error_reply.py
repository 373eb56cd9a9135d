"""What an error of a named call tells of the reply and of the request, as in the OpenAI SDK."""

from __future__ import annotations

import asyncio
import base64
import copy
import json
import pickle
from collections.abc import Callable
from typing import Any

import neura_ai
import pytest
from conftest import KEY, Scripted
from faulty import nobody, told

MESSAGES: Any = [{"role": "user", "content": "Hello!"}]
Ask = Callable[[neura_ai.Client], object]
AsyncAsk = Callable[[neura_ai.AsyncClient], Any]

CHAT = ("POST", "/chat/completions")
CALLS: list[Any] = [
    (lambda c: c.chat.completions.create(model="m", messages=MESSAGES), CHAT),
    (lambda c: c.chat.completions.create(model="m", messages=MESSAGES, stream=True), CHAT),
    (lambda c: c.models.list(), ("GET", "/models")),
    (lambda c: c.models.retrieve("gpt-5"), ("GET", "/models/gpt-5")),
    (lambda c: c.embeddings.create(model="m", input="Hello!"), ("POST", "/embeddings")),
]
IDS = ["chat", "stream of chat", "models", "model", "embeddings"]
LIMITED: dict[str, Any] = {
    "status": 429,
    "headers": [["retry-after", "7"], ["x-request-id", "req-7"]],
    "body": '{"error": {"message": "slow down", "code": "rate_limited"}}',
}


def check(error: neura_ai.NeuraError, asked: tuple[str, str], base_url: str) -> None:
    response = error.response
    assert response is not None
    assert response.status_code == 429
    assert response.headers.get("Retry-After") == "7"
    assert response.request_id == "req-7"
    assert response.json()["error"]["message"] == "slow down"
    assert response.elapsed.total_seconds() > 0
    for request in (error.request, response.request):
        assert request == (asked[0], base_url + asked[1])
    with pytest.raises(neura_ai.RateLimitError, match="slow down"):
        response.raise_for_status()


@pytest.mark.parametrize(("ask", "asked"), CALLS, ids=IDS)
def test_an_error_status_comes_with_its_reply(
    scripted: Scripted, ask: Ask, asked: tuple[str, str]
) -> None:
    client = scripted.client(LIMITED)
    with pytest.raises(neura_ai.RateLimitError) as caught:
        ask(client)
    check(caught.value, asked, client.base_url)


@pytest.mark.parametrize(("ask", "asked"), CALLS, ids=IDS)
def test_on_asyncio_it_does_too(scripted: Scripted, ask: AsyncAsk, asked: tuple[str, str]) -> None:
    async def main() -> neura_ai.NeuraError:
        base_url = scripted(LIMITED).base_url
        async with neura_ai.AsyncClient(KEY, base_url=base_url, max_retries=0) as client:
            with pytest.raises(neura_ai.RateLimitError) as caught:
                await ask(client)
        return caught.value

    check(asyncio.run(main()), asked, scripted.servers[-1].base_url)


def test_a_stream_of_events_that_is_refused_has_its_reply(scripted: Scripted) -> None:
    with pytest.raises(neura_ai.RateLimitError) as caught:
        scripted.client(LIMITED).stream("POST", "/x", json={})
    assert caught.value.response is not None
    assert caught.value.response.headers["retry-after"] == "7"


def test_what_is_no_answer_comes_along(scripted: Scripted) -> None:
    page = {"status": 200, "headers": [["content-type", "text/html"]], "body": "<p>Log in</p>"}
    with pytest.raises(neura_ai.DecodeError) as caught:
        scripted.client(page).models.list()
    assert caught.value.response is not None
    assert caught.value.response.text == "<p>Log in</p>"


def test_an_error_inside_a_stream_has_the_streams_head_and_its_event(scripted: Scripted) -> None:
    event = '{"error": {"message": "slow down", "code": "429"}}'
    headers = [["content-type", "text/event-stream"], ["x-request-id", "req-7"]]
    reply = {"status": 200, "headers": headers, "body": f"data: {event}\n\n"}
    stream = scripted.client(reply).chat.completions.create(
        model="m", messages=MESSAGES, stream=True
    )
    with pytest.raises(neura_ai.RateLimitError) as caught:
        list(stream)
    response = caught.value.response
    assert response is not None
    assert (response.status_code, response.request_id, response.text) == (200, "req-7", event)
    assert response.request.method == "POST"
    assert response.elapsed.total_seconds() > 0


def test_where_no_reply_came_there_is_only_what_was_asked() -> None:
    base_url = nobody()
    client = neura_ai.Client(KEY, base_url=base_url, max_retries=0)
    with pytest.raises(neura_ai.APIConnectionError) as caught:
        client.get("/models", params={"limit": 1})
    assert caught.value.response is None
    assert caught.value.request == ("GET", f"{base_url}/models?limit=1")
    with pytest.raises(neura_ai.ConfigError) as refused:
        client.get("/models", timeout=-1)
    assert refused.value.request is None
    with pytest.raises(neura_ai.MalformedAPIKeyError) as malformed:
        neura_ai.Client("no key")
    assert malformed.value.request is None


def test_a_verb_says_what_it_asked(scripted: Scripted) -> None:
    client = scripted.client(200, 404)
    with client.get("/x", params={"a": "1"}, stream=True) as response:
        assert response.request == ("GET", client.base_url + "/x?a=1")
    failed = client.delete("/x")
    with pytest.raises(neura_ai.NotFoundError) as caught:
        failed.raise_for_status()
    assert caught.value.response is failed
    assert caught.value.request == failed.request == ("DELETE", client.base_url + "/x")
    again: neura_ai.Response = pickle.loads(pickle.dumps(failed))  # noqa: S301
    assert again.request == failed.request
    assert repr(again.request) == "<Request [DELETE]>"


def test_the_key_is_nowhere_in_it(scripted: Scripted) -> None:
    encoded = base64.b64encode(f"Bearer {KEY}".encode()).decode()
    echo = {
        "status": 401,
        "headers": [["x-echo", f"Bearer {KEY}"], ["x-request-id", KEY]],
        "body": json.dumps({"error": {"message": f"no such key: {KEY}, {encoded}"}}),
    }
    client = scripted.client(echo)
    with pytest.raises(neura_ai.AuthenticationError) as caught:
        client.models.list(extra_query={"key": KEY})
    error = caught.value
    assert error.response is not None
    assert error.request is not None
    for same in (error, copy.copy(error), copy.deepcopy(error)):
        seen = [told(same), repr(vars(same)), same.response.text, str(dict(same.response.headers))]
        seen += [same.response.url, same.request.url, *same.response.request]
        seen += [str(same.response.request_id), str(same.response.content)]
        assert "[redacted]" in same.response.text
        for text in seen:
            assert KEY not in text
            assert encoded not in text
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        pickled = pickle.dumps(error, protocol)
        assert KEY.encode() not in pickled
        same = pickle.loads(pickled)  # noqa: S301
        assert same.response.content == error.response.content
        assert same.request == error.request
    unanswered = neura_ai.Client(KEY, base_url=nobody(), max_retries=0)
    with pytest.raises(neura_ai.APIConnectionError) as refused:
        unanswered.get("/x", params={"key": KEY}, headers={"X-Api-Key": "nk-fake-other-0001"})
    assert refused.value.request is not None
    assert KEY not in refused.value.request.url
