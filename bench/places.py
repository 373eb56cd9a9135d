"""Where things are, and the environments that `make bench` sets up."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools" / "bench"
BUILT = ROOT / "target" / "bench"
RESULTS = ROOT / "bench" / "results"
PAGE = ROOT / "docs" / "speed.md"
README = ROOT / "README.md"

SERVER = BUILT / "release" / "neura-bench-server"
RUST = BUILT / "release" / "neura-bench-rust"
PYTHON = TOOLS / "python" / "bin" / "python"
NIQUESTS = TOOLS / "niquests" / "bin" / "python"
OUR_PYTHON = ROOT / "bindings-python" / "python"
OUR_NODE = ROOT / "bindings-node"
NODE_PEERS = ROOT / "bench" / "node"


def python() -> str:
    """The interpreter of the peers; before `make bench` has set it up, the one that runs this."""
    return str(PYTHON) if PYTHON.exists() else sys.executable


def c_program(name: str) -> Path:
    return BUILT / f"c-{name}"


def node() -> str:
    return os.environ.get("NODE", "node")


def replace(path: Path, text: str) -> None:
    """Writes a file as a whole: where that fails, the old one stays."""
    new = path.with_name(f".{path.name}.new")
    try:
        new.write_text(text, encoding="utf-8")
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
