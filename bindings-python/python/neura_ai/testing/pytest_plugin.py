"""The fixtures ``neura_sandbox`` and ``neura_replies``; pytest loads this module by itself."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator

import pytest

from . import Replies, Sandbox, replies
from ._replies import Reply


@pytest.fixture(scope="session")
def neura_sandbox() -> Iterator[Sandbox]:
    """A NeuraAI on this machine with keys of every sort, one for the whole session."""
    with Sandbox() as box:
        yield box


@pytest.fixture
def neura_replies() -> Iterator[Callable[[Iterable[Reply]], Replies]]:
    """``neura_ai.testing.replies``, whose server runs until the test ends."""
    with contextlib.ExitStack() as servers:
        yield lambda replied: servers.enter_context(replies(replied))
