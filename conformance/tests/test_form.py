"""Every file of cases has the form that `schema.json` gives it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

FOLDER = Path(__file__).resolve().parent.parent
SCHEMA: dict[str, Any] = json.loads((FOLDER / "schema.json").read_text(encoding="utf-8"))
FILES = sorted(path.stem for path in FOLDER.glob("*.json") if path.stem != "schema")
OTHERS = {"surface", "surface-missing", "runners"}


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
    assert set(FILES) - OTHERS == set(SCHEMA["$defs"]) - {"kind"}


@pytest.mark.parametrize("name", sorted(set(FILES) - OTHERS))
def test_the_cases_have_their_form(name: str) -> None:
    file = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    problems = [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
        for error in validator(name).iter_errors(file)
    ]
    assert not problems, "\n".join(problems)
    ids = [case.get("id", case.get("name")) for case in file["cases"]]
    assert len(ids) == len(set(ids)), "an id stands twice"


def test_an_unknown_field_is_a_problem() -> None:
    case = {"id": "a", "given": "b", "expect": {"key": "b"}, "typo": 1}
    assert list(validator("key").iter_errors({"source": "s" * 10, "cases": [case]}))


def test_the_kinds_are_those_of_the_library() -> None:
    source = (FOLDER.parent / "core" / "src" / "error" / "kind.rs").read_text(encoding="utf-8")
    for kind in SCHEMA["$defs"]["kind"]["enum"]:
        assert f'"{kind}"' in source
