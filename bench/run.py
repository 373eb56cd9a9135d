"""Runs suites: starts the server and the sides of each case, and measures them in turn."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import machine, results
from bench.measuring import Effort, measure
from bench.pinning import Pinning, allowed
from bench.server import Server
from bench.sides import SIDES, Side
from bench.suites import Case, Suite
from bench.worker import Worker


@dataclass(frozen=True)
class Place:
    """Where the sides send their calls; a Server is one."""

    http: str
    https: str
    ca_file: str
    key: str


@dataclass(frozen=True)
class Choice:
    """The sides that take part: all, unless words are given that their names have."""

    languages: Sequence[str] = ()
    names: Sequence[str] = ()

    def of(self, case: Case) -> list[Side]:
        return self.among(SIDES, case)

    def among(self, sides: Sequence[Side], case: Case) -> list[Side]:
        return [
            side
            for side in sides
            if side.does(case.function, case.tls)
            and (not self.languages or side.language in self.languages)
            and (not self.names or any(name in side.key for name in self.names))
        ]


def settings(case: Case, side: Side, place: Place | Server) -> dict[str, str]:
    return {
        **side.settings,
        **{f"BENCH_{name}": str(value) for name, value in case.settings.items()},
        "BENCH_URL": f"{place.https if case.tls else place.http}{case.prefix}/v1",
        "BENCH_CA_FILE": place.ca_file if case.tls else "",
        # Node's own fetch takes no certificate.
        **({"NODE_EXTRA_CA_CERTS": place.ca_file} if case.tls else {}),
        "BENCH_KEY": place.key,
    }


@contextmanager
def started(
    case: Case, sides: Sequence[Side], place: Place | Server, pinning: Pinning
) -> Iterator[list[Worker]]:
    with ExitStack() as stack:
        workers = []
        for side in sides:
            command = [*side.command, side.functions[case.function]]
            given = settings(case, side, place)
            worker = Worker(side.key, command, given, pinning.client, side.warm_up)
            stack.callback(worker.end)
            workers.append(worker)
        yield workers


def run(
    suite: Suite,
    effort: Effort,
    choice: Choice,
    served: Callable[[tuple[int, ...]], Server] = Server,
) -> results.Result:
    """Measures all cases of a suite; sides that have no part in a case are left out."""
    pinning = suite.pinned(allowed())
    about = machine.about(suite, effort, str(pinning))
    with served(pinning.server) as server:
        cases = [
            run_case(case, effort, choice, server, pinning)
            for case in suite.cases
            if choice.of(case)
        ]
    return {**about, "cases": cases}


def run_case(
    case: Case, effort: Effort, choice: Choice, place: Place | Server, pinning: Pinning
) -> results.Result:
    sides = choice.of(case)
    with started(case, sides, place, pinning) as workers:
        return results.of_case(case, sides, measure(workers, effort))


def show(result: results.Result) -> None:
    """Prints the medians, the fastest first."""
    for case in result["cases"]:
        print(f"\n{result['title']}: {case['title']} ({result['pinning']})")
        print(f"{'':34} {'CPU':>10} {'wall':>10} {'peak':>8}   microseconds of {result['of']}, MB")
        for side in sorted(case["sides"], key=lambda side: (side["language"], _cpu(side))):
            median, name = side["median"], f"{side['language']} {side['side']}"
            mark = "*" if side["ours"] else " "
            if "bytes" in median:
                print(f"{mark}{name:33} {median['bytes'] / 1e6:10.1f} MB")
                continue
            peak = f"{median['peak'] / 1e6:8.0f}" if "peak" in median else " " * 8
            print(f"{mark}{name:33} {median['cpu']:10.2f} {median['wall']:10.2f} {peak}")
    sys.stdout.flush()


def _cpu(side: results.Result) -> float:
    """What sides are put in order by."""
    median = side["median"]
    return float(median.get("cpu", median.get("bytes", 0)))


def save(folder: Path, result: results.Result) -> None:
    results.write(folder, result["suite"], result)
