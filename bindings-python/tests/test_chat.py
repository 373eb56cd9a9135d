"""The named calls: chat, models, embeddings, check."""

from __future__ import annotations

import copy
import json
from typing import Any

import neura_ai
import pytest
from conftest import Scripted
from servers import Sandbox, header

MESSAGES = [{"role": "user", "content": "Hello!"}]


def test_an_answer_reads_as_the_services_page_shows_it(client: neura_ai.Client) -> None:
    reply = client.chat.completions.create(model="gpt-5", messages=MESSAGES)
    content = reply.choices[0].message.content
    assert isinstance(content, str)
    assert content
    assert reply["choices"][0]["message"]["content"] == content
    assert reply.model == "gpt-5"


#: An assistant's message with members that a service may write beside the content.
MESSAGE: dict[str, Any] = {
    "role": "assistant",
    "content": "a",
    "refusal": None,
    "annotations": [],
    "audio": None,
    "function_call": None,
    "tool_calls": None,
    "reasoning": None,
    "reasoning_content": "b",
}


def test_a_message_that_came_is_sent_back_as_it_is(
    client: neura_ai.Client, scripted: Scripted
) -> None:
    replayed = scripted.client({"chat": MESSAGE}, {"chat": "b"})
    for one in (client, replayed):
        reply = one.chat.completions.create(model="gpt-5", messages=MESSAGES)
        sent = [*MESSAGES, reply.choices[0].message, *MESSAGES]
        assert one.chat.completions.create(model="gpt-5", messages=sent).choices
    assert sent[1] == MESSAGE
    for message in (MESSAGE, sent[1]):
        assert client.chat.completions.create(model="gpt-5", messages=[message, *MESSAGES]).choices
    _, second = scripted.requests()
    assert json.loads(second["body"])["messages"][1] == MESSAGE


def test_an_answer_tells_of_its_reply_without_showing_it(client: neura_ai.Client) -> None:
    reply = client.chat.completions.create(model="gpt-5", messages=MESSAGES)
    told = reply._response
    assert told is not None
    assert told.status_code == 200
    assert told.headers["content-type"].startswith("application/json")
    assert told.request_id
    assert told.attempts == 1
    assert "requests" in told.rate_limit
    plain = reply.to_dict()
    assert plain == reply == dict(reply) == json.loads(json.dumps(reply))
    assert "_response" not in repr(reply) + json.dumps(reply)
    assert reply.choices[0]._response is None


def test_members_of_the_body_and_arguments_of_the_call_are_kept_apart(scripted: Scripted) -> None:
    done = {"status": 200, "body": '{"choices": []}'}
    scripted.client(done).chat.completions.create(
        model="gpt-5",
        messages=MESSAGES,
        temperature=0.5,
        stop=None,
        timeout=5,
        max_retries=1,
        extra_headers={"X-Team": "blue"},
        extra_query={"v": [1, 2]},
        extra_body={"temperature": 1, "vendor": {"x": True}},
        idempotency_key="order-7",
    )
    (request,) = scripted.requests()
    assert json.loads(request["body"]) == {
        "model": "gpt-5",
        "messages": MESSAGES,
        "temperature": 1,
        "stop": None,
        "vendor": {"x": True},
    }
    assert request["target"] == "/v1/chat/completions?v=1&v=2"
    assert header(request, "x-team") == ["blue"]
    assert header(request, "idempotency-key") == ["order-7"]


def test_a_conversation_goes_on_with_the_message_that_came(client: neura_ai.Client) -> None:
    reply = client.chat.completions.create(model="gpt-5", messages=MESSAGES)
    messages = [*MESSAGES, reply.choices[0].message, {"role": "user", "content": "Why?"}]
    assert client.chat.completions.create(model="gpt-5", messages=messages).choices


def test_create_needs_model_and_messages(client: neura_ai.Client) -> None:
    with pytest.raises(TypeError):
        client.chat.completions.create(messages=MESSAGES)  # type: ignore[call-overload]
    with pytest.raises(TypeError):
        client.chat.completions.create(model="gpt-5")  # type: ignore[call-overload]


def test_a_named_call_raises_the_services_error(client: neura_ai.Client) -> None:
    with pytest.raises(neura_ai.APIStatusError) as caught:
        client.chat.completions.create(model="no-such-model", messages=MESSAGES)
    assert caught.value.status_code in (400, 404)
    with pytest.raises(neura_ai.NotFoundError):
        client.models.retrieve("no-such-model")


def test_a_page_in_place_of_an_answer_is_a_decode_error(scripted: Scripted) -> None:
    page = {"status": 200, "headers": [["content-type", "text/html"]], "body": "<p>Sign in"}
    client = scripted.client(page)
    for call in (
        lambda: client.chat.completions.create(model="m", messages=MESSAGES),
        lambda: client.chat.completions.create(model="m", messages=MESSAGES, stream=True),
        lambda: client.stream("GET", "/x"),
        client.models.list,
    ):
        with pytest.raises(neura_ai.DecodeError, match="text/html"):
            call()


def test_models_are_listed_and_retrieved(client: neura_ai.Client) -> None:
    listed = client.models.list()
    names = [model.id for model in listed.data]
    assert "gpt-5" in names
    assert client.models.retrieve("gpt-5").id == "gpt-5"
    assert listed._response is not None
    assert client.models.list(timeout=5, max_retries=0, extra_headers={"X-A": "1"}) == listed


def test_embeddings_are_made(client: neura_ai.Client) -> None:
    model = next(m.id for m in client.models.list().data if "embed" in m.id)
    made = client.embeddings.create(model=model, input=["a", "b"])
    assert len(made.data) == 2
    assert all(isinstance(number, float) for number in made.data[0].embedding)


def test_check_says_that_a_key_works(client: neura_ai.Client, sandbox: Sandbox) -> None:
    check = client.check()
    assert check.ok is True
    assert check.status == 200
    assert check.kind is None
    assert check.models >= 1
    assert check.key.source == "caller"
    assert check.key.mask == "…" + sandbox.api_key[-4:]
    assert sandbox.api_key not in repr(check)
    assert set(check.to_dict()) == {
        "ok", "kind", "status", "message", "key", "latency_ms", "request_id", "models",
    }  # fmt: skip


def test_check_raises_nothing(sandbox: Sandbox) -> None:
    refused = neura_ai.Client(sandbox.expired_api_key, base_url=sandbox.base_url).check()
    assert (refused.ok, refused.kind, refused.status) == (False, "expired_api_key", 401)
    unheard = neura_ai.Client("nk-wrong", base_url="http://127.0.0.1:1", max_retries=0).check()
    assert (unheard.ok, unheard.kind, unheard.status) == (False, "connection", None)


def an_object() -> Any:
    text = '{"a": {"b": [{"c": 1}, [{"d": 2}]]}, "items": 3, "class": 4, "__x": 5}'
    return json.loads(text, object_hook=neura_ai.Object)


def test_an_objects_keys_are_attributes_at_every_depth() -> None:
    value = an_object()
    assert value.a.b[0].c == 1
    assert value.a.b[1][0].d == 2
    assert getattr(value, "class") == 4
    assert "a" in dir(value)
    with pytest.raises(AttributeError, match="nothing"):
        print(value.nothing)
    assert not hasattr(value, "nothing")
    assert getattr(value, "nothing", None) is None


def test_a_key_named_as_a_method_of_dict_is_reached_by_brackets() -> None:
    value = an_object()
    assert value["items"] == 3
    assert dict(value.items())["items"] == 3
    with pytest.raises(AttributeError, match="items"):
        value.items = 4
    with pytest.raises(AttributeError, match="__x"):
        value.__getattr__("__x")


def test_attributes_are_set_and_deleted_as_keys() -> None:
    value = an_object()
    value.new = 1
    assert value["new"] == 1
    del value.new
    assert "new" not in value
    with pytest.raises(AttributeError):
        del value.new


def test_plain_dicts_come_out_of_to_dict_at_every_depth() -> None:
    value = an_object()
    plain = value.to_dict()
    assert plain == value
    assert type(plain) is type(plain["a"]) is type(plain["a"]["b"][0]) is dict
    assert type(plain["a"]["b"][1][0]) is dict


def test_a_copy_of_an_object_keeps_its_reply(client: neura_ai.Client) -> None:
    listed = client.models.list()
    for copied in (copy.copy(listed), copy.deepcopy(listed), listed.copy()):
        assert type(copied) is neura_ai.types.ModelList
        assert isinstance(copied, neura_ai.ObjectList)
        assert copied == listed
        assert copied._response == listed._response


@pytest.mark.parametrize("body", ['[{"id":"a"}]', '"s"', "[]", "3", "null"])
def test_an_answer_that_is_no_object_is_a_decode_error(scripted: Scripted, body: str) -> None:
    client = scripted.client({"status": 200, "body": body}, {"status": 200, "body": body})
    with pytest.raises(neura_ai.DecodeError, match="not a JSON object"):
        client.models.list()
    with pytest.raises(neura_ai.DecodeError, match="not a JSON object"):
        client.chat.completions.create(model="m", messages=MESSAGES)


def test_a_listing_without_a_list_is_a_decode_error(scripted: Scripted) -> None:
    listed = scripted.client({"status": 200, "body": '{"data": 7}'}).models.list()
    with pytest.raises(neura_ai.DecodeError, match="data is int"):
        list(listed)
    with pytest.raises(neura_ai.DecodeError, match='no "data"'):
        scripted.client({"status": 200, "body": '{"data": null}'}).models.list()
