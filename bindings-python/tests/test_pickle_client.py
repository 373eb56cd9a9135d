"""A client on its way to another process takes its options along, and never a key."""

from __future__ import annotations

import asyncio
import copy
import pickle
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path
from typing import Any

import neura_ai
import pytest
from conftest import KEY, Scripted
from servers import Sandbox, header

SECRET = "s3cret-value-0000"
CLIENTS = [neura_ai.Client, neura_ai.AsyncClient]


def sent(client: Any) -> Any:
    return pickle.loads(pickle.dumps(client))  # noqa: S301


def give_key() -> str:
    """A callable that another process finds by its name."""
    return KEY


@pytest.fixture
def in_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEURA_API_KEY", KEY)


@pytest.mark.parametrize("made", CLIENTS)
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_client_looks_for_its_key_again(
    made: Any, protocol: int, in_environment: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = made(base_url="http://127.0.0.1:9/v1")
    text = pickle.dumps(client, protocol)
    assert KEY.encode() not in text
    monkeypatch.setenv("NEURA_API_KEY", "nk-fake-1111111111111111wxyz")
    again = pickle.loads(text)  # noqa: S301
    assert type(again) is made
    assert "…abcd" in repr(client)
    assert "…wxyz" in repr(again)
    assert again.base_url == client.base_url


def test_the_options_come_along(
    scripted: Scripted, in_environment: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = scripted("stall", {"status": 503, "headers": [["retry-after-ms", "1"]]}, 503, 503)
    client = sent(
        neura_ai.Client(
            base_url=server.base_url,
            headers={"X-Team": "search"},
            timeout=0.3,
            max_retries=0,
            default=str,
        )
    )
    with pytest.raises(neura_ai.APITimeoutError):
        client.post("/x", json={"path": Path("/a")})
    assert client.get("/x").attempts == 1
    first = server.requests()[0]
    assert header(first, "x-team") == ["search"]
    assert first["body"] == '{"path":"/a"}'


def test_a_profile_and_a_file_come_along(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "keys.env").write_text("NEURA_API_KEY_STAGING=nk-fake-staging-0000-stag\n")
    client = neura_ai.Client(profile="staging", env_file="keys.env")
    text = pickle.dumps(client)
    (home / "elsewhere").mkdir()
    monkeypatch.chdir(home / "elsewhere")
    assert "…stag" in repr(pickle.loads(text))  # noqa: S301


@pytest.mark.parametrize("made", CLIENTS)
def test_a_callable_comes_along_by_its_name(made: Any) -> None:
    text = pickle.dumps(made(give_key))
    assert b"give_key" in text
    assert KEY.encode() not in text
    headers = pickle.loads(text).auth_headers()  # noqa: S301
    if made is neura_ai.AsyncClient:
        headers = asyncio.run(headers)
    assert headers == {"Authorization": f"Bearer {KEY}"}
    with pytest.raises((pickle.PicklingError, AttributeError)):
        pickle.dumps(made(lambda: KEY))


def given_another(client: Any) -> Any:
    client.set_api_key(KEY)
    return client


def copy_given_another(client: Any) -> Any:
    copy.copy(client).set_api_key(KEY)
    return client


@pytest.mark.parametrize("made", CLIENTS)
@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda made: made(KEY), "its key as text"),
        (lambda made: made([KEY, KEY + "2"]), "its key as text"),
        (lambda made: made((KEY,)), "its key as text"),
        (lambda made: given_another(made()), "by set_api_key"),
        (lambda made: copy_given_another(made()), "by set_api_key"),
        (lambda made: copy.copy(made(KEY)), "its key as text"),
        (lambda made: made(headers={"Authorization": f"Bearer {SECRET}"}), "Authorization"),
        (lambda made: made(headers=[("X-Gateway-Token", SECRET)]), "X-Gateway-Token"),
        (lambda made: made(headers={"X-Upstream": f"Bearer {SECRET}"}), "X-Upstream"),
        (lambda made: made(headers={"X-Upstream": f"v1 {KEY}"}), "X-Upstream holds a key"),
        (lambda made: made(headers={"cookie": f"s={SECRET}"}), "cookie"),
        (lambda made: made(proxy=f"http://user:{SECRET}@127.0.0.1:9"), "proxy"),
    ],
)
def test_a_secret_is_never_pickled(
    made: Any, make: Callable[[Any], Any], says: str, in_environment: None
) -> None:
    client = make(made)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match=says) as caught:
            pickle.dumps(client, protocol)
        assert made.__name__ in str(caught.value)
        assert "NEURA_API_KEY" in str(caught.value)  # what to do instead
        assert SECRET not in str(caught.value)
        assert KEY not in str(caught.value)
    held = repr([vars(client), vars(client._origin)])
    assert SECRET not in held
    assert KEY not in held


@pytest.mark.parametrize("made", CLIENTS)
def test_nor_is_a_callables_key_in_a_header(made: Any, sandbox: Sandbox) -> None:
    client = made(lambda: KEY, base_url=sandbox.base_url, headers={"X-Upstream": f"v1 {KEY}"})
    asked = client.auth_headers()
    if made is neura_ai.AsyncClient:
        asyncio.run(asked)
    with pytest.raises(TypeError, match="X-Upstream holds a key"):
        pickle.dumps(client)


def test_a_client_that_is_closed_is_not_pickled(in_environment: None) -> None:
    client = neura_ai.Client()
    client.close()
    with pytest.raises(neura_ai.InvalidArgumentError, match="closed"):
        pickle.dumps(client)


class Named(neura_ai.Client):
    """A class of a program's own, made by other arguments."""

    def __init__(self, name: str) -> None:
        super().__init__(max_retries=0)
        self.name = name


def test_a_class_of_the_programs_own_comes_along(in_environment: None) -> None:
    named = Named("mine")
    for again in (sent(named), copy.copy(named), copy.deepcopy(named)):
        assert type(again) is Named
        assert again.name == "mine"
        assert "…abcd" in repr(again)


def ask(client: neura_ai.Client, model: str) -> tuple[str, Any]:
    """What a worker process gives back: an object, and a reply."""
    return client.models.retrieve(model).id, client.get("/models")


def ask_in_a_loop(client: neura_ai.AsyncClient, model: str) -> str:
    found: str = asyncio.run(client.models.retrieve(model)).id
    return found


def fail(client: neura_ai.Client) -> None:
    client.get("/models/none").raise_for_status()


@pytest.mark.parametrize("method", get_all_start_methods())
def test_worker_processes_use_a_client_of_the_parents(
    method: str, environment: None, sandbox: Sandbox
) -> None:
    client = neura_ai.Client()
    assert client.models.list().data
    with ProcessPoolExecutor(2, mp_context=get_context(method)) as pool:
        asked = [pool.submit(ask, client, "gpt-5") for _ in range(4)]
        for future in asked:
            model, reply = future.result(timeout=60)
            assert model == "gpt-5"
            assert reply.ok
            assert reply.json()["data"]
        future = pool.submit(ask_in_a_loop, neura_ai.AsyncClient(), "gpt-5")
        assert future.result(timeout=60) == "gpt-5"
        error = pool.submit(fail, client).exception(timeout=60)
    assert isinstance(error, neura_ai.NotFoundError)
    assert error.response.status_code == 404
    with pytest.raises(neura_ai.NotFoundError) as again:
        error.response.raise_for_status()
    assert str(again.value) == str(error)


@pytest.mark.parametrize("method", get_all_start_methods())
def test_a_client_with_a_key_as_text_is_refused_at_once(
    method: str, client: neura_ai.Client
) -> None:
    with ProcessPoolExecutor(1, mp_context=get_context(method)) as pool:
        error = pool.submit(fail, client).exception(timeout=60)
        assert isinstance(error, TypeError)
        assert "NEURA_API_KEY" in str(error)
        assert pool.submit(int, "7").result(timeout=60) == 7  # the pool lives on
