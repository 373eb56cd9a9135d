"""A process that has no descriptors left."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import neura_ai
import pytest
from conftest import KEY
from servers import Sandbox
from sides import SIDES, Side


@contextmanager
def none_left() -> Iterator[None]:
    """No descriptor can be had in the block."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    held: list[int] = []
    try:
        highest = max(int(name) for name in os.listdir("/dev/fd"))
        resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 16, hard))
        while True:
            try:
                held.append(os.open(os.devnull, os.O_RDONLY))
            except OSError:
                break
        yield
    finally:
        for descriptor in held:
            os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("side", SIDES, ids=[side.name for side in SIDES])
def test_fault_103_no_descriptors_left_is_said(sandbox: Sandbox, side: Side, host: str) -> None:
    base_url = sandbox.base_url.replace("127.0.0.1", host)

    async def play() -> None:
        async with side.client(sandbox.api_key, base_url=base_url, max_retries=0) as client:
            with none_left(), pytest.raises(neura_ai.APIConnectionError) as caught:
                await side.result(client.get("/models"))
            assert "no file descriptors left" in caught.value.message
            assert "network" not in caught.value.message
            assert "base URL" not in caught.value.message
            assert (await side.result(client.get("/models"))).ok

    side.run(play())


def test_fault_103_no_descriptors_left_for_a_file(home: os.PathLike[str]) -> None:
    file = os.path.join(home, "own.env")
    with open(file, "w", encoding="utf-8") as opened:
        opened.write(f"NEURA_API_KEY={KEY}\n")
    with none_left(), pytest.raises(neura_ai.ConfigError, match="no file descriptors left"):
        neura_ai.Client(env_file=file)
    neura_ai.Client(env_file=file).close()


def test_fault_103_where_the_key_comes_from_is_said_without_descriptors(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEURA_API_KEY", KEY)
    with none_left():
        assert neura_ai.resolve(base_url=sandbox.base_url).name == "NEURA_API_KEY"
    monkeypatch.delenv("NEURA_API_KEY")
    with none_left(), pytest.raises(neura_ai.ConfigError, match="no file descriptors left"):
        neura_ai.resolve()


@pytest.mark.parametrize("given", ["the key", "no key"])
def test_fault_103_diagnose_without_descriptors_blames_nothing_else(
    sandbox: Sandbox, given: str
) -> None:
    api_key = sandbox.api_key if given == "the key" else None
    with none_left():
        report = neura_ai.diagnose(api_key=api_key, base_url=sandbox.base_url)
    assert not report.ok
    failed = [check for check in report.checks if check.status == "failed"]
    assert failed
    assert all("no file descriptors left" in check.found for check in failed)
    assert not any(check.advice for check in report.checks)
    assert "same key" not in str(report)


PROGRAM = """
import os, resource
import neura_ai

client = neura_ai.Client()
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
held = []
try:
    while True:
        held.append(os.open(os.devnull, os.O_RDONLY))
except OSError:
    pass
print(neura_ai.resolve().source)
print(neura_ai.diagnose().verdict)
"""


def test_fault_103_a_program_with_a_client_can_still_ask(environment: None) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=30
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split() == ["environment", "connection"]
