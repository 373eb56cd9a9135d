"""The sandbox of users' tests beside forks, signals and programs of a shell."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import neura_ai
import pytest
from neura_ai.testing import Sandbox
from test_testing import (
    START,
    VARIABLE,
    program as program,  # the fixture, for these too
    run,
)


@pytest.mark.parametrize(
    ("does", "message"),
    [
        ("echo thinking >&2; exec sleep 60", "printed nothing within 1 s: thinking"),
        ("echo thinking >&2; sleep 60", "printed nothing within 1 s: thinking"),
        ("echo hello", "is not neura-sandbox"),
        ("echo '[1]'; exec sleep 60", "is not neura-sandbox"),
    ],
)
def test_a_program_that_hangs_or_is_another_is_ended(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, does: str, message: str
) -> None:
    started = tmp_path / "pid"
    other = tmp_path / "other"
    other.write_text(f"#!/bin/sh\necho $$ >{started}\n{does}\n", encoding="utf-8")
    other.chmod(0o700)
    monkeypatch.setenv(VARIABLE, str(other))
    monkeypatch.setattr("neura_ai.testing._server.START_LIMIT", 1.0)
    with pytest.raises(neura_ai.ConfigError, match=message):
        Sandbox().start()
    with pytest.raises(ProcessLookupError):
        os.kill(int(started.read_text(encoding="utf-8")), 0)


def test_a_file_that_cannot_be_run_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_bytes(b"\x00")
    other.chmod(0o700)
    monkeypatch.setenv(VARIABLE, str(other))
    with pytest.raises(neura_ai.ConfigError, match="other cannot be run: Exec format error"):
        Sandbox().start()


def test_a_fork_that_ends_leaves_it_to_the_parent() -> None:
    forks = """
import os, sys
child = os.fork()
if not child:
    sys.exit()
os.waitpid(child, 0)
print(box.client().get("/models").status_code, flush=True)
"""
    printed, problems = run(START + forks).communicate(timeout=30)
    assert (printed, problems) == ("200\n", "")


def test_ctrl_c_leaves_it_to_the_tests_end() -> None:
    waits = """
import time
try:
    print(flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    print(box.client().get("/models").status_code)
"""
    process = subprocess.Popen(
        [sys.executable, "-c", START + waits],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    os.killpg(process.pid, signal.SIGINT)
    assert process.communicate(timeout=30)[0] == "200\n"
