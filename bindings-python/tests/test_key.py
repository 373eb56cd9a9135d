"""Keys that are none, keys that do not work, and where a key may never show."""

from __future__ import annotations

import traceback
from typing import Any

import neura_ai
import pytest
from conftest import KEY, Scripted
from servers import Sandbox


def test_a_key_that_utf_8_cannot_carry_is_malformed() -> None:
    with pytest.raises(neura_ai.MalformedAPIKeyError) as caught:
        neura_ai.Client("nk-test-\udc80")
    assert caught.value.code == "non_ascii"


def test_no_key_at_all_says_where_it_was_looked_for() -> None:
    with pytest.raises(neura_ai.MissingAPIKeyError, match="NEURA_API_KEY") as caught:
        neura_ai.Client()
    assert (caught.value.status_code, caught.value.attempts) == (None, 0)


def test_a_blank_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEURA_API_KEY", " \n")
    with pytest.raises(neura_ai.MissingAPIKeyError):
        neura_ai.Client()


@pytest.mark.parametrize("kind", ["expired", "revoked", "invalid"])
def test_a_key_that_does_not_work_has_an_error_of_its_own(sandbox: Sandbox, kind: str) -> None:
    key = getattr(sandbox, f"{kind}_api_key", "nk-wrong-key-0000000000")
    client = neura_ai.Client(key, base_url=sandbox.base_url)
    classes = {
        "expired": neura_ai.ExpiredAPIKeyError,
        "revoked": neura_ai.RevokedAPIKeyError,
        "invalid": neura_ai.InvalidAPIKeyError,
    }
    for call in (
        client.models.list,
        lambda: client.get("/models").raise_for_status(),
        lambda: client.stream("GET", "/models"),
        lambda: client.chat.completions.create(model="gpt-5", messages=[], stream=True),
    ):
        with pytest.raises(classes[kind]) as caught:
            call()
        assert isinstance(caught.value, neura_ai.AuthenticationError)
        assert (caught.value.kind, caught.value.status_code) == (f"{kind}_api_key", 401)
        assert key not in "".join(traceback.format_exception(caught.value)) + repr(caught.value)


def test_no_text_of_a_client_shows_its_key(scripted: Scripted) -> None:
    client = scripted.client(200)
    texts = repr(client) + str(client) + repr(vars(client)) + repr(client.chat.completions)
    assert "…abcd" in repr(client)
    assert scripted.servers[-1].base_url in repr(client)
    assert KEY not in texts


def test_a_server_that_echoes_the_key_finds_it_redacted(scripted: Scripted) -> None:
    echo = {"status": 401, "body": f'{{"error": {{"message": "no such key: {KEY}"}}}}'}
    with pytest.raises(neura_ai.AuthenticationError) as caught:
        scripted.client(echo).models.list()
    error = caught.value
    assert "no such key" in str(error)
    assert KEY not in f"{error} {error!r} {error.body} {vars(error)} {error.args}"


@pytest.mark.parametrize("wrong", ["nk-secret-part with-more", b"nk-secret-part"])
def test_no_frame_of_the_package_keeps_a_refused_key(wrong: Any) -> None:
    with pytest.raises((neura_ai.MalformedAPIKeyError, TypeError)) as caught:
        neura_ai.Client(wrong, headers={"X-Secret": "nk-secret-part"})
    error = caught.value
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)][1:]
    for frame in frames:
        assert "nk-secret-part" not in repr(frame.f_locals)
    assert "nk-secret-part" not in f"{error} {error.__context__} {error.__cause__}"


@pytest.mark.parametrize("given", [b"nk-fake-0123456789abcdef", 7, object(), [b"nk-fake-01"]])
def test_fault_51_a_key_that_is_not_text_is_a_type_error(given: Any) -> None:
    with pytest.raises(TypeError) as caught:
        neura_ai.Client(given)
    assert "nk-fake" not in str(caught.value)
