"""The programs of the README run as they stand, and print what it says."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from servers import REPOSITORY, Sandbox, binary

README = (REPOSITORY / "bindings-python" / "README.md").read_text(encoding="utf-8")
#: A comment before a program says what it prints, part by part.
PROGRAMS: list[tuple[str, str]] = re.findall(
    r"(?:^<!-- prints: ([^\n]*) -->\n)?^```python\n(.*?)^```", README, re.DOTALL | re.MULTILINE
)


def test_the_readme_has_programs() -> None:
    assert len(PROGRAMS) >= 17
    assert len([prints for prints, _ in PROGRAMS if prints]) >= 5


@pytest.mark.parametrize(("prints", "program"), PROGRAMS, ids=range(len(PROGRAMS)))
def test_a_program_of_the_readme_runs(
    environment: None, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, prints: str, program: str
) -> None:
    monkeypatch.setenv("NEURA_API_KEY_STAGING", sandbox.api_key)
    monkeypatch.setenv("NEURA_NEW_KEY", sandbox.limited_api_key)
    monkeypatch.setenv("NEURA_SANDBOX_BIN", str(binary("neura-sandbox")))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    for part in prints.split(" | "):
        assert part in done.stdout
