"""Results: how they are written, read and compared."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.measuring import Rounds
from bench.places import replace
from bench.sides import SIDES, Side
from bench.suites import Case

Result = dict[str, Any]
FIGURES = ("cpu", "wall")


def of_case(case: Case, sides: list[Side], taken: list[Rounds]) -> Result:
    entries = [_of_side(case, side, rounds) for side, rounds in zip(sides, taken, strict=True)]
    return {"case": case.key, "title": case.title, "sides": entries, "ratios": ratios(entries)}


def entry(side: Side, calls: int, rounds: dict[str, list[float]]) -> Result:
    """A side's rounds: microseconds a call, and bytes."""
    median = {name: short(statistics.median(values)) for name, values in rounds.items() if values}
    return {
        "side": side.name,
        "language": side.language,
        "ours": side.ours,
        "calls": calls,
        "median": median,
        "rounds": {name: list(map(short, values)) for name, values in rounds.items()},
    }


def _of_side(case: Case, side: Side, rounds: Rounds) -> Result:
    def each(name: str) -> list[float]:
        return [
            getattr(measured, name) * 1e6 / (measured.calls * case.per_call)
            for measured in rounds.measured
        ]

    def known(peaks: list[int | None]) -> list[float]:
        return [float(peak) for peak in peaks if peak is not None]

    figures = {
        "cpu": each("cpu"),
        "wall": each("wall"),
        "first_peak": known([rounds.first_peak]),
        "peak": known(rounds.peaks),
    }
    return entry(side, rounds.calls * case.per_call, figures)


def short(value: float) -> float:
    """Four digits, which is more than a repetition gives again."""
    rounded = float(f"{value:.4g}")
    return int(rounded) if rounded >= 1000 else rounded


def ratios(entries: list[Result]) -> list[Result]:
    """Each peer's figures divided by each of ours, in one language."""
    return [
        {
            "language": ours["language"],
            "ours": ours["side"],
            "peer": peer["side"],
            **{
                name: short(peer["median"][name] / ours["median"][name])
                for name in FIGURES
                if ours["median"].get(name) and name in peer["median"]
            },
        }
        for ours in entries
        if ours["ours"]
        for peer in entries
        if not peer["ours"] and peer["language"] == ours["language"]
    ]


class Results:
    """The files of a folder, by suite."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.suites: dict[str, Result] = {
            file.stem: json.loads(file.read_text(encoding="utf-8"))
            for file in sorted(folder.glob("*.json"))
        }

    def sides(self, case: str) -> list[Result]:
        for result in self.suites.values():
            for found in result["cases"]:
                if found["case"] == case:
                    sides: list[Result] = found["sides"]
                    return sides
        return []

    def median(self, case: str, language: str, side: str, figure: str) -> float | None:
        for found in self.sides(case):
            if found["language"] == language and found["side"] == side:
                value: float | None = found["median"].get(figure)
                return value
        return None


def write(folder: Path, suite: str, result: Result) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    replace(folder / f"{suite}.json", _lines(result))


def _lines(result: Result) -> str:
    """JSON with a line for each list of numbers, so that a diff of it can be read."""
    text = json.dumps(result, indent=1, ensure_ascii=False)
    parts = list(_joined(text.splitlines()))
    return "\n".join(parts) + "\n"


def _joined(lines: list[str]) -> Iterator[str]:
    """Puts the numbers of a list on the line where it begins."""
    held: list[str] | None = None
    for line in lines:
        word = line.strip()
        if held is not None:
            held.append(word)
            if word.rstrip(",") == "]":
                yield held[0] + " ".join(held[1:-1]) + held[-1]
                held = None
            elif not _is_number(word):
                yield from [held[0], *_indented(held[1:], line)]
                held = None
        elif line.endswith("["):
            held = [line]
        else:
            yield line


def _is_number(word: str) -> bool:
    return word.rstrip(",").replace(".", "", 1).replace("-", "", 1).isdigit()


def _indented(words: list[str], line: str) -> list[str]:
    space = line[: len(line) - len(line.lstrip())]
    return [space + word for word in words]


def side_of(language: str, name: str) -> Side:
    return next(side for side in SIDES if side.language == language and side.name == name)
