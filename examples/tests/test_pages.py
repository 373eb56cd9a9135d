"""The pages: no dead links, and no page or example over its length limit."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"(`+).+?\1", re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
HEADING = re.compile(r"^#{1,6} +(.+?) *#* *$", re.MULTILINE)
EXAMPLE = (".py", ".mjs", ".rs", ".c", ".cpp", ".sh")


def tracked(*patterns: str) -> list[str]:
    """The project's files, including those not committed yet."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return sorted({name for name in done.stdout.splitlines() if (ROOT / name).exists()})


PAGES = tracked("*.md")
EXAMPLES = [
    name
    for name in tracked("examples/*")
    if name.endswith(EXAMPLE) and not name.startswith("examples/demo") and "/tests/" not in name
]
# Whole programs with an event loop or a server, which takes lines of its own.
LOOPS = [
    "examples/c/libuv.c",
    "examples/c/poll.c",
    "examples/cpp/coroutine.cpp",
    "examples/rotation/rotate.py",
    "examples/rotation/service.mjs",
    "examples/rotation/service.py",
]


def text_of(page: str | Path) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    found: set[str] = set()
    for heading in HEADING.findall(FENCE.sub("", text)):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        name = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        number = 0
        while (name if number == 0 else f"{name}-{number}") in found:
            number += 1
        found.add(name if number == 0 else f"{name}-{number}")
    return found


def dead_links(page: str, text: str) -> list[str]:
    """The relative links of a page whose file or heading does not exist."""
    dead = []
    for target in LINK.findall(CODE.sub("", FENCE.sub("", text))):
        if re.match(r"[a-z][a-z0-9+.-]*:", target):
            continue
        path, _, fragment = unquote(target).partition("#")
        file = (ROOT / page).parent / path if path else ROOT / page
        if not file.exists() or (
            fragment and fragment not in anchors(text_of(file) if path else text)
        ):
            dead.append(target)
    return dead


@pytest.mark.parametrize("page", PAGES)
def test_each_link_of_a_page_leads_to_a_file_and_a_heading(page: str) -> None:
    assert dead_links(page, text_of(page)) == []


def test_a_dead_link_is_found() -> None:
    text = (
        "[a](docs/design.md#errors) [b](docs/none.md) [c](docs/design.md#none) [d](#here)\n"
        "[e](#no) `[f](none)`\n```\n[g](none)\n```\n[h](https://none.example)\n## Here\n"
    )
    assert dead_links("README.md", text) == ["docs/none.md", "docs/design.md#none", "#no"]


def test_headings_are_named_as_github_names_them() -> None:
    text = "# A `b`, c!\n## A b c\n## The server's words\n```\n# no heading\n```\n"
    assert anchors(text) == {"a-b-c", "a-b-c-1", "the-servers-words"}


def test_the_readme_is_short() -> None:
    assert len(text_of("README.md").splitlines()) <= 250


def links(page: str) -> set[Path]:
    """The files that a page links."""
    targets = LINK.findall(CODE.sub("", FENCE.sub("", text_of(page))))
    return {((ROOT / page).parent / target.partition("#")[0]).resolve() for target in targets}


def test_every_page_is_linked_by_the_readme_or_from_there() -> None:
    found, new = {ROOT / "README.md"}, ["README.md"]
    while new:
        linked = links(new.pop())
        there = {file for file in linked if file.suffix == ".md" and file.exists()} - found
        found |= there
        new += [str(file.relative_to(ROOT)) for file in there]
    assert {ROOT / page for page in PAGES} == found


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_short_enough_to_copy(example: str) -> None:
    assert len(text_of(example).splitlines()) <= (55 if example in LOOPS else 15)


def test_there_is_an_example_for_each_way_of_use() -> None:
    assert EXAMPLES == [
        "examples/c/chat.c",
        "examples/c/libuv.c",
        "examples/c/poll.c",
        "examples/cpp/chat.cpp",
        "examples/cpp/coroutine.cpp",
        "examples/curl.sh",
        "examples/node/chat.mjs",
        "examples/node/openai_sdk.mjs",
        "examples/node/stream.mjs",
        "examples/python/asyncio_chat.py",
        "examples/python/chat.py",
        "examples/python/openai_sdk.py",
        "examples/python/requests_style.py",
        "examples/python/stream.py",
        "examples/rotation/rotate.py",
        "examples/rotation/service.mjs",
        "examples/rotation/service.py",
        "examples/rust/chat.rs",
        "examples/rust/stream.rs",
        "examples/rust/ureq.rs",
    ]


def test_the_faults_are_numbered_without_a_gap() -> None:
    rows = re.findall(r"^\| (\d+) \|", text_of("docs/faults.md"), re.MULTILINE)
    assert [int(number) for number in rows] == list(range(1, len(rows) + 1))
    assert len(rows) >= 103


@pytest.mark.parametrize(("page", "least"), [("docs/architecture.md", 60), ("CONTRIBUTING.md", 20)])
def test_the_files_that_a_page_names_are_there(page: str, least: int) -> None:
    text = text_of(page)
    named = set(re.findall(r"`([\w./-]+\.(?:rs|py|js|json|ts|h|hpp|md)|[\w./-]+/)`", text))
    folders = ["", "core/src", "core/tests", "core/tests/it", "bindings-python"]
    folders += ["bindings-python/python/neura_ai", "bindings-node", "bindings-c", "conformance"]
    folders += ["include"]
    assert len(named) >= least
    missing = [name for name in named if not any((ROOT / at / name).exists() for at in folders)]
    assert missing == []
