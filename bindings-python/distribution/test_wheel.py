"""The wheel: what is in it, what it says of itself, and that it works where it is installed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesParser
from pathlib import Path
from zipfile import ZipFile

import pytest
from conftest import BINDING, REPOSITORY, SMOKE, Environment, run
from neura_ai.testing import Sandbox

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


@pytest.mark.parametrize("which", ["wheel", "sandbox_wheel", "cli_wheel"])
def test_a_wheel_names_what_is_linked_and_no_folder_of_its_builder(
    which: str, request: pytest.FixtureRequest
) -> None:
    with ZipFile(request.getfixturevalue(which)) as archive:
        texts = {
            Path(name).name: archive.read(name).decode("latin-1") for name in archive.namelist()
        }
    (parts,) = (json.loads(text) for name, text in texts.items() if name.endswith("cyclonedx.json"))
    linked = {(part["name"], part["version"]) for part in parts["components"]}
    licences = re.findall(r"^([\w-]+) (\d\S+) \(", texts["THIRD-PARTY-LICENSES"], re.MULTILINE)
    assert {"ring", "rustls", "serde_json"} <= {name for name, _ in licences}
    # Those of other platforms have a licence too.
    names = {name for name, _ in linked}
    assert {found for found in licences if found[0] in names} <= linked
    # What is compiled says where: the sources of others, at most.
    told = {name: text for name, text in texts.items() if str(REPOSITORY) in text}
    assert not told


def test_the_metadata_is_complete(metadata: Message) -> None:
    assert metadata["Name"] == "neura-ai"
    assert metadata["Version"] == VERSION
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata.get_all("License-File") == ["LICENSE", "THIRD-PARTY-LICENSES"]
    assert metadata["Requires-Python"] == ">=3.10"
    extras = {"cli", "httpx", "openai", "requests", "testing"}
    assert {*metadata.get_all("Provides-Extra", [])} == extras
    # Nothing but what an extra asks for.
    wanted = metadata.get_all("Requires-Dist", [])
    assert len(wanted) == len(extras)
    assert all("extra ==" in requirement for requirement in wanted)
    for program in ("neura-cli", "neura-sandbox"):
        assert any(each.startswith(f"{program}=={VERSION} ;") for each in wanted)
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


def test_an_index_would_take_wheels_and_archive(
    wheel: Path, sandbox_wheel: Path, cli_wheel: Path, sdist: Path
) -> None:
    command = (sys.executable, "-m", "twine", "--no-color", "check", "--strict")
    assert run(*command, wheel, sandbox_wheel, cli_wheel, sdist).count("PASSED") == 4


def with_programs(wheel: Path, sandbox_wheel: Path) -> list[str]:
    """The arguments of pip for the package with the programs for tests."""
    return ["--find-links", str(sandbox_wheel.parent), f"{wheel}[testing]"]


def test_a_chat_runs_from_an_empty_environment(
    wheel: Path, sandbox_wheel: Path, empty: Environment
) -> None:
    empty.install("--no-index", *with_programs(wheel, sandbox_wheel))
    answer, file, version = empty.run(SMOKE, "chat").splitlines()
    assert answer == "You said: Hello!"
    assert Path(file).is_relative_to(empty.folder)
    assert version == VERSION
    for program in ("neura-sandbox", "neura-replay"):
        assert VERSION in run(empty.scripts / program, "--version")


def interpreters() -> Iterator[str]:
    """Those of this machine that the wheel is for, one for each version."""
    for minor in range(10, 15):
        kept = Path.home().glob(f".pyenv/versions/3.{minor}.*/bin/python")
        for each in filter(None, [shutil.which(f"python3.{minor}"), *map(str, kept)]):
            # A shim of pyenv may have no interpreter behind it.
            if subprocess.run([each, "-c", ""], capture_output=True, check=False).returncode == 0:
                yield each
                break


def test_a_chat_runs_with_every_python_of_this_machine(
    wheel: Path, sandbox_wheel: Path, empty: Environment, tmp_path: Path
) -> None:
    folder = tmp_path / "packages"
    empty.install("--no-index", "--target", folder, *with_programs(wheel, sandbox_wheel))
    alone = {"PYTHONPATH": str(folder), "NEURA_SANDBOX_BIN": ""}
    for python in interpreters():
        printed = run(python, SMOKE, "chat", cwd=tmp_path, env=alone)
        assert printed.startswith(f"You said: Hello!\n{folder}"), python


def test_a_package_without_a_sandbox_can_be_asked_too(wheel: Path, empty: Environment) -> None:
    empty.install("--no-index", wheel)
    told, _file, _version = empty.run(SMOKE).splitlines()
    assert told == "connection"


def needed(name: str) -> str:
    """A requirement of the tests, in the version that they have."""
    wanted = (BINDING / "requirements-dev.txt").read_text(encoding="utf-8").split()
    return next(line for line in wanted if line.startswith(f"{name}=="))


def test_pytest_finds_the_fixtures_of_an_installed_wheel(
    wheel: Path, sandbox_wheel: Path, empty: Environment, tmp_path: Path
) -> None:
    empty.install(needed("pytest"), *with_programs(wheel, sandbox_wheel))
    (tmp_path / "test_it.py").write_text(
        "def test_it(neura_sandbox, neura_replies):\n"
        "    assert neura_sandbox.client().check().ok\n"
        "    server = neura_replies([429, {'models': ['gpt-5']}])\n"
        "    assert server.client().models.list().data[0].id == 'gpt-5'\n"
        "    assert len(server.requests) == 2\n",
        encoding="utf-8",
    )
    printed = empty.run("-m", "pytest", "-q", "--rootdir", tmp_path, tmp_path / "test_it.py")
    assert "1 passed" in printed


def test_a_frozen_program_has_all_of_the_package(
    wheel: Path, empty: Environment, tmp_path: Path
) -> None:
    empty.install(needed("pyinstaller"), wheel)
    words = ("--onefile", "--distpath", tmp_path, "--specpath", tmp_path, "--log-level", "ERROR")
    empty.run("-m", "PyInstaller", *words, BINDING / "distribution" / "frozen.py")
    with Sandbox() as box:
        printed = run(tmp_path / "frozen", cwd=tmp_path, env=box.env)
    assert printed.splitlines() == [
        *("You said: Hello!", "You said: Hello!", "1 {}", "400", "not_found", "decode"),
        *("False environment True", "You said: Hello! True", "chat.completion.chunk"),
    ]
