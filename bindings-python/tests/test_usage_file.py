"""`NEURA_USAGE_FILE`: an idle process writes, and what is left is written when the process ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from conftest import KEY, Scripted

PROGRAM = """
import sys
import neura_ai

client = neura_ai.Client(sys.argv[1], base_url=sys.argv[2])
"""
ENDS = {
    "plain": "for _ in range(3): client.get('/x')",
    "sys.exit": "for _ in range(3): client.get('/x')\nsys.exit(0)",
    "an exception": "for _ in range(3): client.get('/x')\nraise SystemExit(0)",
    "closed": "with client:\n  for _ in range(3): client.get('/x')",
    "asyncio": """
import asyncio
async def main():
    client = neura_ai.AsyncClient(sys.argv[1], base_url=sys.argv[2])
    for _ in range(3): await client.get('/x')
asyncio.run(main())
""",
    "a call of atexit": """
import atexit
for _ in range(2): client.get('/x')
atexit.register(lambda: client.get('/x'))
""",
}


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def run(script: Path, file: Path, base_url: str) -> None:
    done = subprocess.run(
        [sys.executable, script, KEY, base_url],
        env={"NEURA_USAGE_FILE": str(file), "HOME": str(file.parent)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("end", ENDS)
def test_usage_is_written_at_the_end(tmp_path: Path, scripted: Scripted, end: str) -> None:
    server = scripted(200, 200, 200)
    script, file = tmp_path / "shop.py", tmp_path / "usage.jsonl"
    script.write_text(PROGRAM + ENDS[end])
    run(script, file, server.base_url)
    written = lines(file)
    assert sum(line["requests"] for line in written) == 3
    assert {line["application"] for line in written} == {"shop.py"}
    assert KEY not in file.read_text()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
def test_a_child_of_multiprocessing_writes_its_own(tmp_path: Path, scripted: Scripted) -> None:
    server = scripted(*[200] * 5)
    script, file = tmp_path / "shop.py", tmp_path / "usage.jsonl"
    script.write_text(
        PROGRAM
        + """
import multiprocessing

def work():
    for _ in range(3): client.get('/x')

for _ in range(2): client.get('/x')
child = multiprocessing.get_context("fork").Process(target=work)
child.start()
child.join()
"""
    )
    run(script, file, server.base_url)
    counts: dict[int, int] = {}
    for line in lines(file):
        counts[line["process"]] = counts.get(line["process"], 0) + line["requests"]
    assert sorted(counts.values()) == [2, 3]


def requests(file: Path) -> int:
    return sum(line["requests"] for line in lines(file)) if file.exists() else 0


def test_an_idle_process_writes_its_usage(tmp_path: Path, scripted: Scripted) -> None:
    server = scripted(200, 200, 200)
    script, file = tmp_path / "shop.py", tmp_path / "usage.jsonl"
    script.write_text(PROGRAM + ENDS["plain"] + "\nsys.stdin.read()")
    idle = subprocess.Popen(
        [sys.executable, script, KEY, server.base_url],
        env={
            "NEURA_USAGE_FILE": str(file),
            "NEURA_USAGE_INTERVAL": "0.3",
            "HOME": str(tmp_path),
        },
        stdin=subprocess.PIPE,
    )
    with idle:
        end = time.monotonic() + 30
        while requests(file) < 3 and time.monotonic() < end:
            time.sleep(0.01)
        idle.kill()
    assert requests(file) == 3


def test_an_end_while_the_thread_writes_counts_once(tmp_path: Path, scripted: Scripted) -> None:
    rounds, calls = 12, 6
    server = scripted(*[200] * rounds * calls)
    script, file = tmp_path / "shop.py", tmp_path / "usage.jsonl"
    script.write_text(
        PROGRAM
        + f"""
import time
for call in range({calls}):
    client.get('/x')
    time.sleep(0.001 * call)
"""
    )
    for number in range(rounds):
        done = subprocess.run(
            [sys.executable, script, KEY, server.base_url],
            env={
                "NEURA_USAGE_FILE": str(file),
                "NEURA_USAGE_INTERVAL": f"{0.002 + 0.001 * number}",
                "HOME": str(tmp_path),
            },
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert requests(file) == rounds * calls


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork")
def test_no_thread_of_the_client_is_there_at_a_fork(tmp_path: Path, scripted: Scripted) -> None:
    """Python 3.12 and later warn of it."""
    server = scripted(*[200] * 4)
    script, file = tmp_path / "shop.py", tmp_path / "usage.jsonl"
    script.write_text(
        PROGRAM
        + """
import os
import warnings
warnings.simplefilter('error')
for _ in range(2):
    for _ in range(2): client.get('/x')
    if sys.platform == 'linux': assert len(os.listdir('/proc/self/task')) == 2
    child = os.fork()
    if child == 0: os._exit(0)
    os.waitpid(child, 0)
    if sys.platform == 'linux': assert len(os.listdir('/proc/self/task')) == 1
"""
    )
    run(script, file, server.base_url)
    assert requests(file) == 4
