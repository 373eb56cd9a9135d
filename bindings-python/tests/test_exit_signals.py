"""Ctrl-C while a program ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

from conftest import KEY, Scripted
from servers import eventually
from test_exit import BEGIN, POOL


def test_ctrl_c_ends_a_program_that_waits_for_a_pool_of_threads(scripted: Scripted) -> None:
    server = scripted("stall")
    process = subprocess.Popen(
        [sys.executable, "-c", BEGIN + POOL + "end()", KEY, server.base_url],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    process.stdout.readline()
    assert eventually(lambda: len(server.report()["requests"]) == 100, 5)
    time.sleep(0.3)
    assert process.poll() is None
    sent = time.monotonic()
    os.kill(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=10)
    assert time.monotonic() - sent < 1
    assert "KeyboardInterrupt" in said
    assert "Fatal" not in said
    assert process.returncode >= 0  # no signal of a crash
