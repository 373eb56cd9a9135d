"""A side's process, which does calls and measures them."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.failure import BenchError
from bench.pinning import on
from bench.places import ROOT

# The clients find no settings of the user's there: no keys, proxies, or files of certificates.
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "TEMP", "LD_LIBRARY_PATH")


@dataclass(frozen=True)
class Measured:
    """So many calls, in seconds."""

    calls: int
    cpu: float
    wall: float


def environment(more: Mapping[str, str]) -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {**kept, "NO_PROXY": "127.0.0.1,localhost", **more}


class Worker:
    """A process that was started, and waits for rounds between them."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        settings: Mapping[str, str],
        cores: tuple[int, ...],
        warm_up: float = 1,
    ) -> None:
        self.name = name
        self.warm_up = warm_up
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `end`
        try:
            with on(cores):
                self._process = subprocess.Popen(
                    command,
                    cwd=ROOT,
                    env=environment(settings),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=self._stderr,
                    text=True,
                )
        except FileNotFoundError:
            self._stderr.close()
            what = f"{command[0]} is not there: run `make bench-setup` first"
            raise BenchError(what) from None
        if self._line() != "ready":
            raise self._failure()

    def round(self, calls: int) -> Measured:
        stdin = self._process.stdin
        assert stdin is not None
        try:
            stdin.write(f"{calls}\n")
            stdin.flush()
        except BrokenPipeError:
            raise self._failure() from None
        words = self._line().split()
        if len(words) != 2:
            raise self._failure()
        return Measured(calls, int(words[0]) / 1e9, int(words[1]) / 1e9)

    def peak(self) -> int | None:
        """The most memory that the process had, in bytes; None where there is no /proc."""
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="utf-8")
        except OSError:
            return None
        for line in status.splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
        return None

    def end(self) -> None:
        self._stop()
        self._stderr.close()

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def _stop(self) -> int:
        """Ends the process, which does so by itself when its stdin does; returns its status."""
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            # What could not be written is not missed.
            with contextlib.suppress(BrokenPipeError):
                stream.close()
        try:
            return self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def _failure(self) -> BenchError:
        status = self._stop()
        self._stderr.seek(0)
        words = self._stderr.read().decode(errors="replace").strip()[-2000:]
        self._stderr.close()
        return BenchError(f"{self.name} ended with {status}: {words or 'it said nothing'}")
