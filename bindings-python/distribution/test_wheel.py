"""The wheel: what is in it, what it says of itself, and that it works where it is installed."""

from __future__ import annotations

import re
import sys
from email.message import Message
from email.parser import BytesParser
from pathlib import Path
from zipfile import ZipFile

import pytest
from conftest import BINDING, REPOSITORY, SMOKE, Environment, run

MIB = 1024 * 1024
VERSION = re.search(
    r'^version = "(.*)"', (REPOSITORY / "Cargo.toml").read_text(encoding="utf-8"), re.MULTILINE
)[1]  # type: ignore[index]
INFO = f"neura_ai-{VERSION}.dist-info"


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    with ZipFile(wheel) as archive:
        return BytesParser().parsebytes(archive.read(f"{INFO}/METADATA"))


def test_one_wheel_serves_every_python_and_is_small(wheel: Path) -> None:
    assert re.fullmatch(rf"neura_ai-{re.escape(VERSION)}-cp310-abi3-\w+\.whl", wheel.name)
    assert wheel.stat().st_size < 4 * MIB


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    package = BINDING / "python"
    written = {
        path.relative_to(package).as_posix()
        for path in (package / "neura_ai").rglob("*")
        if path.suffix in {".py", ".pyi", ".typed"}
    }
    with ZipFile(wheel) as archive:
        names = archive.namelist()
        licence = archive.read(f"{INFO}/licenses/LICENSE")
    code = {name for name in names if not name.startswith(INFO)}
    natives = {name for name in code if re.fullmatch(r"neura_ai/_native\.(abi3\.so|pyd)", name)}
    assert len(natives) == 1
    assert code - natives == written
    assert {"neura_ai/py.typed", "neura_ai/__init__.py", "neura_ai/_native.pyi"} <= written
    assert licence == (REPOSITORY / "LICENSE").read_bytes()


def test_the_metadata_is_complete(metadata: Message) -> None:
    assert metadata["Name"] == "neura-ai"
    assert metadata["Version"] == VERSION
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata.get_all("License-File") == ["LICENSE"]
    assert metadata["Requires-Python"] == ">=3.10"
    extras = {"httpx", "openai", "requests"}
    assert {*metadata.get_all("Provides-Extra", [])} == extras
    # Nothing but what an extra asks for.
    wanted = metadata.get_all("Requires-Dist", [])
    assert len(wanted) == len(extras)
    assert all("extra ==" in requirement for requirement in wanted)
    assert metadata["Summary"]
    assert metadata["Author"]
    assert metadata["Keywords"]
    assert metadata.get_all("Project-URL")
    text = metadata.get_payload()
    assert isinstance(text, str)
    assert text.strip() == (BINDING / "README.md").read_text(encoding="utf-8").strip()
    classifiers = metadata.get_all("Classifier", [])
    pythons = [f"Programming Language :: Python :: 3.{minor}" for minor in range(10, 15)]
    assert {*pythons, "Typing :: Typed"} <= set(classifiers)


def test_an_index_would_take_wheel_and_archive(wheel: Path, sdist: Path) -> None:
    printed = run(sys.executable, "-m", "twine", "--no-color", "check", "--strict", wheel, sdist)
    assert printed.count("PASSED") == 2


def test_a_chat_runs_from_an_empty_environment(wheel: Path, empty: Environment) -> None:
    empty.install("--no-index", wheel)
    answer, file, version = empty.run(SMOKE).splitlines()
    assert answer == "You said: Hello!"
    assert Path(file).is_relative_to(empty.folder)
    assert version == VERSION


def test_a_package_without_a_sandbox_can_be_asked_too(wheel: Path, empty: Environment) -> None:
    empty.install("--no-index", wheel)
    told, _file, _version = empty.run(SMOKE, env={"NEURA_SANDBOX_BIN": ""}).splitlines()
    assert told == "connection"


def test_pytest_finds_the_fixture_of_an_installed_wheel(
    wheel: Path, empty: Environment, tmp_path: Path
) -> None:
    needed = (BINDING / "requirements-dev.txt").read_text(encoding="utf-8").split()
    empty.install(wheel, *(line for line in needed if line.startswith("pytest==")))
    (tmp_path / "test_it.py").write_text(
        "def test_it(neura_sandbox):\n    assert neura_sandbox.client().check().ok\n",
        encoding="utf-8",
    )
    printed = empty.run("-m", "pytest", "-q", "--rootdir", tmp_path, tmp_path / "test_it.py")
    assert "1 passed" in printed
