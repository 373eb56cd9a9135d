"""The fixture ``neura_sandbox``; pytest loads this module by itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from . import Sandbox


@pytest.fixture(scope="session")
def neura_sandbox() -> Iterator[Sandbox]:
    """A NeuraAI on this machine with keys of every sort, one for the whole session."""
    with Sandbox() as box:
        yield box
