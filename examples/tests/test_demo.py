"""The demo: every example gives the right result, and no process is left behind."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import demo
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
DEMO = [sys.executable, str(ROOT / "examples" / "demo.py")]


@pytest.mark.parametrize("example", demo.examples(), ids=lambda example: example.name)
def test_an_example_gets_what_every_language_gets(
    example: demo.Example, env: dict[str, str], seeds: dict[str, str], tmp_path: Path
) -> None:
    got = {name: demo.run(example, key, env, tmp_path) for name, key in seeds.items()}
    assert demo.problems(example, got) == []


def test_an_example_shows_no_key(
    env: dict[str, str], seeds: dict[str, str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for example in demo.examples():
        for key in seeds.values():
            demo.run(example, key, env, tmp_path)
    shown = capfd.readouterr().out
    assert "expired" in shown
    assert not any(key in shown for key in seeds.values() if key)


def test_a_wrong_answer_is_a_problem_of_the_demo() -> None:
    example = demo.examples()[1]
    right = dict(example.expected)
    assert demo.problems(example, right) == []
    assert len(demo.problems(example, right | {"expired": "invalid_api_key 401"})) == 1
    assert len(demo.problems(example, right | {"answer": "You said:"})) == 1
    assert len(demo.problems(example, {})) == 5


def test_what_an_example_printed_is_read_by_its_kind() -> None:
    assert demo.answered("You said: Hello!\n") == demo.ANSWER
    assert demo.answered("You said:") != demo.ANSWER
    assert demo.refused("neura_ai.ExpiredAPIKeyError: (status 401)") == "expired_api_key 401"
    assert demo.refused("missing_api_key: at :4011") == "missing_api_key -"
    assert demo.refused("Segmentation fault") == "no error -"


def test_the_demo_ends_with_a_table_of_the_same_kinds() -> None:
    done = subprocess.run(DEMO, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert lines[-1].endswith("0 problems")
    rows = [line for line in lines if line.startswith(("Rust", "C ", "C++ ", "Python", "Node"))]
    services = [line for line in lines if line.startswith("service in ")]
    assert [service.split("|")[0].strip() for service in services] == [
        "service in Python",
        "service in Node",
    ]
    assert all(service.split("|")[-2:] == [" 0       ", " 0"] for service in services)
    ours = [row for row in rows if not row.startswith("Node, OpenAI SDK ")]
    assert len(ours) >= 10
    kinds = {tuple(cell.strip() for cell in row.split("|"))[1:] for row in ours}
    assert kinds == {
        (
            "You said: Hello!",
            "invalid_api_key 401",
            "expired_api_key 401",
            "revoked_api_key 401",
            "missing_api_key -",
        )
    }


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_demo_leaves_no_process_behind(how: signal.Signals) -> None:
    process = subprocess.Popen(DEMO, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    first = process.stdout.readline()
    found = re.search(r"http://127\.0\.0\.1:(\d+)/", first)
    assert found is not None, first
    port = int(found.group(1))
    assert listens(port)
    process.send_signal(how)
    process.wait(timeout=10)
    process.stdout.close()
    end = time.monotonic() + 5
    while listens(port):
        assert time.monotonic() < end, "the sandbox is still there"
        time.sleep(0.05)


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except ConnectionRefusedError:
        return False
    return True
