"""The server of the comparison, as a process of its own."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

from bench.failure import BenchError
from bench.pinning import on
from bench.places import SERVER

# The server takes any.
KEY = "nk-fake-bench-0123456789abcdef"


class Server:
    """Runs until the `with` block ends; its stdin closes with this process, however that ends."""

    def __init__(self, cores: tuple[int, ...], program: Path = SERVER) -> None:
        if not program.exists():
            raise BenchError(f"{program} is not built: run `make bench-setup` first")
        self._folder = tempfile.TemporaryDirectory(prefix="neura-bench-")
        with on(cores):
            self._process = subprocess.Popen(
                [program, self._folder.name],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise BenchError(f"{program} ended with {self._process.wait()} before it listened")
        places = json.loads(line)
        self.http = f"http://{places['http']}"
        self.https = f"https://{places['https']}"
        self.ca_file: str = places["ca_file"]
        self.key = KEY

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._folder.cleanup()
