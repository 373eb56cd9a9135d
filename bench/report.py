"""Writes what follows from the results: plots, and the parts of the pages that are made."""

from __future__ import annotations

import re
from pathlib import Path

from bench import tables
from bench.failure import BenchError
from bench.pictures import PICTURES, told
from bench.places import PAGE, README, RESULTS, replace
from bench.results import Results

BEGIN = "<!-- Made from bench/results by `make bench-report`: {name}. -->"
END = "<!-- End of the figures. -->"


def files(results: Results) -> dict[Path, str]:
    """All files that are made, with what they must hold."""
    made = {RESULTS / f"{picture.name}.svg": picture.svg(results) for picture in PICTURES}
    page = PAGE.read_text(encoding="utf-8")
    for name, text in _blocks(results).items():
        page = replaced(page, name, text)
    readme = replaced(README.read_text(encoding="utf-8"), "speed", _summary(results))
    return {**made, PAGE: page, README: readme}


def write(results: Results) -> None:
    for path, text in files(results).items():
        replace(path, text)


def replaced(page: str, name: str, text: str) -> str:
    """The page with this text between the marks of that name."""
    begin = BEGIN.format(name=name)
    pattern = re.escape(begin) + r"\n.*?" + re.escape(END)
    made, count = re.subn(pattern, lambda _: f"{begin}\n{text}\n{END}", page, flags=re.DOTALL)
    if count != 1:
        raise BenchError(f"a page has the mark {begin!r} {count} times, and needs it once")
    return made


def _blocks(results: Results) -> dict[str, str]:
    plots = [(picture.name, picture.title) for picture in PICTURES]
    return {
        "goals": tables.goals(results),
        "machine": tables.machine(results),
        "plots": tables.pictures(plots),
        "figures": tables.figures(results),
        "notes": tables.notes(),
    }


def _summary(results: Results) -> str:
    """The README's plots, and what they are of."""
    return "\n".join(
        [
            f"CPU time of the client's process, {told(results)}. [Speed](docs/speed.md) has all "
            "suites, and how to repeat them.",
            "![One call](bench/results/call.svg) "
            "![One event of a stream](bench/results/streams.svg)",
        ]
    )
