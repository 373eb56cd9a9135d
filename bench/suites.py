"""What is measured: suites, and the cases of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from bench.pinning import Pinning, apart, together

EVENTS = 1000
BATCH = 2000
MB = 1_000_000


@dataclass(frozen=True)
class Case:
    """The functions of the sides that are compared, and what they are given."""

    key: str
    title: str
    # The key under which a side names its function.
    function: str
    # Before `/v1` in the server's path.
    prefix: str = ""
    tls: bool = False
    settings: dict[str, int] = field(default_factory=dict)
    # What a call of the function stands for: figures are for one of them.
    per_call: int = 1


@dataclass(frozen=True)
class Suite:
    key: str
    title: str
    # Of what the figures are.
    of: str
    cases: tuple[Case, ...]
    pinned: Callable[[tuple[int, ...]], Pinning] = together

    def only(self, keys: Sequence[str] | None) -> Suite:
        """The suite with these of its cases alone; with all of them if no keys are given."""
        return replace(
            self, cases=tuple(case for case in self.cases if not keys or case.key in keys)
        )


def _streams() -> tuple[Case, ...]:
    events = {"EVENTS": EVENTS}
    return (
        Case(
            "packed",
            "events in pieces of 16 KiB",
            "stream",
            f"/stream/{EVENTS}/piece/16384",
            settings=events,
            per_call=EVENTS,
        ),
        Case(
            "single",
            "each event in a chunk of its own",
            "stream",
            f"/stream/{EVENTS}",
            settings=events,
            per_call=EVENTS,
        ),
    )


def _sizes() -> tuple[Case, ...]:
    return tuple(
        Case(f"{way}-{label}", f"{words} {way}", way, settings={"SIZE": size})
        for way in ("down", "up")
        for label, words, size in (("1mb", "1 MB", MB), ("20mb", "20 MB", 20 * MB))
    )


SUITES = (
    Suite("call", "One call", "a call", (Case("call", "a chat, one after another", "call"),)),
    Suite(
        "tls",
        "One call over TLS",
        "a call",
        (Case("tls", "a chat on a kept connection", "call", tls=True),),
    ),
    Suite("streams", "Event streams", "an event", _streams()),
    Suite(
        "in-flight",
        "1,000 calls in flight",
        "a call",
        (
            Case(
                "in-flight",
                "2,000 calls, answered after 200 ms",
                "in_flight",
                "/delay/200",
                settings={"CALLS": BATCH, "IN_FLIGHT": 1000},
                per_call=BATCH,
            ),
        ),
        pinned=apart,
    ),
    Suite(
        "threads",
        "64 threads",
        "a call",
        (Case("threads", "64 threads, a chat each", "threads", settings={"THREADS": 64}),),
        pinned=apart,
    ),
    Suite("sizes", "Large bodies", "a call", _sizes()),
    Suite(
        "embeddings",
        "Embeddings",
        "a call",
        (Case("embeddings", "100 vectors of 1,536 numbers", "embeddings"),),
    ),
)


def suite(key: str) -> Suite:
    return next(suite for suite in SUITES if suite.key == key)
