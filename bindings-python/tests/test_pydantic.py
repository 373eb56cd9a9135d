"""Objects as fields of pydantic's models, and as what a FastAPI endpoint returns."""

from __future__ import annotations

from typing import Any

import fastapi
import neura_ai
import pydantic
import pytest
from fastapi.testclient import TestClient
from neura_ai import Object
from neura_ai.types import ChatCompletion, ChatCompletionMessage

ASKED: Any = {"model": "gpt-5", "messages": [{"role": "user", "content": "Hello!"}]}


class Turn(pydantic.BaseModel):
    """What a program may keep of a conversation."""

    answer: ChatCompletion
    last: ChatCompletionMessage | None = None
    more: Object = pydantic.Field(default_factory=Object)
    others: list[Object] = []


def test_an_object_is_a_field(client: neura_ai.Client) -> None:
    reply = client.chat.completions.create(**ASKED)
    turn = Turn(answer=reply, last=reply.choices[0].message, others=[Object(a=1)])
    assert turn.answer is reply
    assert turn.answer._response is not None
    assert turn.last is reply.choices[0].message
    assert turn.more == {}
    dumped = turn.model_dump()
    assert dumped["answer"] == reply.to_dict()
    assert type(dumped["answer"]["choices"][0]) is dict
    again = Turn.model_validate_json(turn.model_dump_json())
    assert again == turn
    assert again.answer.choices[0].message.tool_calls is None
    assert type(again.answer) is ChatCompletion
    assert again.others[0].a == 1


def test_a_field_is_made_of_a_dict() -> None:
    turn = Turn.model_validate({"answer": {"choices": [{"message": {}}]}, "more": {"a": {"b": 1}}})
    assert turn.answer.choices[0].message.content is None
    assert turn.more.a.b == 1
    for wrong in (1, "x", [1], None, {1: 2}):
        with pytest.raises(pydantic.ValidationError):
            Turn.model_validate({"answer": wrong})


def test_its_schema_is_that_of_a_json_object() -> None:
    for mode in ("validation", "serialization"):
        adapter = pydantic.TypeAdapter[Object](Object)
        schema = adapter.json_schema(mode=mode)  # type: ignore[arg-type]
        assert schema == {"type": "object", "additionalProperties": True}


def test_an_object_is_what_an_endpoint_takes_and_returns(client: neura_ai.Client) -> None:
    reply = client.chat.completions.create(**ASKED)
    app = fastapi.FastAPI()

    @app.post("/typed")
    def typed(given: ChatCompletionMessage) -> ChatCompletion:
        assert given.content == "Hello!"
        assert given.tool_calls is None
        return reply

    @app.get("/object")
    def plain() -> Object:
        return client.check()

    @app.get("/list")
    def listed() -> list[Object]:
        return [Object(a={"b": 1})]

    @app.get("/any")
    def anything():  # type: ignore[no-untyped-def]
        return reply

    with TestClient(app) as browser:
        assert browser.post("/typed", json={"content": "Hello!"}).json() == reply
        assert browser.post("/typed", json=[1]).status_code == 422
        assert browser.get("/object").json()["ok"] is True
        assert browser.get("/list").json() == [{"a": {"b": 1}}]
        assert browser.get("/any").json() == reply
        paths = browser.get("/openapi.json").json()["paths"]
    content = paths["/typed"]["post"]["responses"]["200"]["content"]
    assert content["application/json"]["schema"]["type"] == "object"
