"""The cases of conformance/: each is a test for each client, and what passed is counted."""

from __future__ import annotations

import json
import os
import re
from collections import defaultdict
from typing import Any

import pytest
from servers import REPOSITORY
from sides import SIDES

#: Where a case says nothing of sockets, its file does.
OVER_SOCKETS = {"error", "retry", "sse"}
#: The folder of the counts of each client.
FOLDERS = {"Client": "python", "AsyncClient": "python-async"}

#: The ids that passed, by client and file.
passed: defaultdict[tuple[str, str], set[str]] = defaultdict(set)


def of_file(name: str) -> list[dict[str, Any]]:
    """The cases of a file that Python can run."""
    text = (REPOSITORY / "conformance" / f"{name}.json").read_text(encoding="utf-8")
    found = [case for case in json.loads(text)["cases"] if can_run(case)]
    assert found, f"conformance/{name}.json has no cases"
    return found


def can_run(case: dict[str, Any]) -> bool:
    """Whether Python can run a case on this machine."""
    # Only root may give a file away.
    foreign = "foreign" in case.get("special", {}).values() and os.geteuid() != 0
    return "python" not in case.get("not_in", {}) and not foreign


def each_case(name: str) -> pytest.MarkDecorator:
    """Runs a test with every ``case`` of a file, each with every ``side``."""
    return pytest.mark.parametrize(
        ("case", "side"),
        [
            pytest.param(
                case,
                side,
                id=f"{id_of(case)}-{side.name}",
                marks=pytest.mark.conformance(name, id_of(case), side.name),
            )
            for case in of_file(name)
            for side in SIDES
        ],
    )


def id_of(case: dict[str, Any]) -> str:
    found: str = case.get("id") or case["name"]
    return found


def only(given: dict[str, Any], *known: str) -> dict[str, Any]:
    """``given``, whose every field is one of ``known``: what no runner reads holds nothing."""
    unknown = given.keys() - set(known)
    assert not unknown, f"unknown fields: {sorted(unknown)}"
    return given


def only_fields(case: dict[str, Any], *known: str) -> dict[str, Any]:
    """As ``only``, of a whole case."""
    return only(case, "id", "not_in", "socket", *known)


def words(part: str) -> str:
    """Words of a message: ``{option:api_key}`` is the option as the language spells it."""
    return re.sub(r"\{option:(\w+)\}", r"\1", part)


def ids_over_sockets() -> dict[str, set[str]]:
    """The ids of all cases that run over sockets, by file."""
    files = {
        path.stem: json.loads(path.read_text(encoding="utf-8")).get("cases", [])
        for path in (REPOSITORY / "conformance").glob("*.json")
    }
    return {
        name: {id_of(case) for case in found if case.get("socket", name in OVER_SOCKETS)}
        for name, found in files.items()
    }


def summary() -> str | None:
    """How many cases ran over sockets for each client, or None where none ran."""
    if not passed:
        return None
    over_sockets = ids_over_sockets()
    total = sum(map(len, over_sockets.values()))
    told = []
    for side in SIDES:
        ran = sum(
            len(ids & passed.get((side.name, name), set())) for name, ids in over_sockets.items()
        )
        told.append(f"{ran} of {total} for {side.name}")
    return "conformance cases over sockets: " + ", ".join(told)


def keep_counts() -> None:
    """Writes the counts where the comparison of all languages finds them."""
    for (side, name), ids in passed.items():
        folder = REPOSITORY / "target" / "conformance" / FOLDERS[side]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"{len(ids)}\n", encoding="utf-8")
