"""Records the command `neura` for the pages: ``record.py FOLDER`` writes the images there.

It runs the real command in a pseudo-terminal against a sandbox, types what a person would type,
and draws the screen as SVG. What differs between two runs (a port, a time, the end of a key) is
replaced, so that a test can compare a new recording with the one on the page. It needs what
`make build-rust` builds, and a Unix.
"""

from __future__ import annotations

import os
import pty
import re
import select
import struct
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ

import pyte

sys.path.insert(0, str(Path(__file__).resolve().parent))
from svg import Row, Run, draw

ROOT = Path(__file__).resolve().parents[2]
RELEASE = ROOT / "target" / "release"
ROWS, COLUMNS = 60, 96
PATIENCE = 20

sys.path.insert(0, str(ROOT / "examples"))
import demo  # noqa: E402


@dataclass
class Step:
    """Waits until a text was shown, then types another."""

    wait: str
    type: str


@dataclass
class Recording:
    """A command that is run, with a key of the sandbox."""

    name: str
    title: str
    words: Sequence[str]
    key: str
    steps: Sequence[Step]


RECORDINGS = [
    Recording(
        "neura-chat",
        "A conversation with neura chat",
        ["chat"],
        "api_key",
        [
            Step("> ", "What is a bearer token?\r"),
            Step("You said: ", ""),
            Step("> ", "Say it in one word.\r"),
            Step("You said: ", ""),
            Step("> ", "\x04"),
        ],
    ),
    Recording(
        "neura-diagnose",
        "neura diagnose finds an expired key",
        ["diagnose"],
        "expired_api_key",
        [Step("verdict: ", "")],
    ),
]


class Screen:
    """What a terminal shows, and when each of its rows came."""

    def __init__(self) -> None:
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self.stream = pyte.ByteStream(self.screen)
        self.came: dict[int, float] = {}
        self.now = 0.0

    def feed(self, text: bytes) -> None:
        self.stream.feed(text)
        for number, line in enumerate(self.screen.display):
            if line.strip() and number not in self.came:
                self.came[number] = self.now
                self.now += 0.08

    def rows(self, change: Sequence[tuple[str, str]]) -> list[Row]:
        last = max(self.came)
        return [self.row(number, change) for number in range(last + 1)]

    def row(self, number: int, change: Sequence[tuple[str, str]]) -> Row:
        runs: list[Run] = []
        for column in range(COLUMNS):
            char = self.screen.buffer[number][column]
            if runs and (runs[-1].color, runs[-1].bold) == (char.fg, char.bold):
                runs[-1].text += char.data
            else:
                runs.append(Run(char.data, char.fg, char.bold))
        for run in runs:
            for pattern, text in change:
                run.text = re.sub(pattern, text, run.text)
        return Row(runs, self.came.get(number, self.now))


def record(recording: Recording, hello: dict[str, str]) -> str:
    """The image of a recording."""
    with tempfile.TemporaryDirectory(prefix="rec") as folder:
        home = Path(folder).resolve()
        # No repository is above it.
        environment = {
            "HOME": str(home),
            "PATH": os.defpath,
            "TERM": "xterm-256color",
            "NEURA_BASE_URL": hello["base_url"],
            "NEURA_API_KEY": hello[recording.key],
        }
        screen = Screen()
        screen.feed(f"\x1b[1m$ neura {' '.join(recording.words)}\x1b[0m\r\n".encode())
        screen.now += 0.6
        run(recording, environment, home, screen)
        change = [
            (re.escape(str(home)), "/home/ada"),
            (r"127\.0\.0\.1:\d+", "127.0.0.1:8080"),
            (r"\d+ ms", "1 ms"),
            (r"\d+ s (ahead of|behind)", "0 s ahead of"),
            (r"…\w{4}", "…7Kq2"),
            (r"req_\w+", "req_4f1c9a"),
        ]
        return draw(recording.title, screen.rows(change))


def run(recording: Recording, environment: dict[str, str], home: Path, screen: Screen) -> None:
    """Runs the command to its end."""
    own, theirs = pty.openpty()
    ioctl(theirs, TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    process = subprocess.Popen(
        [RELEASE / "neura", *recording.words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=home,
        env=environment,
        start_new_session=True,
    )
    os.close(theirs)
    try:
        shown = ""
        for step in recording.steps:
            while step.wait not in shown:
                shown += read(own, screen).decode(errors="replace")
            shown = shown.split(step.wait, 1)[1]
            screen.now += 0.7
            os.write(own, step.type.encode())
        while piece := read(own, screen):
            del piece
        process.wait(PATIENCE)
    finally:
        process.kill()
        process.wait()
        os.close(own)


def read(own: int, screen: Screen) -> bytes:
    """What the command shows next; nothing at its end."""
    ready, _, _ = select.select([own], [], [], PATIENCE)
    if not ready:
        raise SystemExit("the command shows nothing more")
    try:
        piece = os.read(own, 4096)
    except OSError:  # Linux says so at the end of a terminal.
        return b""
    screen.feed(piece)
    return piece


def record_all(into: Path) -> None:
    """Writes every image."""
    into.mkdir(parents=True, exist_ok=True)
    with demo.Sandbox("--event-delay-ms", "5") as hello:
        for recording in RECORDINGS:
            image = record(recording, hello)
            (into / f"{recording.name}.svg").write_text(image, encoding="utf-8")


if __name__ == "__main__":
    record_all(Path(sys.argv[1]))
