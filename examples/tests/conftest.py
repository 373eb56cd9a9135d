"""The sandbox that the examples and the README's programs ask."""

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
def env(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a program that asks a sandbox of its own, with a second key."""
    folder = tmp_path_factory.mktemp("sandbox")
    database = folder / "keys.sqlite"
    with demo.Sandbox("--db", database) as hello:
        sandbox = demo.RELEASE / "neura-sandbox"
        create = [sandbox, "keys", "create", "--name", "second", "--db", database]
        made = subprocess.run(create, capture_output=True, check=True)
        second = json.loads(made.stdout)["api_key"]
        yield demo.environment(hello) | {
            # A `.env` or a credentials file of the user's must not matter.
            "HOME": str(folder),
            "CARGO_HOME": os.environ.get("CARGO_HOME", str(Path.home() / ".cargo")),
            "RUSTUP_HOME": os.environ.get("RUSTUP_HOME", str(Path.home() / ".rustup")),
            "NEURA_NEW_KEY": second,
            "NEURA_API_KEY_STAGING": second,
        }
