"""The tracked files: none is a tool's output, and none names the folder in which it was made."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# The folder itself says nothing if it has a usual name, as `/app`.
FOLDER = f"{ROOT}/".encode() if len(ROOT.parts) > 2 else b"CMAKE_HOME_DIRECTORY:INTERNAL="
PROGRAMS = (b"\x7fELF", b"MZ\x90", b"\xcf\xfa\xed\xfe")


def test_no_tracked_file_is_the_output_of_a_build() -> None:
    command = ["git", "ls-files", "-z"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    names = [name.decode() for name in done.stdout.split(b"\0") if name]
    assert "Makefile" in names
    found = []
    for name in names:
        path = ROOT / name
        if not path.is_file():
            continue
        content = path.read_bytes()
        if content.startswith(PROGRAMS) or FOLDER in content:
            found.append(name)
    assert found == []
