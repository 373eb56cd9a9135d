"""The names by which programs for requests and for the OpenAI SDK know things."""

from __future__ import annotations

import builtins
import os
import pickle
from pathlib import Path
from typing import Any

import neura_ai
import neura_ai as openai
import neura_ai as requests
import pytest
from conftest import Scripted
from servers import Sandbox, header

MESSAGES = [{"role": "user", "content": "Hello!"}]


def url(path: str) -> str:
    return os.environ["NEURA_BASE_URL"] + path


def bearer(key: str | None = None) -> dict[str, str]:
    return {"Authorization": f"Bearer {key or os.environ['NEURA_API_KEY']}"}


def test_a_program_for_requests_runs_with_another_import(environment: None) -> None:
    payload = {"model": "gpt-5", "messages": MESSAGES}
    response = requests.post(url("/chat/completions"), headers=bearer(), json=payload, timeout=30)
    response.raise_for_status()
    answer = response.json()["choices"][0]["message"]["content"]
    assert response.elapsed.total_seconds() > 0
    assert response.headers["Content-Type"].startswith("application/json")
    lines = requests.post(
        url("/chat/completions"), headers=bearer(), json={**payload, "stream": True}, stream=True
    ).iter_lines(decode_unicode=True)
    assert sum(line.startswith("data: ") for line in lines) > 2
    assert requests.get(url("/models"), {"limit": 1}, headers=bearer()).ok
    with requests.Session() as session:
        session.headers.update(bearer())
        again = session.post(url("/chat/completions"), None, payload)
    assert again.json()["choices"][0]["message"]["content"] == answer


def test_it_catches_what_it_would_catch(environment: None) -> None:
    with pytest.raises(requests.exceptions.HTTPError) as caught:
        requests.get(url("/models"), headers=bearer("nk-fake-wrong-000000")).raise_for_status()
    assert caught.value.response is not None
    assert caught.value.response.status_code == 401
    with pytest.raises(requests.exceptions.ConnectionError):
        neura_ai.Client("nk-fake-0000", base_url="http://127.0.0.1:9", max_retries=0).get("/")
    with pytest.raises(requests.RequestException):
        requests.get("https://other.example/v1/models")


def test_what_is_no_json_is_the_value_error_that_requests_raises(scripted: Scripted) -> None:
    response = scripted.client({"status": 200, "body": "not JSON"}).get("/x")
    for kind in (ValueError, requests.exceptions.JSONDecodeError):
        with pytest.raises(kind):
            response.json()


def test_a_program_for_the_sdk_runs_with_another_import(environment: None) -> None:
    client = openai.OpenAI(
        api_key=os.environ["NEURA_API_KEY"], base_url=os.environ["NEURA_BASE_URL"]
    )
    reply = client.chat.completions.create(model="gpt-5", messages=MESSAGES)
    answer = reply.choices[0].message.content
    assert reply.choices[0].message.tool_calls is None
    assert reply.model_dump()["usage"]["total_tokens"] == reply.usage.total_tokens
    stream = client.chat.completions.create(model="gpt-5", messages=MESSAGES, stream=True)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in stream) == answer
    assert "gpt-5" in [model.id for model in client.models.list()]
    with pytest.raises(openai.AuthenticationError) as caught:
        openai.OpenAI(api_key="nk-fake-wrong-000000").models.list()
    assert caught.value.status_code == 401
    assert isinstance(caught.value, openai.APIError)


def test_an_attribute_that_no_reply_has_is_still_an_error(client: neura_ai.Client) -> None:
    reply = client.chat.completions.create(model="gpt-5", messages=MESSAGES)
    with pytest.raises(AttributeError, match="contents"):
        _ = reply.choices[0].message.contents
    assert "tool_calls" not in reply.choices[0].message


def test_a_sessions_headers_lie_beneath_a_requests_own(scripted: Scripted) -> None:
    server = scripted(200)
    session = neura_ai.Session("nk-fake-00000000", base_url=server.base_url)
    session.headers.update({"X-Team": "blue", "X-Zone": "a"})
    session.get("/models", headers={"x-team": "red"})
    (request,) = server.requests()
    assert header(request, "x-team") == ["red"]
    assert header(request, "x-zone") == ["a"]


@pytest.mark.parametrize("name", sorted({*neura_ai.__all__, *neura_ai._ALIASES}))
def test_a_name_that_is_imported_later_is_there(name: str) -> None:
    assert name in dir(neura_ai)
    found: Any = getattr(neura_ai, name)
    assert found is not None


def test_a_star_hides_nothing_of_pythons_own() -> None:
    assert not {*neura_ai.__all__} & {*dir(builtins)}


def test_a_listing_is_iterated_as_in_the_sdk(sandbox: Sandbox, client: neura_ai.Client) -> None:
    listed = client.models.list()
    assert [model.id for model in listed] == [model.id for model in listed.data]
    assert set(listed.keys()) == set(dict(listed)) == set(listed.to_dict()) >= {"object", "data"}
    assert "data" in listed
    assert len(listed) == len(listed.keys())


def test_what_is_so_in_any_case_may_be_said_and_the_rest_is_refused(environment: None) -> None:
    response = requests.post(
        url=url("/chat/completions"),
        data={},
        json={"model": "gpt-5", "messages": MESSAGES},
        verify=True,
        allow_redirects=False,
    )
    assert response.ok
    with pytest.raises(neura_ai.ConfigError, match="ca_file"):
        requests.get(url("/models"), verify=False)


def test_a_sessions_headers_know_no_difference_of_case(scripted: Scripted) -> None:
    server = scripted(200, 200)
    with neura_ai.Session("nk-fake-00000000", base_url=server.base_url) as session:
        session.headers["authorization"] = "Bearer nk-fake-one-000000"
        session.headers["Authorization"] = "Bearer nk-fake-two-000000"
        session.headers["X-Team"] = "blue"
        assert "nk-fake" not in repr(session.headers)
        session.get(url="/models", headers={"x-team": None})  # type: ignore[dict-item]
        session.headers["X-TEAM"] = None  # type: ignore[assignment]
        assert list(session.headers) == ["Authorization"]
        with pytest.raises(TypeError, match="Authorization"):
            pickle.dumps(session)
    (request,) = server.requests()
    assert header(request, "authorization") == ["Bearer nk-fake-two-000000"]
    assert header(request, "x-team") == []


def test_a_body_may_be_a_file(scripted: Scripted, tmp_path: Path) -> None:
    server = scripted(200)
    client = neura_ai.Client("nk-fake-00000000", base_url=server.base_url)
    (tmp_path / "body").write_bytes(b"12345")
    with (tmp_path / "body").open("rb") as file:
        client.post("/files", data=file)
    assert [request["body"] for request in server.requests()] == ["12345"]
