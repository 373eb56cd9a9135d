"""Every option of the core's table is an argument."""

from __future__ import annotations

import inspect
import pydoc
from collections.abc import Callable
from typing import Any

import neura_ai
import pytest
from conftest import KEY, Scripted
from neura_ai._client_arguments import DEFAULTS
from neura_ai._request_arguments import REQUEST_DEFAULTS
from neura_ai.openai import OpenAI
from sides import SIDES, Side


class Mine(neura_ai.Client):
    """A program's own client."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)


def test_a_signature_lists_every_option_with_its_default() -> None:
    for of in (neura_ai.Client, neura_ai.AsyncClient, neura_ai.Session):
        parameters = inspect.signature(of).parameters
        kinds = {name: it.kind.name for name, it in parameters.items()}
        assert kinds.pop("api_key") == "POSITIONAL_OR_KEYWORD"
        assert set(kinds.values()) == {"KEYWORD_ONLY"}
        assert [*kinds] == [*DEFAULTS, "default"]
        assert parameters["max_retries"].default is None
        assert parameters["idle_timeout"].default is ...
        assert parameters["allow_http"].default is False
        assert parameters["max_body_bytes"].annotation == "int | None"
    assert "max_event_bytes: 'int | None' = None" in pydoc.render_doc(neura_ai.Client)
    # A program's own class has its own.
    assert [*inspect.signature(Mine).parameters] == ["options"]


def test_every_option_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEURA_API_KEY", KEY)
    options: dict[str, Any] = {name: value for name, value in DEFAULTS.items() if value is None}
    assert neura_ai.resolve(**DEFAULTS) == neura_ai.resolve(**options) == neura_ai.resolve()
    for name in options:
        with pytest.raises((TypeError, neura_ai.ConfigError)) as caught:
            neura_ai.Client(**{name: object()})
        assert name.removesuffix("s") in str(caught.value)


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.name)
def test_every_call_takes_the_options_of_a_request(scripted: Scripted, side: Side) -> None:
    server = scripted(200, {"status": 200, "body": '{"choices": [], "data": []}'})
    wrong: dict[str, Any] = {name: object() for name in REQUEST_DEFAULTS}
    assert {"timeout", "max_retries", "idempotency_key"} <= set(wrong)

    async def play() -> None:
        async with side.client(KEY, base_url=server.base_url) as client:
            chat, embed = client.chat.completions.create, client.embeddings.create
            calls: list[Callable[..., Any]] = [
                lambda **options: client.request("GET", "/x", **options),
                lambda **options: client.post("/x", **options),
                lambda **options: client.models.list(**options),
                lambda **options: client.check(**options),
                lambda **options: chat(model="m", messages=[], **options),
                lambda **options: embed(model="m", input="x", **options),
            ]
            for call in calls:
                for name, value in wrong.items():
                    with pytest.raises(TypeError, match=f"^{name} must be "):
                        await side.result(call(**{name: value}))
            assert (await side.result(client.get("/x", **REQUEST_DEFAULTS))).ok
            await side.result(chat(model="m", messages=[], **REQUEST_DEFAULTS))

    side.run(play())
    assert len(server.requests()) == 2


def test_the_sdks_class_takes_the_options_that_the_sdk_does_not_set() -> None:
    options: dict[str, Any] = {"max_body_bytes": 5, "max_header_bytes": 0}
    with pytest.raises(neura_ai.ConfigError, match="max_header_bytes must be more than 0"):
        OpenAI(api_key=KEY, **options)
    for name in ("connect_timeout", "idle_timeout", "headers"):
        with pytest.raises(TypeError, match=name):
            OpenAI(api_key=KEY, **{name: None})
