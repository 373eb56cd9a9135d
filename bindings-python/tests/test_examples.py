"""The examples print what the table of the demonstration is made of."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from servers import REPOSITORY, Sandbox


@pytest.mark.parametrize("name", ["requests_style.py", "asyncio_chat.py", "openai_sdk.py"])
def test_an_example_shows_an_answer_a_stream_and_each_refusal(sandbox: Sandbox, name: str) -> None:
    environment = {
        **os.environ,
        "NEURA_API_KEY": sandbox.api_key,
        "NEURA_BASE_URL": sandbox.base_url,
        "NEURA_EXPIRED_KEY": sandbox.expired_api_key,
        "NEURA_REVOKED_KEY": sandbox.revoked_api_key,
    }
    done = subprocess.run(
        [sys.executable, REPOSITORY / "examples" / "python" / name],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    answer = lines[1].removeprefix("answer: ")
    assert answer
    # Our client finds no key and asks nobody; the SDK's request goes out without one.
    missing = "missing_api_key 401" if name == "openai_sdk.py" else "missing_api_key -"
    assert lines == [
        "check: ok",
        f"answer: {answer}",
        f"stream: {answer}",
        "invalid: invalid_api_key 401",
        "expired: expired_api_key 401",
        "revoked: revoked_api_key 401",
        f"missing: {missing}",
    ]
    keys = (sandbox.api_key, sandbox.expired_api_key, sandbox.revoked_api_key)
    assert not any(key in done.stdout + done.stderr for key in keys)


def test_the_examples_need_only_a_key_and_an_address(sandbox: Sandbox) -> None:
    environment = {
        **os.environ,
        "NEURA_API_KEY": sandbox.api_key,
        "NEURA_BASE_URL": sandbox.base_url,
    }
    done = subprocess.run(
        [sys.executable, REPOSITORY / "examples" / "python" / "requests_style.py"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    kinds = [line.split(":")[0] for line in done.stdout.splitlines()]
    assert kinds == ["check", "answer", "stream", "invalid", "missing"]
