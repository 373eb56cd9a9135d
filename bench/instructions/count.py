"""Counts the instructions of a call and of a streamed event with callgrind.

Compares them with counts.json, and fails if one grew by more than 5 %. Counts of another compiler,
C library or Python differ by more than that, so they are not compared. `--write` writes the counts
there and into instructions.md. `--published FOLDER` counts the C library in that folder alone. A
count is the difference of two runs, divided by the difference of their calls, so what a program
does once is not in it.
"""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from fixed_replies import Server

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
RELEASE = ROOT / "target" / "release"
COUNTS = HERE / "counts.json"
PAGE = HERE.parent / "instructions.md"
MOST_GROWTH = 0.05

Counts = dict[str, dict[str, int]]


class Known(TypedDict):
    """The contents of counts.json."""

    made_with: dict[str, str]
    counts: Counts


@dataclass(frozen=True)
class Count:
    """What is counted, and the program with its last argument."""

    name: str
    program: tuple[str, ...]
    what: str
    few: int
    many: int
    streamed: bool = False


CALLGRIND = ("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null")
C = (str(RELEASE / "neura-calls-c"),)
RUST = (str(RELEASE / "neura-calls"),)
PYTHON = (sys.executable, str(HERE / "calls.py"))
ALL = [
    Count("C, neura_request", C, "request", 200, 1200),
    Count("C, neura_chat", C, "chat", 200, 1200),
    Count("C, an event of a stream", C, "events", 1000, 11000, streamed=True),
    Count("C, a chunk of a chat", C, "chunks", 1000, 11000, streamed=True),
    Count("Rust, a chat", RUST, "chat", 200, 1200),
    Count("Python, post().json()", PYTHON, "post", 100, 500),
    Count("Python, create()", PYTHON, "create", 100, 500),
    Count("Python, a chunk of create(stream=True)", PYTHON, "chunks", 200, 2200, streamed=True),
]


def main() -> int:
    server = Server()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    library, wanted = RELEASE, ALL
    if "--published" in sys.argv:
        library = Path(sys.argv[sys.argv.index("--published") + 1]).resolve(strict=True)
        wanted = [count for count in ALL if count.program == C]

    def count(it: Count) -> int:
        return measure(it, server, library)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        counted = dict(zip([it.name for it in wanted], pool.map(count, wanted), strict=True))
    known: Known = json.loads(COUNTS.read_text())
    if "--write" in sys.argv:
        for name, now in counted.items():
            known["counts"][name]["now"] = now
        write({"made_with": made_with(), "counts": known["counts"]})
    elif known["made_with"] != made_with():
        print(f"not compared: the counts were made with {known['made_with']}, not {made_with()}")
    else:
        return compare(counted, known["counts"])
    print(f"{len(counted)} counted")
    return 0


def compare(counted: dict[str, int], known: Counts) -> int:
    failed = 0
    for name, now in counted.items():
        change = now / known[name]["now"] - 1
        print(f"{name}: {now:,} instructions ({change:+.1%})")
        if change > MOST_GROWTH:
            failed += 1
            print(
                f"{name} takes more than {MOST_GROWTH:.0%} over its count in counts.json. If that"
                " is meant, write the counts with `make instructions` and say why in the commit",
                file=sys.stderr,
            )
    print(f"{len(counted) - failed} passed" + (f", {failed} failed" if failed else ""))
    return failed


def made_with() -> dict[str, str]:
    """What a count depends on besides the programs."""

    def first_line(*command: str) -> str:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return done.stdout.partition("\n")[0]

    return {
        "compiler": first_line("rustc", "--version"),
        "valgrind": first_line("valgrind", "--version"),
        "C library": " ".join(platform.libc_ver()),
        "Python": platform.python_version(),
        "vectors": "AVX2" if "avx2" in Path("/proc/cpuinfo").read_text() else "SSE2",
    }


def measure(count: Count, server: Server, library: Path) -> int:
    few, many = (run(count, calls, server, library) for calls in (count.few, count.many))
    return round((many - few) / (count.many - count.few))


def run(count: Count, calls: int, server: Server, library: Path) -> int:
    url = server.url(calls if count.streamed else None)
    request = str(HERE / "request.json")
    command = [*CALLGRIND, *count.program, url, str(calls), request, count.what]
    done = subprocess.run(
        command,
        env={**os.environ, "PYTHONHASHSEED": "0", "LD_LIBRARY_PATH": str(library)},
        capture_output=True,
        text=True,
    )
    found = re.search(r"refs:\s+([\d,]+)", done.stderr)
    if not found or done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return int(found[1].replace(",", ""))


def write(known: Known) -> None:
    COUNTS.write_text(json.dumps(known, indent=2) + "\n")
    start, end = "<!-- counts -->\n", "<!-- end of the counts -->"
    text = PAGE.read_text()
    before, after = text.index(start) + len(start), text.index(end)
    PAGE.write_text(text[:before] + table(known["counts"]) + text[after:])


def table(counts: Counts) -> str:
    rows = [
        f"| {name} | {count['before']:,} | {count['now']:,} |\n" for name, count in counts.items()
    ]
    return "| | before | now |\n| --- | ---: | ---: |\n" + "".join(rows)


if __name__ == "__main__":
    sys.exit(main())
