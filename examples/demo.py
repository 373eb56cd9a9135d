#!/usr/bin/env python3
"""Runs every example against a sandbox of its own and shows what each language got.

`make demo` builds what this needs and calls it. It ends with a table, and with exit
code 0 only when every example answered as it should. No process outlives it: the
sandbox ends when its standard input closes, which the system does even if this
program is killed.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
RELEASE = ROOT / "target" / "release"
BUILT = ROOT / "target" / "examples"
COLUMNS = ("check", "answer", "stream", "invalid", "expired", "revoked", "missing")
TIME_LIMIT = 60

# What each example must have got. The rows of plain HTTP ask the service itself, which
# answers a request without a key with 401; the client finds a missing key on its own.
COMMON = {
    "check": "ok",
    "invalid": "invalid_api_key 401",
    "expired": "expired_api_key 401",
    "revoked": "revoked_api_key 401",
}
OURS = COMMON | {"missing": "missing_api_key -"}
SERVICE = COMMON | {"missing": "missing_api_key 401"}


@dataclass
class Example:
    """One row: how to run it, what it must print, what it cannot do without."""

    name: str
    command: list[str]
    expected: dict[str, str]
    needs: str | None = None


def examples() -> list[Example]:
    node = shutil.which("node") or "node"
    here = ROOT / "examples"
    return [
        Example("curl", [str(here / "curl.sh")], SERVICE, needs="curl"),
        Example("Rust", [str(ROOT / "target" / "debug" / "examples" / "chat")], OURS),
        Example("C", [str(BUILT / "chat-c")], OURS),
        Example("C++", [str(BUILT / "chat-cpp")], OURS, needs="c++"),
        Example("Python", [sys.executable, str(here / "python" / "requests_style.py")], OURS),
        Example(
            "Python, asyncio", [sys.executable, str(here / "python" / "asyncio_chat.py")], OURS
        ),
        Example(
            "Python, OpenAI SDK", [sys.executable, str(here / "python" / "openai_sdk.py")], SERVICE
        ),
        Example("Node", [node, str(here / "node" / "chat.mjs")], OURS),
        Example("Node, OpenAI SDK", [node, str(here / "node" / "openai_sdk.mjs")], SERVICE),
    ]


class Sandbox:
    """The sandbox on a free port; it ends with the `with` block."""

    def __init__(self, *arguments: str | Path) -> None:
        self.arguments = arguments

    def __enter__(self) -> dict[str, str]:
        binary = RELEASE / ("neura-sandbox.exe" if os.name == "nt" else "neura-sandbox")
        self.process = subprocess.Popen(
            [binary, "--port", "0", "--seed-keys", "--stop-on-stdin-close", *self.arguments],
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
    # Nothing of the caller's own settings may reach an example, and no proxy of theirs
    # knows this machine's loopback.
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith(("NEURA_", "OPENAI_"))
        and not name.upper().endswith("_PROXY")
    }
    return kept | {
        "NEURA_BASE_URL": hello["base_url"],
        "NEURA_API_KEY": hello["api_key"],
        "NEURA_EXPIRED_KEY": hello["expired_api_key"],
        "NEURA_REVOKED_KEY": hello["revoked_api_key"],
        "LD_LIBRARY_PATH": str(RELEASE),
        "DYLD_LIBRARY_PATH": str(RELEASE),
    }


def run(example: Example, env: dict[str, str]) -> dict[str, str]:
    """What the example printed, by the name before each colon."""
    process = subprocess.Popen(
        example.command,
        env=env,
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
    print(f"--- {example.name}\n{output}", end="", flush=True)
    if process.returncode != 0:
        print(f"    ended with exit code {process.returncode}")
    pairs = (line.split(": ", 1) for line in output.splitlines() if ": " in line)
    return {name: value.strip() for name, value in pairs if name in COLUMNS}


def problems(example: Example, got: dict[str, str]) -> list[str]:
    wrong = [
        f"{example.name}: {name} should be {wanted!r}, not {got.get(name)!r}"
        for name, wanted in example.expected.items()
        if got.get(name) != wanted
    ]
    answer = got.get("answer", "")
    if "Hello!" not in answer or got.get("stream") != answer:
        wrong.append(
            f"{example.name}: the streamed answer and the whole one differ, or lack Hello!"
        )
    return wrong


def show(rows: list[tuple[str, ...]]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    rule = "-+-".join("-" * width for width in widths)
    for index, row in enumerate(rows):
        print(
            " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )
        if index == 0:
            print(rule)


def stop(number: int, _frame: FrameType | None) -> None:
    # An exception, so that every `with` and `finally` on the way runs.
    raise SystemExit(128 + number)


def main() -> int:
    signal.signal(signal.SIGTERM, stop)
    rows: list[tuple[str, ...]] = [("language", *COLUMNS)]
    wrong: list[str] = []
    ran = 0
    with Sandbox() as hello:
        print(f"sandbox at {hello['base_url']}", flush=True)
        env = environment(hello)
        for example in examples():
            if example.needs and shutil.which(example.needs) is None:
                print(f"--- {example.name}\n    not run: {example.needs} is not installed")
                continue
            got = run(example, env)
            ran += 1
            rows.append((example.name, *(got.get(column, "") for column in COLUMNS)))
            wrong += problems(example, got)
    print()
    show(rows)
    print()
    for problem in wrong:
        print(problem)
    print(f"{ran} examples ran, {len(wrong)} problems")
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
