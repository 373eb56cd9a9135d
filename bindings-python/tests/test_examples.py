"""The examples print the answer, and with a wrong key end in the error's name."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from servers import REPOSITORY, Sandbox

EXAMPLES = sorted(file.name for file in (REPOSITORY / "examples" / "python").glob("*.py"))


def run(name: str, key: str, sandbox: Sandbox, folder: Path) -> subprocess.CompletedProcess[str]:
    """What the example prints with this key, in a folder that holds no other."""
    home = {"HOME": str(folder), "APPDATA": str(folder)}
    return subprocess.run(
        [sys.executable, REPOSITORY / "examples" / "python" / name],
        env=os.environ | home | {"NEURA_API_KEY": key, "NEURA_BASE_URL": sandbox.base_url},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_there_is_one_for_each_way_of_use() -> None:
    assert EXAMPLES == [
        "asyncio_chat.py",
        "chat.py",
        "openai_sdk.py",
        "requests_style.py",
        "stream.py",
    ]


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_needs_only_a_key_and_an_address(
    sandbox: Sandbox, tmp_path: Path, name: str
) -> None:
    done = run(name, sandbox.api_key, sandbox, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "You said: Hello!\n"


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_ends_in_the_name_of_what_is_wrong(
    sandbox: Sandbox, tmp_path: Path, name: str
) -> None:
    wrong = {
        "InvalidAPIKeyError": "nk-wrong-key-0000000000",
        "ExpiredAPIKeyError": sandbox.expired_api_key,
        "RevokedAPIKeyError": sandbox.revoked_api_key,
        "MissingAPIKeyError": "",
    }
    for error, key in wrong.items():
        done = run(name, key, sandbox, tmp_path)
        assert done.returncode == 1
        assert f"neura_ai.{error}: " in done.stderr
        assert not key or key not in done.stdout + done.stderr
