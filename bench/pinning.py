"""The cores on which client and server run."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Pinning:
    """Cores by their numbers; empty where processes cannot be pinned."""

    client: tuple[int, ...]
    server: tuple[int, ...]

    def __str__(self) -> str:
        if not self.client:
            return "not pinned"
        if self.client == self.server:
            return f"client and server on core {self.client[0]}"
        return f"client on {_cores(self.client)}, server on {_cores(self.server)}"


def _cores(numbers: tuple[int, ...]) -> str:
    words = ", ".join(map(str, numbers))
    return f"core {words}" if len(numbers) == 1 else f"cores {words}"


def allowed() -> tuple[int, ...]:
    if sys.platform != "linux":
        return ()
    return tuple(sorted(os.sched_getaffinity(0)))


def together(cores: tuple[int, ...]) -> Pinning:
    """Both on the last core: then the wall time of a call holds all that it costs."""
    return Pinning(cores[-1:], cores[-1:])


def apart(cores: tuple[int, ...]) -> Pinning:
    """The server on the first core, the client on the others."""
    return Pinning(cores[1:] or cores, cores[:1])


@contextlib.contextmanager
def on(cores: tuple[int, ...]) -> Iterator[None]:
    """Processes that are started in this block stay on these cores."""
    if sys.platform != "linux" or not cores:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
