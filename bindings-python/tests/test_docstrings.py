"""Every public name says what it is."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from typing import Any

import neura_ai
import neura_ai.testing
import neura_ai.types
import pytest
from neura_ai import _create, _models, exceptions

#: Reached as attributes of a client, under names of their own.
CALLS = [
    _create.Completions,
    _create.Embeddings,
    _create.AsyncCompletions,
    _create.AsyncEmbeddings,
    _models.Chat,
    _models.Models,
    _models.AsyncChat,
    _models.AsyncModels,
]
#: Imported by those who have the library of this name.
ADAPTERS = ["httpx", "httpx2", "openai", "requests"]
#: What a type checker or `dir` shows, and Python itself explains.
PLAIN = (str, int, float, bool, type(None))


def members(of: type) -> Iterator[tuple[str, Any]]:
    """The public methods and properties that a class of this package defines."""
    for base in of.__mro__:
        if base.__module__.partition(".")[0] == "neura_ai":
            for name, value in vars(base).items():
                described = inspect.isroutine(value) or inspect.isdatadescriptor(value)
                if not name.startswith("_") and described and name not in attributes(base):
                    yield name, value


def attributes(of: type) -> list[str]:
    """The public attributes that a class declares; its docstring explains each."""
    return [name for name in inspect.get_annotations(of) if not name.startswith("_")]


def public() -> Iterator[tuple[str, Any]]:
    named = [(f"neura_ai.{name}", getattr(neura_ai, name)) for name in neura_ai.__all__]
    named += [
        (f"neura_ai.testing.{name}", getattr(neura_ai.testing, name))
        for name in neura_ai.testing.__all__
    ]
    named += [
        (f"neura_ai.types.{name}", getattr(neura_ai.types, name)) for name in neura_ai.types.__all__
    ]
    for adapter in ADAPTERS:
        module = importlib.import_module(f"neura_ai.{adapter}")
        named += [(f"{module.__name__}.{name}", getattr(module, name)) for name in module.__all__]
    for name, value in [*named, *((of.__name__, of) for of in CALLS)]:
        if isinstance(value, PLAIN):
            continue
        yield name, value
        if inspect.isclass(value):
            yield from ((f"{name}.{member}", found) for member, found in members(value))


PUBLIC = dict(public())


def test_methods_of_the_native_half_are_among_them() -> None:
    assert {"neura_ai.Response.json", "neura_ai.Event.data", "Completions.create"} <= set(PUBLIC)


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_has_a_docstring_of_its_own(name: str) -> None:
    value = PUBLIC[name]
    # That of a class it inherits from explains another class.
    text = vars(value).get("__doc__") if inspect.isclass(value) else value.__doc__
    assert text
    assert text.strip()
    if inspect.isclass(value):
        missing = [name for name in attributes(value) if f":ivar {name}:" not in text]
        assert not missing


def test_the_package_and_its_public_modules_have_docstrings() -> None:
    import neura_ai.testing.pytest_plugin as plugin

    for module in (neura_ai, neura_ai.testing, exceptions, plugin):
        assert module.__doc__
