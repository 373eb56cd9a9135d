#!/usr/bin/env python3
"""Runs every example with a good key and with each kind of wrong one, and shows the results.

Then it rotates the keys of two web services under load (`demo_rotation.py`). `make demo` builds
all that this needs and runs it. The service is a sandbox that this starts. At the end it prints
two tables; the exit code is 0 only if every result is right. The sandbox ends when its standard
input closes, which also happens if this program is killed.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import demo_rotation

ROOT = Path(__file__).resolve().parent.parent
RELEASE = ROOT / "target" / "release"
SANDBOX = RELEASE / ("neura-sandbox.exe" if os.name == "nt" else "neura-sandbox")
DEBUG = ROOT / "target" / "debug"
BUILT = ROOT / "target" / "examples"
COLUMNS = ("answer", "invalid", "expired", "revoked", "missing")
TIME_LIMIT = 60
ANSWER = "You said: Hello!"
KIND = re.compile(r"(invalid|expired|revoked|missing)_?api_?key", re.IGNORECASE)

# The expected results: the kind of the error and the status. The client finds a missing key
# itself, without a request; plain HTTP sends the request without one.
OURS = {
    "answer": ANSWER,
    "invalid": "invalid_api_key 401",
    "expired": "expired_api_key 401",
    "revoked": "revoked_api_key 401",
    "missing": "missing_api_key -",
}
CURL = OURS | {"missing": "invalid_api_key 401"}
SDK = OURS | {"missing": "OpenAIError -"}


Rotated = dict[str, tuple[int, ...]]


@dataclass
class Example:
    """One row: the command, the expected results, and a program that it needs."""

    name: str
    command: list[str]
    expected: dict[str, str]
    needs: str | None = None


def examples() -> list[Example]:
    node = shutil.which("node") or "node"
    here = ROOT / "examples"

    def python(name: str) -> list[str]:
        return [sys.executable, str(here / "python" / name)]

    return [
        Example("curl", [str(here / "curl.sh")], CURL, needs="curl"),
        Example("Rust", [str(DEBUG / "examples" / "chat")], OURS),
        Example("Rust, stream", [str(DEBUG / "examples" / "stream")], OURS),
        Example("C", [str(BUILT / "chat-c")], OURS),
        Example("C++", [str(BUILT / "chat-cpp")], OURS, needs="c++"),
        Example("Python", python("chat.py"), OURS),
        Example("Python, stream", python("stream.py"), OURS),
        Example("Python, asyncio", python("asyncio_chat.py"), OURS),
        Example("Python, as requests", python("requests_style.py"), OURS),
        Example("Python, OpenAI SDK", python("openai_sdk.py"), OURS),
        Example("Node", [node, str(here / "node" / "chat.mjs")], OURS),
        Example("Node, stream", [node, str(here / "node" / "stream.mjs")], OURS),
        Example("Node, OpenAI SDK", [node, str(here / "node" / "openai_sdk.mjs")], SDK),
    ]


class Sandbox:
    """The sandbox on a free port; it ends with the `with` block."""

    def __init__(self, *arguments: str | Path) -> None:
        self.arguments = arguments

    def __enter__(self) -> dict[str, str]:
        self.process = subprocess.Popen(
            [SANDBOX, "--port", "0", "--seed-keys", "--stop-on-stdin-close", *self.arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("the sandbox did not start")
        hello: dict[str, str] = json.loads(line)
        return hello

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def environment(hello: dict[str, str]) -> dict[str, str]:
    # The user's own settings must not reach an example, and a proxy cannot reach this
    # machine's loopback.
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith(("NEURA_", "OPENAI_"))
        and not name.upper().endswith("_PROXY")
    }
    return kept | {
        "NEURA_BASE_URL": hello["base_url"],
        "NEURA_API_KEY": hello["api_key"],
        "LD_LIBRARY_PATH": str(RELEASE),
        "DYLD_LIBRARY_PATH": str(RELEASE),
    }


def keys(hello: dict[str, str]) -> dict[str, str]:
    """The key of each column."""
    return {
        "answer": hello["api_key"],
        "invalid": "nk-wrong-key-0000000000",
        "expired": hello["expired_api_key"],
        "revoked": hello["revoked_api_key"],
        "missing": "",
    }


def run(example: Example, key: str, env: dict[str, str], folder: str | Path) -> str:
    """The example's result with this key: the answer, or the error's kind and status.

    The folder is empty, so that no `.env` and no credentials file has another key.
    """
    home = {name: str(folder) for name in ("HOME", "USERPROFILE", "APPDATA")}
    process = subprocess.Popen(
        example.command,
        env=env | home | {"NEURA_API_KEY": key},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    try:
        output, _ = process.communicate(timeout=TIME_LIMIT)
    except BaseException:
        process.kill()
        process.wait()
        raise
    return answered(output) if process.returncode == 0 else refused(output)


def show_line(text: str) -> None:
    """The text's first line, shortened to two lines of the screen."""
    print("    " + textwrap.shorten(text.strip().partition("\n")[0], 150), flush=True)


def answered(output: str) -> str:
    # The C programs print the reply's JSON, the others its text.
    show_line(output)
    return ANSWER if ANSWER in output else output.strip()


def refused(output: str) -> str:
    kind = KIND.search(output)
    if kind is None:
        other = re.search(r"\b\w+Error\b", output)
        show_line(other.string[other.start() :] if other else output)
        return f"{other.group() if other else 'no error'} -"
    (line,) = [line for line in output.splitlines() if kind.group() in line][:1]
    show_line(line)
    status = "401" if re.search(r"\b401\b", output) else "-"
    return f"{kind.group(1).lower()}_api_key {status}"


def problems(example: Example, got: dict[str, str]) -> list[str]:
    return [
        f"{example.name}: {name} should be {wanted!r}, not {got.get(name)!r}"
        for name, wanted in example.expected.items()
        if got.get(name) != wanted
    ]


def show(rows: list[tuple[str, ...]]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    rule = "-+-".join("-" * width for width in widths)
    for index, row in enumerate(rows):
        print(
            " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )
        if index == 0:
            print(rule)


def rotations(hello: dict[str, str], env: dict[str, str], folder: str | Path) -> Rotated:
    home = {name: str(folder) for name in ("HOME", "USERPROFILE", "APPDATA")}
    return demo_rotation.rotations(SANDBOX, hello["base_url"], env | home, Path(folder), ANSWER)


def rotated_rows(rotated: Rotated) -> list[tuple[str, ...]]:
    return [(f"service in {name}", *map(str, numbers)) for name, numbers in rotated.items()]


def stop(number: int, _frame: FrameType | None) -> None:
    # An exception, so that every `with` and `finally` runs.
    raise SystemExit(128 + number)


def main() -> int:
    signal.signal(signal.SIGTERM, stop)
    rows: list[tuple[str, ...]] = [("example", *COLUMNS)]
    wrong: list[str] = []
    with Sandbox() as hello, tempfile.TemporaryDirectory() as folder:
        print(f"sandbox at {hello['base_url']}", flush=True)
        env = environment(hello)
        for example in examples():
            print(f"--- {example.name}", flush=True)
            if example.needs and shutil.which(example.needs) is None:
                print(f"    not run: {example.needs} is not installed")
                continue
            got = {name: run(example, key, env, folder) for name, key in keys(hello).items()}
            rows.append((example.name, *(got[column] for column in COLUMNS)))
            wrong += problems(example, got)
        print("--- rotation of the keys of two services under load", flush=True)
        rotated = rotations(hello, env, folder)
    wrong += demo_rotation.problems(rotated)
    print()
    show(rows)
    print()
    show([("rotated under load", *demo_rotation.COLUMNS), *rotated_rows(rotated)])
    print()
    for problem in wrong:
        print(problem)
    print(f"{len(rows) - 1} examples ran, {len(wrong)} problems")
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
