"""Runs every program that the README shows, as its reader would."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
RELEASE = ROOT / "target" / "release"
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    found = [text for name, text in BLOCKS if name == language]
    assert found, f"the README shows no {language}"
    return found


def run(command: list[str | Path], env: dict[str, str], cwd: Path) -> str:
    done = subprocess.run(
        command, env=env, cwd=cwd, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_block_is_of_a_language_that_is_run_here() -> None:
    assert {name for name, _ in BLOCKS} == {"sh", "python", "js", "rust", "c", "cpp"}


def test_the_commands_are_targets_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    commands = re.findall(r"^make (\w+)", "\n".join(blocks("sh")), re.MULTILINE)
    assert commands == ["demo", "test"]
    for target in commands:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


@pytest.mark.parametrize("text", blocks("python"))
def test_python(text: str, env: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "program.py"
    file.write_text(text, encoding="utf-8")
    output = run([sys.executable, file], env, tmp_path)
    assert output.count("Hello!") == text.count("print(") or "invalid_api_key 401" in output


def test_node(env: dict[str, str], tmp_path: Path) -> None:
    packages = tmp_path / "node_modules"
    packages.mkdir()
    (packages / "neura-ai").symlink_to(ROOT / "bindings-node")
    for index, text in enumerate(blocks("js")):
        file = tmp_path / f"program-{index}.mjs"
        file.write_text(text, encoding="utf-8")
        assert run(["node", file], env, tmp_path).count("Hello!") == 2


def test_rust(env: dict[str, str]) -> None:
    project = ROOT / "target" / "readme"
    (project / "src").mkdir(parents=True, exist_ok=True)
    (project / "Cargo.toml").write_text(
        "[workspace]\n[package]\nname = 'readme'\nversion = '0.0.0'\nedition = '2024'\n"
        f"[dependencies]\nneura = {{ path = '{ROOT / 'core'}' }}\nserde_json = '1'\n",
        encoding="utf-8",
    )
    # The project's own lock, so that nothing newer is fetched.
    shutil.copy(ROOT / "Cargo.lock", project / "Cargo.lock")
    (text,) = blocks("rust")
    (project / "src" / "main.rs").write_text(text, encoding="utf-8")
    cargo_env = env | {"CARGO_TARGET_DIR": str(ROOT / "target")}
    assert run(["cargo", "run", "--quiet"], cargo_env, project).count("Hello!") == 2


@pytest.mark.parametrize(
    ("language", "compiler", "standard"),
    [
        ("c", os.environ.get("CC", "cc"), "-std=c11"),
        ("cpp", os.environ.get("CXX", "c++"), "-std=c++17"),
    ],
)
def test_c_and_cpp(
    language: str, compiler: str, standard: str, env: dict[str, str], tmp_path: Path
) -> None:
    (text,) = blocks(language)
    source, program = tmp_path / f"program.{language}", tmp_path / "program"
    source.write_text(text, encoding="utf-8")
    warnings = ["-Wall", "-Wextra", "-Werror", "-pedantic"]
    link = [f"-L{RELEASE}", "-lneura", f"-Wl,-rpath,{RELEASE}"]
    include = f"-I{ROOT / 'include'}"
    run([compiler, standard, *warnings, include, source, "-o", program, *link], env, tmp_path)
    output = run([program], env, tmp_path)
    assert "Hello!" in output
    # The error of the same program without its key.
    without = {name: value for name, value in env.items() if name != "NEURA_API_KEY"}
    done = subprocess.run(
        [program], env=without, capture_output=True, text=True, timeout=60, check=False
    )
    assert "missing_api_key" in done.stdout + done.stderr


def test_the_table_of_kinds_is_the_list_of_the_library() -> None:
    import neura_ai

    rows = re.findall(r"^\| (\d+) \| `(\w+)` \| `(\w+)` \|", README, re.MULTILINE)
    assert [int(number) for number, _, _ in rows] == list(range(1, 32))
    for _, kind, name in rows:
        assert issubclass(getattr(neura_ai, name), neura_ai.NeuraError), kind
    source = (ROOT / "core" / "src" / "error" / "kind.rs").read_text(encoding="utf-8")
    listed = re.findall(r'^    \w+ = (\d+), "(\w+)";', source, re.MULTILINE)
    assert [(number, kind) for number, kind, _ in rows] == listed
