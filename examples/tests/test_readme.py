"""Runs every program and every command of the README, as its reader would.

It also runs the programs of the pages for Rust, C and C++. The tests of the Python and Node
packages run those of their own pages.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
RELEASE = ROOT / "target" / "release"
README = (ROOT / "README.md").read_text(encoding="utf-8")
#: The languages of each page's blocks.
PAGES = {
    "README.md": {"sh", "python", "js", "rust", "c", "cpp"},
    "core/README.md": {"toml", "rust"},
    "bindings-c/README.md": {"sh", "cmake", "c", "cpp"},
    "docs/c.md": {"c", "cpp"},
}
BLOCK = re.compile(
    r"(?:^<!-- prints: ([^\n]*) -->\n)?(?:^<!-- needs: ([^\n]*) -->\n)?"
    r"(?:^<!-- flags: ([^\n]*) -->\n)?^```(\w+)\n(.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


class Block(NamedTuple):
    page: str
    number: int
    language: str
    text: str
    #: Parts that the program must print; a chat is answered whole and streamed.
    prints: list[str]
    #: A header of another library; without it the program is not run.
    needs: str
    #: What the compiler's command has at its end.
    flags: str


BLOCKS = [
    Block(page, number, language, text, prints.split(" | ") if prints else ["Hello!"], needs, flags)
    for page in PAGES
    for number, (prints, needs, flags, language, text) in enumerate(
        BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))
    )
]


def blocks(*languages: str) -> list[Block]:
    return [block for block in BLOCKS if block.language in languages]


def each(*languages: str) -> pytest.MarkDecorator:
    """A test for each program of these languages."""
    found = blocks(*languages)
    return pytest.mark.parametrize("block", found, ids=[f"{b.page}-{b.number}" for b in found])


def command(start: str) -> str:
    """The command in the README's prose that begins like this."""
    (found,) = re.findall(rf"`({re.escape(start)}[^`]*)`", README)
    return str(found)


def run(command: list[str | Path] | str, env: dict[str, str], cwd: Path) -> str:
    done = subprocess.run(
        command,
        env=env,
        cwd=cwd,
        capture_output=True,
        encoding="utf-8",
        timeout=600,
        check=False,
        shell=isinstance(command, str),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def check(block: Block, output: str) -> None:
    for part in block.prints:
        assert part in output, f"{part!r} is not in {output!r}"


def test_every_block_is_of_a_language_that_is_run_here() -> None:
    for page, languages in PAGES.items():
        assert {block.language for block in BLOCKS if block.page == page} == languages


def test_the_pages_have_programs() -> None:
    assert [len(blocks(name)) for name in ("python", "js")] == [1, 1]
    assert len(blocks("rust")) >= 6
    assert len(blocks("c")) >= 7
    assert len(blocks("cpp")) >= 3


def test_the_commands_are_targets_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    shell = "\n".join(block.text for block in blocks("sh") if block.page == "README.md")
    targets = re.findall(r"^make (\w+)", shell, re.MULTILINE)
    assert targets == ["demo", "test"]
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, installed by the README's command into a separate folder."""
    folder = tmp_path_factory.mktemp("installed")
    arguments = shlex.split(command("pip install ./bindings-python"))[2:]
    pip: list[str | Path] = [sys.executable, "-m", "pip", "install", "--quiet"]
    run([*pip, "--target", folder, *arguments], dict(os.environ), ROOT)
    return folder


@each("python")
def test_python(block: Block, installed: Path, env: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "program.py"
    file.write_text(block.text, encoding="utf-8")
    check(block, run([sys.executable, file], env | {"PYTHONPATH": str(installed)}, tmp_path))


@pytest.fixture(scope="session")
def node_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("node")
    install = command("npm install").replace("path/to/bindings-node", str(ROOT / "bindings-node"))
    run(f"{install} --no-audit --no-fund --loglevel error", dict(os.environ), folder)
    return folder


@each("js")
def test_node(block: Block, node_folder: Path, env: dict[str, str]) -> None:
    file = node_folder / "program.mjs"
    file.write_text(block.text, encoding="utf-8")
    check(block, run(["node", file], env, node_folder))


@each("rust")
def test_rust(block: Block, env: dict[str, str]) -> None:
    project = ROOT / "target" / "readme"
    (project / "src").mkdir(parents=True, exist_ok=True)
    # The lines that the README names, from this folder.
    (needed,) = re.findall(r"`(neura = .*?)` and `(serde_json = .*?)`", README)
    (shown,) = [block.text for block in blocks("toml")]
    assert all(line in shown for line in needed)
    dependencies = shown.partition("[dependencies]\n")[2].replace('"core"', f'"{ROOT / "core"}"')
    # With the workspace's profile, so that its dependencies are already compiled.
    workspace = (ROOT / "Cargo.toml").read_text(encoding="utf-8")
    _, _, profile = workspace.partition("[profile.dev]")
    (project / "Cargo.toml").write_text(
        "[workspace]\n[package]\nname = 'readme'\nversion = '0.0.0'\nedition = '2024'\n"
        f"[dependencies]\n{dependencies}\n[profile.dev]{profile}",
        encoding="utf-8",
    )
    # The project's own lock file, so that no newer version is downloaded.
    shutil.copy(ROOT / "Cargo.lock", project / "Cargo.lock")
    (project / "src" / "main.rs").write_text(block.text, encoding="utf-8")
    cargo_env = env | {"CARGO_TARGET_DIR": str(ROOT / "target")}
    check(block, run(["cargo", "run", "--quiet"], cargo_env, project))


def built(block: Block, folder: Path, flags: str = "") -> Path:
    """The program of a block, built by the README's command."""
    source, program = folder / f"app.{block.language}", folder / "app"
    source.write_text(block.text, encoding="utf-8")
    compiler = command("cc -I") if block.language == "c" else command("c++ -std")
    compiler = compiler.replace(source.name, str(source)).replace("-o app", f"-o {program}")
    run(f"{compiler} {flags} {block.flags}", dict(os.environ), ROOT)
    return program


def is_installed(header: str) -> bool:
    """Whether the compiler finds a header; `make checks-not-run` says which it does not find."""
    source = f"#include <{header}>\n"
    compiler = ["c++", "-std=c++17", "-fsyntax-only", "-x", "c++", "-"]
    found = subprocess.run(
        compiler, input=source, text=True, stderr=subprocess.DEVNULL, check=False
    )
    assert found.returncode == 0 or not os.environ.get("NEURA_REQUIRE_TOOLS"), header
    return found.returncode == 0


@each("c", "cpp")
def test_c_and_cpp(block: Block, env: dict[str, str], tmp_path: Path) -> None:
    if block.needs and not is_installed(block.needs):
        return
    program = built(block, tmp_path, "-Wall -Wextra -Werror -pedantic")
    without_path = {name: value for name, value in env.items() if "LIBRARY_PATH" not in name}
    check(block, run([program], without_path, tmp_path))


def test_the_programs_of_a_guide_are_short() -> None:
    guide = [block for block in BLOCKS if block.page == "docs/c.md"]
    assert len(guide) >= 10
    for block in guide:
        assert len(block.text.splitlines()) <= 30, block.text


def test_the_program_that_cancels_stops_at_ctrl_c(env: dict[str, str], tmp_path: Path) -> None:
    (block,) = [block for block in blocks("c") if "SIGINT" in block.text]
    program = built(block, tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        env = env | {"NEURA_BASE_URL": f"http://127.0.0.1:{silent.getsockname()[1]}/v1"}
        process = subprocess.Popen([program], env=env, cwd=tmp_path, stdout=subprocess.PIPE)
        silent.settimeout(60)
        connection, _ = silent.accept()
        with connection:
            process.send_signal(signal.SIGINT)
            output, _ = process.communicate(timeout=60)
    assert (process.returncode, output) == (0, b"cancelled\n")


@pytest.mark.parametrize("block", [blocks("c")[0], blocks("cpp")[0]], ids=["c", "cpp"])
def test_the_first_programs_say_what_is_missing(
    block: Block, env: dict[str, str], tmp_path: Path
) -> None:
    program = built(block, tmp_path)
    without = {name: value for name, value in env.items() if not name.startswith("NEURA_API_KEY")}
    done = subprocess.run(
        [program],
        env=without,
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert "missing_api_key" in done.stdout + done.stderr


def test_the_sandbox_starts_as_shown(env: dict[str, str]) -> None:
    shown = command("cargo run").replace("8080", "0")
    process = subprocess.Popen(
        [*shlex.split(shown), "--stop-on-stdin-close"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    output, _ = process.communicate(timeout=600)
    assert b'"base_url"' in output
    assert process.returncode == 0


def test_the_table_of_kinds_is_the_list_of_the_library() -> None:
    import neura_ai

    page = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| `(\w+)` \| `(\w+)` \|", page, re.MULTILINE)
    assert [int(number) for number, _, _ in rows] == list(range(1, 33))
    for _, kind, name in rows:
        assert issubclass(getattr(neura_ai, name), neura_ai.NeuraError), kind
    source = (ROOT / "core" / "src" / "error" / "kind.rs").read_text(encoding="utf-8")
    listed = re.findall(r'^    \w+ = (\d+), "(\w+)";', source, re.MULTILINE)
    assert [(number, kind) for number, kind, _ in rows] == listed
