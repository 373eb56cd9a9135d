"""What the adapters have in common: their libraries are imported when they are used."""

from __future__ import annotations

import subprocess
import sys

import pytest

LIBRARIES = ["httpx", "httpx2", "requests", "openai"]


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)


@pytest.mark.parametrize("name", LIBRARIES)
def test_an_adapter_without_its_library_says_what_to_install(name: str) -> None:
    ran = run(f"import sys; sys.modules[{name!r}] = None; import neura_ai.{name}")
    assert f"ImportError: neura_ai.{name} needs {name}" in ran.stderr
    assert f"pip install {name}" in ran.stderr


def test_the_package_imports_none_of_the_libraries() -> None:
    ran = run(f"import sys, neura_ai; print({LIBRARIES!r}, {{*{LIBRARIES!r}}} & {{*sys.modules}})")
    assert ran.stdout == f"{LIBRARIES!r} set()\n"


@pytest.mark.parametrize("name", LIBRARIES[:3])
def test_an_adapter_imports_no_other_library(name: str) -> None:
    ran = run(f"import sys, neura_ai.{name}; print({{*{LIBRARIES!r}}} & {{*sys.modules}})")
    assert ran.stdout == f"{{{name!r}}}\n"


def test_the_one_for_requests_takes_a_urllib3_before_2() -> None:
    ran = run("import urllib3; del urllib3.HTTPHeaderDict; import neura_ai.requests; print(1)")
    assert (ran.stdout, ran.stderr) == ("1\n", "")
