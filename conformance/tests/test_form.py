"""Every file of cases has its form in `schema.json`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

FOLDER = Path(__file__).resolve().parent.parent
SCHEMA: dict[str, Any] = json.loads((FOLDER / "schema.json").read_text(encoding="utf-8"))
FILES = sorted(path.stem for path in FOLDER.glob("*.json") if path.stem != "schema")
OTHERS = {"surface", "surface-missing", "runners", "shapes"}


def validator(name: str) -> Draft202012Validator:
    cases = {"type": "array", "minItems": 1, "items": {"$ref": f"#/$defs/{name}"}}
    whole = {
        "$defs": SCHEMA["$defs"],
        "type": "object",
        "properties": {"source": {"type": "string", "minLength": 10}, "cases": cases},
        "required": ["source", "cases"],
        "additionalProperties": False,
    }
    Draft202012Validator.check_schema(whole)
    return Draft202012Validator(whole)


def test_every_file_has_a_form() -> None:
    assert set(FILES) - OTHERS == set(SCHEMA["$defs"]) - {"kind", "shapes"}


@pytest.mark.parametrize("name", sorted(set(FILES) - OTHERS))
def test_the_cases_have_their_form(name: str) -> None:
    file = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    problems = [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
        for error in validator(name).iter_errors(file)
    ]
    assert not problems, "\n".join(problems)
    ids = [case.get("id", case.get("name")) for case in file["cases"]]
    assert len(ids) == len(set(ids)), "an id is used twice"


def test_an_unknown_field_is_a_problem() -> None:
    case = {"id": "a", "given": "b", "expect": {"key": "b"}, "typo": 1}
    assert list(validator("key").iter_errors({"source": "s" * 10, "cases": [case]}))


def test_the_kinds_are_those_of_the_library() -> None:
    source = (FOLDER.parent / "core" / "src" / "error" / "kind.rs").read_text(encoding="utf-8")
    for kind in SCHEMA["$defs"]["kind"]["enum"]:
        assert f'"{kind}"' in source


def shapes() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "shapes.json").read_text(encoding="utf-8"))
    return found


def test_the_shapes_have_their_form() -> None:
    form = Draft202012Validator(SCHEMA["$defs"]["shapes"])
    problems = [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
        for error in form.iter_errors(shapes())
    ]
    assert not problems, "\n".join(problems)


def test_every_type_of_the_shapes_is_there_and_is_used() -> None:
    file = shapes()
    for part, starts in (("answers", ("answer", "chunk")), ("parameters", ("parameters",))):
        types = file[part]
        waiting = [
            endpoint[start]
            for endpoint in file["endpoints"].values()
            for start in starts
            if start in endpoint
        ]
        used: set[str] = set()
        while waiting:
            name = waiting.pop()
            assert name in types, name
            if name not in used:
                used.add(name)
                members = types[name]["members"].values()
                waiting += [it for m in members for it in re.findall(r"[A-Z]\w+", m["type"])]
        assert used == set(types), part


def test_only_what_may_be_missing_reads_as_null() -> None:
    for name, found in shapes()["answers"].items():
        for member, said in found["members"].items():
            assert "absent_is_null" not in said or "optional" in said, (name, member)
