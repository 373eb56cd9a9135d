"""Where the key comes from: every place, profiles, and what `resolve` tells of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import neura_ai
import pytest
from conftest import Scripted
from servers import header

KEY = "nk-fake-0000000000000000wxyz"
OTHER = "nk-fake-1111111111111111stuv"
MADE = {"mask": "…wxyz", "fingerprint": hashlib.sha256(KEY.encode()).hexdigest()[:12]}
MEMBERS = ["source", "name", "path", "profile", "mask", "fingerprint", "key_age_days"]
URLS = ["base_url", "base_url_source"]


def write(file: Path, text: str) -> Path:
    """A file that nobody else can read, as the credentials file has to be."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    file.chmod(0o600)
    return file


def credentials(home: Path, text: str) -> Path:
    return write(home / ".config" / "neura" / "credentials.toml", text)


def found(key: neura_ai.Object) -> dict[str, Any]:
    """What was found, without what is None."""
    told = key.to_dict()
    assert sorted(told) == sorted(MEMBERS + URLS)
    assert KEY not in repr(key) + str(key)
    return {name: told[name] for name in MEMBERS if told[name] is not None}


def test_a_key_of_the_caller_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEURA_API_KEY", OTHER)
    key = neura_ai.resolve(KEY)
    assert found(key) == {"source": "caller", **MADE}
    assert (key.name, key.path, key.profile) == (None, None, None)
    assert key.base_url_source == "default"
    assert key.base_url.startswith("https://")
    assert found(neura_ai.resolve([KEY, OTHER])) == {"source": "caller", **MADE}
    assert found(neura_ai.resolve((KEY, OTHER))) == {"source": "caller", **MADE}


def test_a_callable_is_not_called() -> None:
    asked: list[int] = []
    key = neura_ai.resolve(lambda: asked.append(1) or KEY)
    assert found(key) == {"source": "callable"}
    assert (key.mask, key.fingerprint) == (None, None)
    assert asked == []


def test_the_environment_gives_key_and_base_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEURA_API_KEY", KEY)
    monkeypatch.setenv("NEURA_BASE_URL", "https://a.example/v1")
    key = neura_ai.resolve()
    assert found(key) == {"source": "environment", "name": "NEURA_API_KEY", **MADE}
    assert (key.base_url, key.base_url_source) == ("https://a.example/v1", "environment")
    given = neura_ai.resolve(base_url="https://b.example/v1")
    assert (given.base_url, given.base_url_source) == ("https://b.example/v1", "caller")


def test_a_base_url_of_the_environment_is_asked(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = scripted(200)
    monkeypatch.setenv("NEURA_BASE_URL", server.base_url)
    assert neura_ai.Client(KEY).get("/models").ok
    assert len(server.requests()) == 1


def test_a_mounted_secret_is_read(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = write(home / "secret", f"{KEY}\n")
    monkeypatch.setenv("NEURA_API_KEY_FILE", str(secret))
    expected = {"source": "secret_file", "name": "NEURA_API_KEY_FILE", "path": str(secret)}
    assert found(neura_ai.resolve()) == {**expected, **MADE}


def test_the_nearest_env_file_upwards_is_read(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(home / ".env", f"NEURA_API_KEY={OTHER}\n")
    nearest = write(home / "a" / ".env", f"NEURA_API_KEY={KEY}\nNEURA_BASE_URL=https://a.example\n")
    deep = home / "a" / "b" / "c"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    key = neura_ai.resolve()
    expected = {"source": "env_file", "name": "NEURA_API_KEY", "path": str(nearest)}
    assert found(key) == {**expected, **MADE}
    assert (key.base_url, key.base_url_source) == ("https://a.example", "env_file")


@pytest.mark.parametrize("form", [str, Path])
def test_an_env_file_can_be_named(home: Path, form: Callable[[Path], Any]) -> None:
    write(home / ".env", f"NEURA_API_KEY={OTHER}\n")
    named = write(home / "keys" / "mine", f"NEURA_API_KEY={KEY}\n")
    key = neura_ai.resolve(env_file=form(named))
    assert found(key) == {
        "source": "env_file",
        "name": "NEURA_API_KEY",
        "path": str(named),
        **MADE,
    }


def test_an_env_file_that_is_named_must_be_there(home: Path) -> None:
    with pytest.raises(neura_ai.ConfigError, match="gone"):
        neura_ai.resolve(env_file=home / "gone")


def test_env_files_can_be_switched_off(home: Path) -> None:
    write(home / ".env", f"NEURA_API_KEY={KEY}\n")
    assert neura_ai.resolve(env_file=None).source == "env_file"
    with pytest.raises(neura_ai.MissingAPIKeyError):
        neura_ai.resolve(env_file=False)


@pytest.mark.parametrize("wrong", [True, 0, 1, 5.0, b"file", ["file"], object()])
@pytest.mark.parametrize("call", [neura_ai.Client, neura_ai.resolve, neura_ai.diagnose])
def test_an_env_file_of_the_wrong_type_is_a_type_error(
    call: Callable[..., object], wrong: Any
) -> None:
    with pytest.raises(TypeError, match="env_file"):
        call(KEY, env_file=wrong)


def test_the_credentials_file_comes_last(home: Path) -> None:
    text = f'[default]\napi_key = "{KEY}"\nbase_url = "https://c.example/v1"\n'
    file = credentials(home, text)
    key = neura_ai.resolve()
    assert found(key) == {"source": "credentials_file", "path": str(file), **MADE}
    assert (key.base_url, key.base_url_source) == ("https://c.example/v1", "credentials_file")
    file.chmod(0o644)
    with pytest.raises(neura_ai.ConfigError, match=r"credentials\.toml") as caught:
        neura_ai.resolve()
    assert KEY not in str(caught.value)


def test_a_profile_has_keys_of_its_own(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    credentials(home, f'[staging]\napi_key = "{KEY}"\n')
    profile = {"profile": "staging", **MADE}
    assert found(neura_ai.resolve(profile="staging")).items() >= profile.items()
    write(home / ".env.staging", f"NEURA_API_KEY={KEY}\n")
    assert neura_ai.resolve(profile="staging").path == str(home / ".env.staging")
    monkeypatch.setenv("NEURA_API_KEY_STAGING", KEY)
    monkeypatch.setenv("NEURA_PROFILE", "staging")
    assert found(neura_ai.resolve()) == {
        "source": "environment",
        "name": "NEURA_API_KEY_STAGING",
        **profile,
    }


def test_a_profile_never_falls_back(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEURA_API_KEY", KEY)
    write(home / ".env", f"NEURA_API_KEY={KEY}\n")
    credentials(home, f'[default]\napi_key = "{KEY}"\n')
    for call in (neura_ai.resolve, neura_ai.Client):
        with pytest.raises(neura_ai.MissingAPIKeyError, match="NEURA_API_KEY_STAGING") as caught:
            call(profile="staging")
        assert KEY not in str(caught.value)


@pytest.mark.parametrize("call", [neura_ai.resolve, neura_ai.Client, neura_ai.auth_headers])
def test_a_missing_key_names_every_place(home: Path, call: Callable[..., object]) -> None:
    with pytest.raises(neura_ai.MissingAPIKeyError) as caught:
        call()
    for place in (
        "api_key option",
        "variable NEURA_API_KEY ",
        "NEURA_API_KEY_FILE",
        ".env",
        str(home / ".config" / "neura" / "credentials.toml"),
    ):
        assert place in str(caught.value)
    assert (caught.value.status_code, caught.value.attempts) == (None, 0)


def test_a_client_uses_what_resolve_tells(home: Path, scripted: Scripted) -> None:
    server = scripted(200)
    write(home / ".env", f"NEURA_API_KEY={KEY}\nNEURA_BASE_URL={server.base_url}\n")
    with neura_ai.Client() as client:
        assert client.base_url == neura_ai.resolve().base_url == server.base_url
        assert client.get("/models").ok
        assert client.check().key == neura_ai.resolve()
    assert neura_ai.get("/models").ok
    assert {header(request, "authorization")[0] for request in server.requests()} == {
        f"Bearer {KEY}"
    }


@pytest.mark.parametrize("call", [neura_ai.resolve, neura_ai.diagnose])
def test_a_report_takes_the_arguments_of_a_client(call: Callable[..., neura_ai.Object]) -> None:
    arguments = {
        "timeout": (5, None),
        "connect_timeout": 1,
        "idle_timeout": None,
        "max_retries": 0,
        "replay_unsent_only": True,
        "headers": {"X-A": "b"},
        "ca_file": None,
        "allow_http": True,
        "profile": None,
        "env_file": False,
        "base_url": "http://127.0.0.1:9",
    }
    assert call(api_key=KEY, **arguments).base_url == "http://127.0.0.1:9"
    for wrong in ({"api_kye": KEY}, {"max_retries": "2"}, {"headers": 5}, {"profile": 5}):
        with pytest.raises(TypeError):
            call(**wrong)
