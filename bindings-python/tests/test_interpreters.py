"""A subinterpreter is refused, and the main interpreter works on."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from conftest import KEY, Scripted
from servers import REPOSITORY

#: Runs `program` in a new subinterpreter, by what each version of Python has for it.
BEGIN = """
import sys
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters

def in_another(program):
    other = interpreters.create()
    try:
        interpreters.run_string(other, program)
    finally:
        interpreters.destroy(other)

REFUSED = '''
try:
    import neura_ai
except ImportError as error:
    assert "subinterpreters" in str(error), error
else:
    raise AssertionError("it was not refused")
'''

def ask():
    import neura_ai
    with neura_ai.Client(sys.argv[1], base_url=sys.argv[2], max_retries=0) as client:
        assert client.get("/x").ok
        try:
            client.get("/none").raise_for_status()
        except neura_ai.NotFoundError as error:
            print(error.kind)
"""

ORDERS = {
    "before the main one": "in_another(REFUSED); ask()",
    "after the main one": "ask(); in_another(REFUSED)",
    "in between": "in_another(REFUSED); ask(); in_another(REFUSED); in_another(REFUSED); ask()",
}


@pytest.mark.parametrize("order", ORDERS)
def test_a_subinterpreter_is_refused(scripted: Scripted, order: str) -> None:
    server = scripted(200, 404, 200, 404)
    ran = subprocess.run(
        [sys.executable, "-c", BEGIN + ORDERS[order], KEY, server.base_url],
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert set(ran.stdout.split()) == {"not_found"}


def test_the_module_says_that_it_needs_no_lock_of_the_interpreter() -> None:
    # Only a build for an interpreter without one carries the mark, so the source is asked.
    source = (REPOSITORY / "bindings-python" / "src" / "lib.rs").read_text(encoding="utf-8")
    assert re.findall(r"#\[pymodule\b.*\]", source) == ["#[pymodule(gil_used = false)]"]
