"""The command ``neura`` as pip installs it: the one that cargo built."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from zipfile import ZipFile

from conftest import REPOSITORY, Environment, run
from neura_ai.testing import Sandbox

EXE = ".exe" if sys.platform == "win32" else ""
#: Where `make` and `cargo build --release -p neura-cli` put it.
BUILT = REPOSITORY / "target" / "release" / f"neura{EXE}"


def test_the_wheel_holds_the_command_and_nothing_else(cli_wheel: Path) -> None:
    with ZipFile(cli_wheel) as archive:
        names = archive.namelist()
    files = {name for name in names if ".dist-info/" not in name}
    assert {Path(name).name for name in files} == {f"neura{EXE}"}
    assert cli_wheel.stat().st_size < 4 * 1024 * 1024


def test_the_extra_installs_the_command_that_cargo_built(
    wheel: Path, cli_wheel: Path, empty: Environment
) -> None:
    empty.install("--no-index", "--find-links", str(cli_wheel.parent), f"{wheel}[cli]")
    installed = empty.scripts / f"neura{EXE}"
    for words in (
        ("--version",),
        ("--help",),
        ("-h",),
        ("chat", "--help"),
        ("man", "chat"),
        ("completions", "bash"),
    ):
        assert run(installed, *words) == run(BUILT, *words)
    with Sandbox() as box:
        assert run(installed, "chat", "Hello!", env=box.env) == "You said: Hello!\n"


def test_it_finds_the_sandbox_that_pip_installed(
    wheel: Path, cli_wheel: Path, sandbox_wheel: Path, empty: Environment
) -> None:
    folders = {str(cli_wheel.parent), str(sandbox_wheel.parent)}
    links = [f"--find-links={folder}" for folder in folders]
    empty.install("--no-index", *links, f"{wheel}[cli,testing]")
    # It stands beside the command, and not in PATH.
    words = ("sandbox", "keys", "create", "--name", "app", "--db", empty.folder / "keys.sqlite")
    installed = empty.scripts / f"neura{EXE}"
    printed = run(installed, *words, env={"PATH": "", "NEURA_SANDBOX_BIN": ""})
    assert json.loads(printed)["api_key"].startswith("nk-sandbox-")
