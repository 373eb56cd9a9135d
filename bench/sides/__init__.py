"""The sides that are compared."""

from __future__ import annotations

from bench.sides.c import SIDES as C
from bench.sides.node import SIDES as NODE
from bench.sides.python import SIDES as PYTHON
from bench.sides.rust import SIDES as RUST
from bench.sides.side import LANGUAGES, Side

SIDES: tuple[Side, ...] = (*PYTHON, *NODE, *C, *RUST)

__all__ = ["LANGUAGES", "SIDES", "Side"]
