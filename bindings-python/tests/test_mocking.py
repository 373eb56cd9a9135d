"""``unittest.mock`` and other tools that look at clients and functions without a call."""

from __future__ import annotations

import doctest
import inspect
import pydoc
from collections.abc import Callable
from typing import Any
from unittest import mock

import neura_ai
import pytest

KEY = "nk-fake-0123456789abcdefghij"
CLIENTS = [neura_ai.Client, neura_ai.AsyncClient, neura_ai.Session]
#: Calls as a program makes them, and the same ones mistaken.
CALLS: list[tuple[Callable[[Any], Any], Callable[[Any], Any]]] = [
    (lambda it: it.get("/models", timeout=5), lambda it: it.get("/models", timout=5)),
    (lambda it: it.post("/chat/completions", json={}), lambda it: it.post()),
    (lambda it: it.request("GET", "/x"), lambda it: it.request("GET")),
    (lambda it: it.stream("POST", "/x"), lambda it: it.stream()),
    (lambda it: it.check(), lambda it: it.check(1)),
    (lambda it: it.set_api_key("k"), lambda it: it.set_api_key()),
    (lambda it: it.usage(), lambda it: it.usage(1)),
    (lambda it: it.models.list(), lambda it: it.models.list(1)),
    (lambda it: it.models.retrieve("m"), lambda it: it.models.retrieve()),
    (
        lambda it: it.chat.completions.create(model="m", messages=[], temperature=0),
        lambda it: it.chat.completions.create(messages=[]),
    ),
    (
        lambda it: it.embeddings.create(model="m", input="x"),
        lambda it: it.embeddings.create(model="m"),
    ),
]


@pytest.fixture(params=CLIENTS)
def of(request: pytest.FixtureRequest) -> Any:
    return request.param


def dropped(begun: Any) -> None:
    """What is awaited is not, here."""
    if inspect.iscoroutine(begun):
        begun.close()


def test_a_mock_of_the_class_has_what_a_client_has(of: Any) -> None:
    it = mock.MagicMock(spec=of)
    it.chat.completions.create.return_value = "Hello!"
    assert it.chat.completions.create(model="m", messages=[]) == "Hello!"
    assert it.models.list() is it.models.list.return_value
    assert it.embeddings is it.embeddings
    dropped(it.get("/x"))
    with pytest.raises(AttributeError):
        _ = it.completions
    assert isinstance(it, of)


@pytest.mark.parametrize(("right", "wrong"), CALLS)
@pytest.mark.parametrize("made", ["of the class", "of a client"])
def test_autospec_checks_arguments(
    of: Any, made: str, right: Callable[[Any], Any], wrong: Callable[[Any], Any]
) -> None:
    if made == "of the class":
        it = mock.create_autospec(of)(KEY, base_url="http://127.0.0.1:9/v1")
    else:
        it = mock.create_autospec(of(KEY))
    dropped(right(it))
    with pytest.raises(TypeError):
        wrong(it)


def test_autospec_of_an_asynchronous_client_is_awaited() -> None:
    it = mock.create_autospec(neura_ai.AsyncClient)()
    for function in (it.get, it.check, it.chat.completions.create, it.models.retrieve):
        assert isinstance(function, mock.AsyncMock)


def test_autospec_checks_the_arguments_of_a_client() -> None:
    with pytest.raises(TypeError):
        mock.create_autospec(neura_ai.Client)(KEY, timout=5)


@pytest.mark.parametrize("name", ["get", "post", "request", "resolve", "diagnose", "auth_headers"])
def test_a_function_of_the_module_is_patched_with_its_arguments(name: str) -> None:
    with mock.patch.object(neura_ai, name, autospec=True) as it:
        with pytest.raises(TypeError):
            it("/x", "y", "z", nonsense=1)
        assert inspect.signature(it) == inspect.signature(getattr(neura_ai, name))


@pytest.mark.parametrize(
    ("function", "shown"),
    [
        (neura_ai.post, "function post in module neura_ai"),
        (neura_ai.Client.post, "function post in module neura_ai"),
        (neura_ai.Client(KEY).chat.completions.create, "method create in module neura_ai"),
    ],
)
def test_help_shows_the_arguments(function: Any, shown: str) -> None:
    text = pydoc.render_doc(function, renderer=pydoc.plaintext)
    assert shown in text
    assert "timeout: 'Timeout'" in text
    assert inspect.isroutine(function)


def test_help_of_the_class_lists_its_methods() -> None:
    text = pydoc.render_doc(neura_ai.Client, renderer=pydoc.plaintext)
    assert "\n |  check(self, " in text
    assert "\n |  chat: " in text or "\n |  chat = " in text


def test_doctest_looks_into_a_module_with_verbs() -> None:
    from neura_ai import _module_verbs

    found = {test.name for test in doctest.DocTestFinder().find(_module_verbs)}
    assert "neura_ai._module_verbs.request" in found


@pytest.mark.parametrize(
    "call",
    [
        lambda: neura_ai.Client.models.list(),
        lambda: neura_ai.Client.chat.completions.create(model="m", messages=[]),
    ],
)
def test_a_call_on_the_class_says_what_is_missing(call: Callable[[], Any]) -> None:
    with pytest.raises(TypeError, match="make a client"):
        call()
