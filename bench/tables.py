"""The tables of docs/speed.md."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bench.figures import digits, memory, span
from bench.goals import ROWS
from bench.pictures import told
from bench.results import Result, Results
from bench.sides import LANGUAGES, SIDES


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def goals(results: Results) -> str:
    head = ("what", "goal", "at worst", "measured")
    return table(head, [row.cells(results) for row in ROWS])


def machine(results: Results) -> str:
    """Where, when and how the figures were measured."""
    if not results.suites:
        return "Nothing is measured yet."
    first = next(iter(results.suites.values()))
    about, effort = first["machine"], first["effort"]
    loads = [result["machine"]["load"] or 0 for result in results.suites.values()]
    versions = ", ".join(f"{name} {version}" for name, version in _versions(results).items())
    lines = [
        f"Measured on {told(results)}, {about['kernel']}, {about['libc']}; {effort['rounds']} "
        f"rounds of at least {effort['seconds']} s for each side. The load of the machine before "
        f"the suites began was {min(loads):.1f} to {max(loads):.1f}.",
        "",
        *(
            f"- {result['title']}: {result['pinning']}."
            for result in results.suites.values()
            if result["suite"] != "installed"
        ),
        "",
        f"Versions (of neura the commit): {versions}.",
    ]
    return "\n".join(lines)


def _versions(results: Results) -> dict[str, str]:
    """All that the suites were measured with."""
    found: dict[str, dict[str, None]] = {}
    for result in results.suites.values():
        for name, version in result["versions"].items():
            found.setdefault(name, {})[version] = None
    return {name: " and ".join(versions) for name, versions in found.items()}


# Of each case: its column's head, and what a side's cell shows.
Cell = Callable[[Result], str]


def _cpu(side: Result) -> str:
    return span(float(side["median"]["cpu"]))


def _batch(side: Result) -> str:
    median = side["median"]
    wall = digits(float(median["wall"]) * 2000 / 1e6)
    if "first_peak" not in median:
        return f"{wall} s"
    first, last = (memory(float(median[name])) for name in ("first_peak", "peak"))
    return f"{wall} s, {first}, later {last}"


def _wall(side: Result) -> str:
    return span(float(side["median"]["wall"]))


CALLS: tuple[tuple[str, str, Cell], ...] = (
    ("call", "call", _cpu),
    ("tls", "call over TLS", _cpu),
    ("packed", "event", _cpu),
    ("single", "event, a chunk each", _cpu),
    ("threads", "64 threads, a call", _cpu),
    ("in-flight", "2,000 calls, 1,000 in flight", _batch),
)
BODIES: tuple[tuple[str, str, Cell], ...] = (
    ("down-1mb", "1 MB down", _cpu),
    ("down-20mb", "20 MB down", _cpu),
    ("up-1mb", "1 MB up", _cpu),
    ("up-20mb", "20 MB up", _cpu),
    ("embeddings", "embeddings", _cpu),
)
START: tuple[tuple[str, str, Cell], ...] = (
    ("start-up", "start, wall time", _wall),
    ("installed", "installed", lambda side: memory(float(side["median"]["bytes"]))),
)


def figures(results: Results) -> str:
    """All medians, by language."""
    parts = []
    for language in LANGUAGES:
        parts.append(f"### {language}")
        for columns in (CALLS, BODIES, START):
            made = _figures(results, language, columns)
            if made:
                parts.append(made)
    return "\n\n".join(parts)


def _figures(results: Results, language: str, columns: Sequence[tuple[str, str, Cell]]) -> str:
    found = {
        case: {
            side["side"]: cell(side) for side in results.sides(case) if side["language"] == language
        }
        for case, _, cell in columns
    }
    used = [(case, title) for case, title, _ in columns if found[case]]
    names = dict.fromkeys(name for case, _ in used for name in found[case])
    if not names:
        return ""
    rows = [[name, *(found[case].get(name, "") for case, _ in used)] for name in names]
    return table(["", *(title for _, title in used)], rows)


def notes() -> str:
    """How each side is used."""
    lines = []
    for language in LANGUAGES:
        lines += [f"### How each side in {language} is used", ""]
        lines += [f"- **{side.name}**: {side.note}" for side in SIDES if side.language == language]
        lines.append("")
    return "\n".join(lines).strip()


def pictures(names: Sequence[tuple[str, str]]) -> str:
    return "\n".join(f"![{title}](../bench/results/{name}.svg)" for name, title in names)
