"""The sandbox that the examples and the README's programs ask."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "examples"))

import demo  # noqa: E402


@pytest.fixture(scope="session")
def env() -> Iterator[dict[str, str]]:
    """The environment of a program that asks a sandbox of its own."""
    with demo.Sandbox() as hello:
        yield demo.environment(hello)
