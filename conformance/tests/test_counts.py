"""Every language ran every case that it can run.

The runners write how many cases of each file they ran to `target/conformance/`.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent.parent
RAN = FOLDER.parent / "target" / "conformance"
# What each language's runner goes through so far.
FILES = {
    "rust": ["base_url", "call", "dotenv", "error", "key", "resolve", "retry", "sse"],
    "node": ["base_url", "call", "error", "key", "resolve", "retry", "sse"],
    "python": ["base_url", "error", "key", "retry", "sse"],
}


@pytest.mark.parametrize("language", sorted(FILES))
def test_every_case_was_run(language: str) -> None:
    ran = {path.name: int(path.read_text()) for path in sorted((RAN / language).iterdir())}
    wanted = {}
    for name in FILES[language]:
        cases = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))["cases"]
        wanted[name] = sum(language not in case.get("not_in", {}) for case in cases)
    print(f"{language}: {sum(ran.values())} cases ran")
    assert ran == wanted
