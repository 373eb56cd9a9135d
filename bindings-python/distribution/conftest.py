"""What is handed out, built once, and empty environments to install it into."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from build import build

REPOSITORY = Path(__file__).resolve().parents[2]
BINDING = REPOSITORY / "bindings-python"

# Where `make` and `cargo build --release` put it.
os.environ.setdefault("NEURA_SANDBOX_BIN", str(REPOSITORY / "target" / "release" / "neura-sandbox"))

#: The folder of the wheels that `make release-python` built. They are tested in place of new ones.
RELEASED_WHEELS = os.environ.get("NEURA_WHEELS")

#: Asks the package that its interpreter has installed.
SMOKE = BINDING / "distribution" / "smoke.py"


def run(*command: str | Path, cwd: Path = REPOSITORY, env: dict[str, str] | None = None) -> str:
    """What a program prints that must succeed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        command, cwd=cwd, env=kept | (env or {}), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def wheel_of(crate: str, name: str, folder: Path) -> Path:
    """A wheel; cargo's part of it is what `make` has built already."""
    if RELEASED_WHEELS is None:
        return build(folder, crate)
    (found,) = Path(RELEASED_WHEELS).glob(f"{name}-*.whl")
    return found


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the package."""
    return wheel_of("bindings-python", "neura_ai", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def sandbox_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the programs for tests."""
    return wheel_of("sandbox", "neura_sandbox", tmp_path_factory.mktemp("sandbox"))


@pytest.fixture(scope="session")
def cli_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the command."""
    return wheel_of("cli", "neura_cli", tmp_path_factory.mktemp("cli"))


@pytest.fixture(scope="session")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source archive."""
    folder = tmp_path_factory.mktemp("sdist")
    run(sys.executable, "-m", "maturin", "sdist", "-m", BINDING / "Cargo.toml", "--out", folder)
    (found,) = folder.iterdir()
    return found


class Environment:
    """A virtual environment with nothing in it but pip."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "venv"
        venv.create(self.folder, with_pip=True)
        self.scripts = self.folder / ("Scripts" if sys.platform == "win32" else "bin")
        self.python = self.scripts / ("python.exe" if sys.platform == "win32" else "python")

    def install(self, *what: str | Path, env: dict[str, str] | None = None) -> None:
        run(self.python, "-m", "pip", "install", "--quiet", *what, cwd=self.folder, env=env)

    def run(self, *arguments: str | Path, env: dict[str, str] | None = None) -> str:
        """What its interpreter prints, in a folder that knows nothing of the repository, without
        cargo or the programs of the repository."""
        alone = {"PATH": os.defpath, "NEURA_SANDBOX_BIN": "", "NEURA_REPLAY_BIN": ""}
        return run(self.python, *arguments, cwd=self.folder, env=alone | (env or {}))


@pytest.fixture
def empty(tmp_path: Path) -> Environment:
    return Environment(tmp_path)
