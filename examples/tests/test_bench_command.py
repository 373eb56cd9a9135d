"""The command of the comparison, where it cannot do or end its work."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from bench import installed, places, results  # noqa: E402
from bench.failure import BenchError  # noqa: E402

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs signals and limits")
# It needs no server, and of the peers only what Python has itself.
STARTS = ("run", "--suite", "start-up", "--language", "Python", "--side", "http.client")


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "bench", *arguments]


def test_ctrl_c_ends_it_without_a_traceback() -> None:
    process = subprocess.Popen(
        command(*STARTS, "--rounds", "100000"),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    time.sleep(1.5)
    assert process.poll() is None
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "bench: interrupted" in said
    assert "Traceback" not in said


def test_a_program_that_is_missing_is_named_in_one_line(tmp_path: Path) -> None:
    missing = str(tmp_path / "node")
    done = subprocess.run(
        command("run", "--suite", "start-up", "--language", "Node", "--side", "node:http"),
        cwd=ROOT,
        env={**os.environ, "NODE": missing},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr == f"bench: {missing} is not there: run `make bench-setup` first\n"


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("--side", "nobody"), 0, "start-up: no side was chosen"),
        (("--rounds", "0"), 2, "--rounds, --seconds and --warm-up are more than 0"),
        (("--commit", "--side", "requests"), 2, "--commit writes whole suites"),
    ],
)
def test_a_choice_that_measures_nothing_or_too_little_is_refused(
    arguments: Sequence[str], status: int, said: str
) -> None:
    done = subprocess.run(
        command("run", "--suite", "start-up", *arguments), cwd=ROOT, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (status, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_package_that_is_not_installed_has_no_size() -> None:
    with pytest.raises(BenchError, match=r"^no-such-package is not installed: run `make bench"):
        installed._python("no-such-package", Path(sys.executable))


@contextlib.contextmanager
def full_disk() -> Iterator[None]:
    """No file grows beyond 4 KiB: a write fails as on a full disk, after a part of it."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_leaves_the_results_that_were_there(tmp_path: Path) -> None:
    results.write(tmp_path, "call", {"suite": "call", "cases": []})
    with full_disk(), pytest.raises(OSError, match="large"):
        results.write(tmp_path, "call", {"suite": "call", "cases": ["x" * 10_000]})
    assert results.Results(tmp_path).suites == {"call": {"suite": "call", "cases": []}}
    page = tmp_path / "page.md"
    places.replace(page, "old")
    with full_disk(), pytest.raises(OSError, match="large"):
        places.replace(page, "new" * 10_000)
    assert page.read_text() == "old"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["call.json", "page.md"]
