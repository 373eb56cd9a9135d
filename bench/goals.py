"""The figures that are aimed at, each with how it is found in the results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.results import Result, Results

Find = Callable[[Results], float | None]
IDEAL = 0.4


@dataclass(frozen=True)
class Figure:
    """One number: its goal, what it is at worst, and whether less is better."""

    goal: float
    worst: float
    find: Find
    less: bool = False
    unit: str = ""

    def word(self, results: Results) -> str:
        """As it was measured; with a mark where it is worse than the worst that is accepted."""
        value = self.find(results)
        if value is None:
            return "not measured"
        # To two digits after the point, as it is shown.
        missed = value > self.worst if self.less else value < self.worst
        text = f"{value:.0f}{self.unit}" if self.unit else f"{value:.2f}"
        return f"{text} (missed)" if missed else text


@dataclass(frozen=True)
class Row:
    what: str
    figures: Sequence[Figure]
    goal: str | None = None
    worst: str | None = None

    def cells(self, results: Results) -> list[str]:
        def joined(words: Sequence[str]) -> str:
            return " / ".join(words)

        goal = self.goal or joined([_plain(figure.goal, figure.unit) for figure in self.figures])
        worst = self.worst or joined([_plain(figure.worst, figure.unit) for figure in self.figures])
        return [self.what, goal, worst, joined([figure.word(results) for figure in self.figures])]


def _plain(value: float, unit: str) -> str:
    return f"{value:.0f}{unit}" if unit else f"{value:g}"


def times(case: str, language: str, ours: str, peer: str) -> Find:
    """How many times our CPU time the peer uses."""

    def find(results: Results) -> float | None:
        us = results.median(case, language, ours, "cpu")
        them = results.median(case, language, peer, "cpu")
        return them / us if us and them else None

    return find


def ahead(case: str, language: str, ours: str, among: Callable[[str], bool]) -> Find:
    """As `times`, for the fastest of the peers that are meant."""

    def find(results: Results) -> float | None:
        us = results.median(case, language, ours, "cpu")
        peers: list[Result] = [
            side
            for side in results.sides(case)
            if side["language"] == language and not side["ours"] and among(side["side"])
        ]
        them = [float(peer["median"]["cpu"]) for peer in peers]
        return min(them) / us if us and them else None

    return find


def wall_over_ideal(language: str, ours: str) -> Find:
    def find(results: Results) -> float | None:
        wall = results.median("in-flight", language, ours, "wall")
        return wall * 2000 / 1e6 / IDEAL if wall else None

    return find


def peak(language: str, ours: str) -> Find:
    def find(results: Results) -> float | None:
        value = results.median("in-flight", language, ours, "first_peak")
        return value / 1e6 if value else None

    return find


def beyond_the_interpreter(language: str) -> Find:
    """In milliseconds."""

    def find(results: Results) -> float | None:
        empty = results.median("start-up", language, "empty interpreter", "wall")
        wall = results.median("start-up", language, "neura", "wall")
        return (wall - empty) / 1000 if wall and empty else None

    return find


def _peer(name: str) -> bool:
    return name != "bare socket"


def _sdk(name: str) -> bool:
    return name.startswith("openai")


def _synchronous(name: str) -> bool:
    return "async" not in name and name != "aiohttp"


CREATE, ASYNC = "neura create", "neura AsyncClient create"

ROWS = (
    Row(
        "C and Rust, one call, libcurl / ureq tuned",
        (
            Figure(3.0, 2.3, times("call", "C", "neura_request", "libcurl")),
            Figure(2.5, 2.0, times("call", "Rust", "neura request", "ureq")),
        ),
    ),
    Row(
        "C and Rust, bare socket's share",
        (
            Figure(0.75, 0.6, times("call", "C", "neura_request", "bare socket")),
            Figure(0.75, 0.6, times("call", "Rust", "neura request", "bare socket")),
        ),
    ),
    Row(
        "Python `post` / `create`, primp",
        (
            Figure(2.2, 1.8, times("call", "Python", "neura post", "primp")),
            Figure(1.5, 1.2, times("call", "Python", CREATE, "primp")),
        ),
    ),
    Row(
        "Python AsyncClient `create`, aiohttp",
        (Figure(4, 3, times("call", "Python", ASYNC, "aiohttp")),),
    ),
    Row(
        "Node `create`, node:http / undici",
        (
            Figure(3, 2.3, times("call", "Node", CREATE, "node:http")),
            Figure(6.5, 5, times("call", "Node", CREATE, "undici")),
        ),
    ),
    Row(
        "stream event: C, libcurl with splitter",
        (Figure(1.0, 0.8, times("packed", "C", "neura_request", "libcurl")),),
    ),
    Row(
        "Python `create(stream=True)`, requests by hand / openai",
        (
            Figure(2.2, 1.8, times("packed", "Python", CREATE, "requests")),
            Figure(50, 40, times("packed", "Python", CREATE, "openai")),
        ),
    ),
    Row(
        "Node `create({stream})`, node:http by hand",
        (Figure(1.2, 1.0, times("packed", "Node", CREATE, "node:http")),),
    ),
    Row(
        "20 MB down, Python (primp), Node (node:http)",
        (
            Figure(1.2, 1.0, times("down-20mb", "Python", "neura post", "primp")),
            Figure(1.2, 1.0, times("down-20mb", "Node", "neura post", "node:http")),
        ),
    ),
    Row(
        "20 MB up, Python (urllib3), Node (node:http)",
        (
            Figure(1.2, 1.0, times("up-20mb", "Python", "neura post", "urllib3")),
            Figure(1.2, 1.0, times("up-20mb", "Node", "neura post", "node:http")),
        ),
    ),
    Row(
        "embeddings 100 x 1,536 floats, Python `create`, primp",
        (Figure(1.4, 1.1, times("embeddings", "Python", CREATE, "primp")),),
    ),
    Row(
        "1,000 in flight, 200 ms: wall over ideal 0.4 s, Python / Node",
        (
            Figure(1.2, 1.3, wall_over_ideal("Python", ASYNC), less=True),
            Figure(1.2, 1.3, wall_over_ideal("Node", CREATE), less=True),
        ),
    ),
    Row(
        "1,000 in flight: peak memory of the first 2,000 calls, Python / Node",
        (
            Figure(48, 60, peak("Python", ASYNC), less=True, unit=" MB"),
            Figure(110, 120, peak("Node", CREATE), less=True, unit=" MB"),
        ),
    ),
    Row(
        "beyond the empty interpreter: `import neura_ai` + Client, `require` + Client",
        (
            Figure(15, 25, beyond_the_interpreter("Python"), less=True, unit=" ms"),
            Figure(10, 15, beyond_the_interpreter("Node"), less=True, unit=" ms"),
        ),
    ),
    Row(
        "TLS, the fastest peer: C, Rust, Python `create`, AsyncClient `create`, Node `create`",
        (
            Figure(1, 0, ahead("tls", "C", "neura_chat", _peer)),
            Figure(1, 0, ahead("tls", "Rust", "neura chat", _peer)),
            Figure(1, 0, ahead("tls", "Python", CREATE, _synchronous)),
            Figure(1, 0, ahead("tls", "Python", ASYNC, lambda name: not _synchronous(name))),
            Figure(1, 0, ahead("tls", "Node", CREATE, _peer)),
        ),
        goal="more than 1",
        worst="as the next row",
    ),
    Row(
        "TLS, the SDK: Python `create`, Node `create`",
        (
            Figure(1, 1, ahead("tls", "Python", CREATE, _sdk)),
            Figure(1, 1, ahead("tls", "Node", CREATE, _sdk)),
        ),
        goal="more than 1",
        worst="more than 1",
    ),
)
