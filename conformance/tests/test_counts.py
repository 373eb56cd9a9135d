"""Every language has run every case that it can run.

The runners write how many cases of each file they ran to `target/conformance/`.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parent.parent
RAN = FOLDER.parent / "target" / "conformance"
RUNNERS = json.loads((FOLDER / "runners.json").read_text(encoding="utf-8"))
LANGUAGES = ["rust", "python", "node", "c"]
#: The folders of the counts. Python has two clients, and C has two headers: each runs every case.
COUNTS = {"python": ["python", "python-async"], "c": ["c", "cpp"]}
FILES = [
    path.stem
    for path in sorted(FOLDER.glob("*.json"))
    if "cases" in json.loads(path.read_text(encoding="utf-8"))
]


def can_run(case: dict[str, Any], language: str) -> bool:
    # Only root can change a file's owner.
    foreign = "foreign" in case.get("special", {}).values() and os.geteuid() != 0
    return language not in case.get("not_in", {}) and not foreign


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_case_was_run_or_the_reason_is_known(language: str) -> None:
    assert sorted(RUNNERS[language]) == FILES, "every file, with `runs` or a reason"
    runs = [name for name, word in RUNNERS[language].items() if word == "runs"]
    reasons = [word for word in RUNNERS[language].values() if word != "runs"]
    assert all(len(reason) > 10 for reason in reasons)
    wanted = {}
    for name in runs:
        cases = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))["cases"]
        wanted[name] = sum(can_run(case, language) for case in cases)
    for folder in COUNTS.get(language, [language]) if runs else []:
        ran = {path.name: int(path.read_text()) for path in (RAN / folder).iterdir()}
        print(f"{folder}: {sum(ran.values())} cases ran")
        assert ran == wanted, folder
