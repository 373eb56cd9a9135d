"""Methods that are declared in Python and run in the native half."""

from __future__ import annotations

import asyncio
from typing import Any
from unittest import mock

import neura_ai
import pytest

KEY = "nk-fake-0123456789abcdefghij"
#: Nobody listens there, and nothing may ask.
NOWHERE = "http://127.0.0.1:9/v1"


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.chat.completions.create(model="m", messages=object()),
        lambda client: client.embeddings.create(model=object(), input="x"),
        lambda client: client.models.retrieve(5),
        lambda client: client.get("/x", timeout="s"),
        lambda client: client.check(timeout="s"),
    ],
)
def test_a_wrong_argument_is_raised_where_the_call_is_awaited(call: Any) -> None:
    async def main() -> None:
        async with neura_ai.AsyncClient(KEY, base_url=NOWHERE) as client:
            begun = call(client)
            with pytest.raises(TypeError):
                await begun

    asyncio.run(main())


@pytest.mark.parametrize("make", [neura_ai.Client, neura_ai.AsyncClient])
def test_a_part_of_a_client_stays_the_same_object(make: Any) -> None:
    client = make(KEY, base_url=NOWHERE)
    assert client.chat.completions is client.chat.completions
    with mock.patch.object(client.chat.completions, "create", mock.Mock(return_value="mine")):
        assert client.chat.completions.create(model="m", messages=[]) == "mine"


def test_a_verb_asks_the_request_that_was_set_on_its_client() -> None:
    client = neura_ai.Client(KEY, base_url=NOWHERE)
    with mock.patch.object(client, "request", return_value="mine") as request:
        assert client.post("/x", json={}) == "mine"
    request.assert_called_once_with("POST", "/x", json={})


@pytest.mark.parametrize("arguments", [("a",), ("a", "b")])
def test_a_name_that_may_be_a_key_is_masked(arguments: tuple[str, ...]) -> None:
    named: dict[str, Any] = {KEY.replace("-", "_"): 1}
    with pytest.raises(TypeError) as failed:
        neura_ai.Client(*arguments, **named)
    assert "0123456789" not in str(failed.value)


def test_arguments_that_do_not_fit_are_said() -> None:
    client = neura_ai.Client(KEY, base_url=NOWHERE)
    with pytest.raises(TypeError, match="get"):
        client.get()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="fit"):
        neura_ai.Client.get(self=client, path="/x")  # type: ignore[call-arg]
