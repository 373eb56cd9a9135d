"""Builds a wheel as it is published: ``build.py FOLDER CRATE [options of maturin]``.

maturin names the builder's folder in the list of what is linked (``sboms``); here it does not.
"""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

REPOSITORY = Path(__file__).resolve().parents[2]


def build(into: Path, crate: str, *options: str | Path) -> Path:
    """Builds the wheel of ``bindings-python``, ``sandbox`` or ``cli`` into a folder."""
    manifest = REPOSITORY / crate / "Cargo.toml"
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "maturin", "build", "--release", "--locked"]
        command += ["-m", str(manifest), "--out", folder, *map(str, options)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(done.stdout + done.stderr)
        (built,) = Path(folder).iterdir()
        with ZipFile(built) as archive, ZipFile(into / built.name, "w", ZIP_DEFLATED) as wheel:
            copy(archive, wheel)
    return into / built.name


def copy(archive: ZipFile, wheel: ZipFile) -> None:
    """Copies a wheel without the builder's folder, and what ``RECORD`` says of each file."""
    record = ""
    for entry in archive.infolist():
        content = archive.read(entry)
        if "/sboms/" in entry.filename:
            content = content.replace(REPOSITORY.as_uri().encode(), b"file:///neura")
        if entry.filename.endswith(".dist-info/RECORD"):  # the last one
            content = f"{record}{entry.filename},,\n".encode()
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
        record += f"{entry.filename},sha256={digest},{len(content)}\n"
        wheel.writestr(entry, content, ZIP_DEFLATED)


if __name__ == "__main__":
    print(build(Path(sys.argv[1]), *sys.argv[2:]))
