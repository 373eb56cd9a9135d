"""The source archive: what is in it, and that it builds by itself."""

from __future__ import annotations

import os
import tarfile
from pathlib import Path, PurePosixPath

from conftest import REPOSITORY, SMOKE, Environment

#: Kept between runs, so that only what changed is compiled again. It is compiled
#: in the workspace's own folder, where most of what it stands on is already.
CACHE = REPOSITORY / "target" / "sdist"


def files(sdist: Path) -> dict[str, bytes]:
    """The files of the archive, by their path below its one folder."""
    with tarfile.open(sdist) as archive:
        found = {}
        for member in archive.getmembers():
            content = archive.extractfile(member)
            assert content is not None, f"{member.name} is no file"
            _top, *rest = PurePosixPath(member.name).parts
            found["/".join(rest)] = content.read()
    return found


def test_the_archive_holds_what_a_build_needs_and_nothing_else(sdist: Path) -> None:
    names = set(files(sdist))
    assert {"README.md", "LICENSE", "Cargo.lock", "pyproject.toml", "PKG-INFO"} <= names
    assert {"python/neura_ai/py.typed", "python/neura_ai/_native.pyi"} <= names
    sources = (
        "python/neura_ai/",
        "bindings-python/src/",
        "core/src/",
        "core/transport/src/",
    )
    others = {name for name in names if not name.startswith(sources)}
    assert others == {
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE",
        "PKG-INFO",
        "README.md",
        "THIRD-PARTY-LICENSES",
        "bindings-python/Cargo.toml",
        "bindings-python/LICENSE",
        "bindings-python/README.md",
        "bindings-python/THIRD-PARTY-LICENSES",
        "core/Cargo.toml",
        "core/README.md",
        "core/transport/Cargo.toml",
        "pyproject.toml",
    }
    assert not {name for name in names if name.endswith((".so", ".pyd", ".pyc", ".env"))}


def unpack(sdist: Path, folder: Path) -> None:
    """Unpacks the archive; a file that is there unchanged keeps its time, for cargo's sake."""
    content = files(sdist)
    for old in folder.rglob("*"):
        if old.is_file() and old.relative_to(folder).as_posix() not in content:
            old.unlink()
    for name, data in content.items():
        path = folder / name
        if not path.exists() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


def test_the_archive_builds_in_an_empty_environment(sdist: Path, empty: Environment) -> None:
    unpack(sdist, CACHE / "source")
    empty.install(CACHE / "source", env={"CARGO_TARGET_DIR": str(REPOSITORY / "target")})
    sandbox = {"NEURA_SANDBOX_BIN": os.environ["NEURA_SANDBOX_BIN"]}
    answer, file, _version = empty.run(SMOKE, "chat", env=sandbox).splitlines()
    assert answer == "You said: Hello!"
    assert Path(file).is_relative_to(empty.folder)
