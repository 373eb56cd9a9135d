"""One side: a client, used in one way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

LANGUAGES = ("Python", "Node", "C", "Rust")
WORKLOADS = ("call", "stream", "in_flight", "threads", "down", "up", "embeddings")


@dataclass(frozen=True)
class Side:
    # As figures and pages name it.
    name: str
    language: str
    # What its process is started with, before the function.
    command: tuple[str, ...]
    # Its function for each kind of work that it does.
    functions: Mapping[str, str]
    # How it is used.
    note: str
    ours: bool = False
    # The package whose version is told.
    package: str | None = None
    # Whether it can talk TLS.
    tls: bool = True
    settings: Mapping[str, str] = field(default_factory=dict)
    # How many times the usual warm-up it needs.
    warm_up: float = 1

    def does(self, kind: str, tls: bool) -> bool:
        return kind in self.functions and (self.tls or not tls)

    @property
    def key(self) -> str:
        return f"{self.language} {self.name}"


def same(*kinds: str) -> dict[str, str]:
    """A side whose functions have the names of the kinds of work."""
    assert all(kind in WORKLOADS for kind in kinds)
    return {kind: kind for kind in kinds}
