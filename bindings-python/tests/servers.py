"""The servers that the tests talk to: the sandbox and scripted replies, over sockets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
SUFFIX = ".exe" if sys.platform == "win32" else ""
#: Read at once, because tests leave the folder that a relative path would start from.
GIVEN = os.environ.get("NEURA_SANDBOX_BIN")
FOLDERS = (
    [Path(GIVEN).resolve().parent]
    if GIVEN
    else [REPOSITORY / "target" / profile for profile in ("release", "debug")]
)


def binary(name: str) -> Path:
    """A program of the sandbox crate."""
    for folder in FOLDERS:
        if (folder / (name + SUFFIX)).exists():
            return folder / (name + SUFFIX)
    where = " and ".join(map(str, FOLDERS))
    raise FileNotFoundError(f"no {name} in {where}: run `cargo build -p neura-sandbox`")


class Server:
    """A program that says on its first line of output where it listens.

    It ends when its standard input does, so it never outlives the tests.
    """

    def __init__(self, name: str, *arguments: str, script: Any = None) -> None:
        self.process = subprocess.Popen(
            [binary(name), "--port", "0", "--stop-on-stdin-close", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self.process.stdin
        assert self.process.stdout
        if script is not None:
            self.process.stdin.write(json.dumps(script).encode())
            self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"{name} said nothing"
        self.facts: dict[str, Any] = json.loads(line)
        #: A proxy has none.
        self.base_url: str = self.facts.get("base_url", "")

    def report(self) -> dict[str, Any]:
        """What came to `neura-replay` so far, and how the script judges it."""
        with urllib.request.urlopen(self.facts["control_url"] + "/report") as reply:  # noqa: S310
            found: dict[str, Any] = json.load(reply)
            return found

    def stop(self) -> None:
        self.process.communicate(timeout=10)

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class Sandbox(Server):
    """The real sandbox with one key of each sort."""

    def __init__(self, *arguments: str) -> None:
        super().__init__("neura-sandbox", "--seed-keys", *arguments)
        self.api_key: str = self.facts["api_key"]
        self.expired_api_key: str = self.facts["expired_api_key"]
        self.revoked_api_key: str = self.facts["revoked_api_key"]
        self.limited_api_key: str = self.facts["limited_api_key"]


class KeyStore(Sandbox):
    """A sandbox whose keys lie in a file, so that more can be made while it runs."""

    def __init__(self, file: Path) -> None:
        self.file = str(file)
        super().__init__("--db", self.file)

    def create(self, name: str) -> str:
        """A new key that works."""
        made: dict[str, Any] = json.loads(self._keys("create", "--name", name))
        key: str = made["api_key"]
        return key

    def revoke(self, name: str) -> None:
        """The running server sees it at the next request."""
        self._keys("revoke", name)

    def _keys(self, command: str, *arguments: str) -> bytes:
        program = [binary("neura-sandbox"), "keys", command, "--db", self.file, *arguments]
        return subprocess.run(program, stdout=subprocess.PIPE, check=True).stdout


class Replay(Server):
    """A server that plays scripted replies, byte by byte."""

    def __init__(self, *replies: Any, **script: Any) -> None:
        super().__init__("neura-replay", "--script", "-", script={"replies": replies, **script})

    def requests(self) -> list[dict[str, Any]]:
        """The requests that came so far."""
        found: list[dict[str, Any]] = self.report()["requests"]
        return found

    def closed_by_client(self, within: float = 2.0) -> bool:
        """Whether the client closes a connection within so many seconds."""

        def closed() -> bool:
            return any(close["by"] == "client" for close in self.report()["closes"])

        return eventually(closed, within)


def header(request: dict[str, Any], name: str) -> list[str]:
    """The values that a recorded request has for a header."""
    return [value for key, value in request["headers"] if key.lower() == name.lower()]


def eventually(holds: Callable[[], bool], within: float) -> bool:
    """Whether something comes true within so many seconds."""
    end = time.monotonic() + within
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True
