"""The examples in docstrings and in the README do what they show, against the sandbox."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
from collections.abc import Iterator

import neura_ai
import pytest
from servers import REPOSITORY, binary

README = REPOSITORY / "bindings-python" / "README.md"


def modules() -> Iterator[str]:
    yield "neura_ai"
    for found in pkgutil.walk_packages(neura_ai.__path__, "neura_ai."):
        if found.name != "neura_ai._native":
            yield found.name


def examples() -> Iterator[doctest.DocTest]:
    finder = doctest.DocTestFinder(exclude_empty=True)
    for name in modules():
        yield from finder.find(importlib.import_module(name), globs={})
    parser = doctest.DocTestParser()
    sessions = re.findall(
        r"^```pycon\n(.*?)^```", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    for index, session in enumerate(sessions):
        yield parser.get_doctest(session, {}, f"README.md-{index}", str(README), 0)


EXAMPLES = {found.name: found for found in examples() if found.examples}


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 14
    assert sum(len(found.examples) for found in EXAMPLES.values()) >= 45
    assert "neura_ai" in EXAMPLES
    assert "README.md-0" in EXAMPLES


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_does_what_it_shows(
    environment: None, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("NEURA_SANDBOX_BIN", str(binary("neura-sandbox")))
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    failed, tried = runner.run(EXAMPLES[name], out=said.append)
    assert tried == len(EXAMPLES[name].examples)
    assert not failed, "".join(said)
