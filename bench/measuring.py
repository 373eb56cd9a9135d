"""Rounds of all sides in turn, so that noise on the machine affects all of them equally."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Protocol

from bench.worker import Measured


class Measurable(Protocol):
    """What does rounds of calls, as a Worker does."""

    # How many times the usual warm-up it needs.
    @property
    def warm_up(self) -> float: ...

    def round(self, calls: int) -> Measured: ...

    def peak(self) -> int | None: ...


@dataclass(frozen=True)
class Effort:
    """How much is measured."""

    rounds: int = 7
    # How long a round takes at least.
    seconds: float = 0.5
    # How many seconds of calls come before all else, at least.
    warm_up: float = 0.2


@dataclass
class Rounds:
    """What one side took."""

    # Of the last round, and of the next one at least.
    calls: int
    # The most memory of the process after its first call, in bytes.
    first_peak: int | None = None
    measured: list[Measured] = field(default_factory=list)
    # The same after each round.
    peaks: list[int | None] = field(default_factory=list)


def warmed_up(worker: Measurable, effort: Effort) -> Rounds:
    """Warms a side up, and finds how many of its calls take a round's time."""
    measured = worker.round(1)
    first_peak = worker.peak()
    return Rounds(_calls_for(worker, effort, measured), first_peak)


def _calls_for(worker: Measurable, effort: Effort, measured: Measured) -> int:
    calls, spent = 1, measured.wall
    while True:
        if measured.wall < effort.warm_up:
            calls *= 2
        elif spent >= effort.warm_up * worker.warm_up:
            break
        measured = worker.round(calls)
        spent += measured.wall
    if calls == 1 and measured.wall >= effort.seconds:
        return 1
    # The second round is a warmer one. A tenth more is done, so that a round still takes its time
    # when it runs well.
    fastest = min(measured.wall, worker.round(calls).wall) / calls
    return max(1, round(1.1 * effort.seconds / fastest + 0.5))


def measure(workers: Sequence[Measurable], effort: Effort) -> list[Rounds]:
    taken = [warmed_up(worker, effort) for worker in workers]
    for number in range(effort.rounds):
        _tell(f"round {number + 1} of {effort.rounds}")
        # The order turns, so that no side always follows the same one.
        for at in range(len(workers)):
            index = (at + number) % len(workers)
            worker, rounds = workers[index], taken[index]
            measured = whole_round(worker, rounds.calls, effort.seconds)
            rounds.calls = measured.calls
            rounds.measured.append(measured)
            rounds.peaks.append(worker.peak())
    return taken


def whole_round(worker: Measurable, calls: int, seconds: float) -> Measured:
    """So many calls, and more where they do not take this time: a side may get faster."""
    measured = worker.round(calls)
    while (left := seconds - measured.wall) > 0:
        more = worker.round(ceil(measured.calls * left / measured.wall))
        measured = Measured(
            measured.calls + more.calls, measured.cpu + more.cpu, measured.wall + more.wall
        )
    return measured


def _tell(words: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{words}   ", end="\n" if "done" in words else "", file=sys.stderr, flush=True)
