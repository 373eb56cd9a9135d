"""conformance/surface.json: every name is there, or on the list of those still missing."""

from __future__ import annotations

import json
from typing import Any

import neura_ai
from conftest import KEY
from servers import REPOSITORY

FOLDER = REPOSITORY / "conformance"


def find(name: str) -> Any:
    """What a name of the list stands for; a lower-case `client` is a client that was made."""
    top, *rest = name.split(".")
    value: Any = neura_ai.Client(KEY) if top == "client" else getattr(neura_ai, top, None)
    for part in rest:
        value = getattr(value, part, None)
    return value


def test_every_name_is_there_or_known_to_be_missing() -> None:
    surface = json.loads((FOLDER / "surface.json").read_text(encoding="utf-8"))
    missing = json.loads((FOLDER / "surface-missing.json").read_text(encoding="utf-8"))
    names = [name for operation in surface["operations"] for name in operation["python"]]
    assert len(names) > 50
    lacking = [name for name in names if find(name.replace("Client().", "client.")) is None]
    assert lacking == missing["python"]
