"""The fixtures ``neura_sandbox`` and ``neura_replies``; pytest loads this module by itself."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator

import pytest

from . import Replies, Sandbox, replies
from ._replies import Reply

#: Whether a test itself raised something, as of a failure, a skip or an expected failure.
_RAISED = pytest.StashKey[bool]()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Remembers it for the fixtures, which end after the test."""
    if call.when == "call":
        item.stash[_RAISED] = call.excinfo is not None


@pytest.fixture(scope="session")
def neura_sandbox() -> Iterator[Sandbox]:
    """A NeuraAI on this machine with keys of every sort, one for the whole session."""
    with Sandbox() as box:
        yield box


@pytest.fixture
def neura_replies(
    request: pytest.FixtureRequest,
) -> Iterator[Callable[[Iterable[Reply]], Replies]]:
    """``neura_ai.testing.replies``, whose server runs until the test ends."""
    servers = contextlib.ExitStack()
    yield lambda replied: servers.enter_context(replies(replied))
    # An error of the test itself is the one to see.
    raised = request.node.stash.get(_RAISED, False)
    with contextlib.suppress(*((AssertionError,) if raised else ())):
        servers.close()
