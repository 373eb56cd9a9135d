"""The wheels of ``make release-python``, which ``NEURA_WHEELS`` names."""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import ZipFile

import pytest
from conftest import run

FLOOR = (2, 28)


@pytest.mark.parametrize("which", ["wheel", "sandbox_wheel"])
def test_a_released_wheel_needs_no_newer_glibc_than_its_name_says(
    which: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    wheel: Path = request.getfixturevalue(which)
    assert wheel.name.endswith("-manylinux_2_28_x86_64.whl")
    ZipFile(wheel).extractall(tmp_path)
    natives = [
        path
        for path in tmp_path.rglob("*")
        if path.is_file() and path.read_bytes().startswith(b"\x7fELF")
    ]
    assert natives
    for native in natives:
        needed = re.findall(r"\bGLIBC_(\d+)\.(\d+)", run("objdump", "-T", native))
        assert needed
        assert max((int(major), int(minor)) for major, minor in needed) <= FLOOR
