"""The sandbox for the examples and the README's programs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "examples"))

import demo  # noqa: E402


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sandbox")


@pytest.fixture(scope="session")
def hello(folder: Path) -> Iterator[dict[str, str]]:
    """A sandbox's first line: its URL and its keys."""
    with demo.Sandbox("--db", folder / "keys.sqlite") as hello:
        yield hello


@pytest.fixture(scope="session")
def seeds(hello: dict[str, str]) -> dict[str, str]:
    """The good key and each kind of wrong one, by the demo's columns."""
    return demo.keys(hello)


@pytest.fixture(scope="session")
def env(hello: dict[str, str], folder: Path) -> dict[str, str]:
    """The environment of a program that uses the sandbox, with a second key."""
    sandbox = demo.RELEASE / "neura-sandbox"
    create = [sandbox, "keys", "create", "--name", "second", "--db", folder / "keys.sqlite"]
    made = subprocess.run(create, capture_output=True, check=True)
    second = json.loads(made.stdout)["api_key"]
    return demo.environment(hello) | {
        # The user's own `.env` and credentials file must not be read.
        "HOME": str(folder),
        "CARGO_HOME": os.environ.get("CARGO_HOME", str(Path.home() / ".cargo")),
        "RUSTUP_HOME": os.environ.get("RUSTUP_HOME", str(Path.home() / ".rustup")),
        "NEURA_NEW_KEY": second,
        "NEURA_API_KEY_STAGING": second,
    }
