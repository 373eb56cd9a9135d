"""Which plots there are, and what each shows of the results."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench.figures import memory, span
from bench.plots import Bar, Panel, plot
from bench.results import Result, Results
from bench.sides import LANGUAGES


@dataclass(frozen=True)
class Measure:
    """A figure of a side: where it stands, and its words."""

    figure: str
    words: Callable[[float], str]
    scale: float = 1.0


CPU = Measure("cpu", span)
WALL = Measure("wall", span)
FIRST_PEAK = Measure("first_peak", memory)
BYTES = Measure("bytes", memory)
BATCH_WALL = Measure("wall", span, 2000)


@dataclass(frozen=True)
class Picture:
    name: str
    title: str
    subtitle: str
    # The cases, how each is called above its panels, and what is shown of it.
    shown: tuple[tuple[str, str, Measure], ...]

    def panels(self, results: Results) -> Iterator[Panel]:
        for case, words, measure in self.shown:
            for language in LANGUAGES:
                bars = [
                    _bar(side, measure)
                    for side in results.sides(case)
                    if side["language"] == language and measure.figure in side["median"]
                ]
                if bars:
                    yield Panel(f"{language}{words}", bars)

    def svg(self, results: Results) -> str:
        return plot(self.title, f"{self.subtitle} · {told(results)}", list(self.panels(results)))


def _bar(side: Result, measure: Measure) -> Bar:
    value = float(side["median"][measure.figure]) * measure.scale
    return Bar(side["side"], value, measure.words(value), side["ours"])


def told(results: Results) -> str:
    """The day and the machine."""
    days = sorted({result["date"] for result in results.suites.values()})
    if not days:
        return "nothing is measured"
    day = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
    machines = {
        f"{result['machine']['cpu']}, {result['machine']['cores']} cores"
        for result in results.suites.values()
    }
    return f"{day}, {' and '.join(sorted(machines))}"


USED = "CPU time of the client's process, median; less is better"
PICTURES = (
    Picture("call", "One call: a chat, JSON in and out", USED, (("call", "", CPU),)),
    Picture("tls", "One call over TLS, on a kept connection", USED, (("tls", "", CPU),)),
    Picture("streams", "One event of a chat's stream, parsed", USED, (("packed", "", CPU),)),
    Picture(
        "streams-single",
        "One event of a stream that has a chunk for each",
        USED,
        (("single", "", CPU),),
    ),
    Picture(
        "in-flight",
        "2,000 calls, 1,000 in flight, each answered after 200 ms (ideal 0.4 s)",
        "wall time, and peak memory of the first 2,000 calls; less is better",
        (("in-flight", ": wall time", BATCH_WALL), ("in-flight", ": peak memory", FIRST_PEAK)),
    ),
    Picture("threads", "One call, from 64 threads", USED, (("threads", "", CPU),)),
    Picture(
        "sizes",
        "Bodies of 20 MB",
        USED,
        (("down-20mb", ": 20 MB down", CPU), ("up-20mb", ": 20 MB up", CPU)),
    ),
    Picture(
        "embeddings", "Embeddings: 100 vectors of 1,536 numbers", USED, (("embeddings", "", CPU),)
    ),
    Picture(
        "start-up",
        "Import and first client, the interpreter's own start included",
        "wall time, median; less is better",
        (("start-up", "", WALL),),
    ),
    Picture(
        "installed",
        "Installed size, with all that the package depends on",
        "bytes of files",
        (("installed", "", BYTES),),
    ),
)
