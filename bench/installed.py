"""How much room a client takes where it is installed, with all that it needs."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from bench import machine, packed, results
from bench.failure import BenchError
from bench.measuring import Effort
from bench.places import NIQUESTS, NODE_PEERS, OUR_PYTHON, PYTHON, ROOT
from bench.suites import Case, Suite

CASE = Case("installed", "the package and what it depends on", "installed")
SUITE = Suite("installed", "Installed size", "an installation", (CASE,))

# Adds up the files of a distribution and of those that it requires, without bytecode.
OF_DISTRIBUTION = """
import importlib.metadata as metadata, re, sys
left, done, size = [sys.argv[1]], set(), 0
while left:
    name = re.sub(r"[-_.]+", "-", left.pop()).lower()
    if name in done:
        continue
    done.add(name)
    try:
        found = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        if len(done) == 1:
            sys.exit(f"{name} is not installed")
        continue
    for file in found.files or ():
        path = file.locate()
        if path.suffix != ".pyc" and path.exists():
            size += path.stat().st_size
    for needed in found.requires or ():
        if "extra ==" not in needed:
            left.append(re.match(r"[A-Za-z0-9._-]+", needed).group())
print(size)
"""


def _python(name: str, interpreter: Path = PYTHON) -> int:
    command = [str(interpreter), "-c", OF_DISTRIBUTION, name]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise BenchError(f"{done.stderr.strip()}: run `make bench-setup` first")
    return int(done.stdout)


def _folder(folder: Path) -> int:
    """The bytes of a package's folder, without bytecode and packages inside it."""
    left_out = {"node_modules", "__pycache__"}
    return sum(
        path.stat().st_size
        for path in folder.rglob("*")
        if path.is_file() and left_out.isdisjoint(path.relative_to(folder).parts)
    )


def _node(name: str) -> int:
    left, done, size = [name], set(), 0
    while left:
        package = left.pop()
        if package in done:
            continue
        done.add(package)
        folder = NODE_PEERS / "node_modules" / package
        size += _folder(folder)
        manifest = json.loads((folder / "package.json").read_text(encoding="utf-8"))
        left += manifest.get("dependencies", {})
    return size


def _our_node() -> int:
    """What the package and its addon's package hold."""
    packed.install()
    return sum(_folder(folder) for folder in packed.folders())


def _libcurl() -> int | None:
    found = sorted(Path("/usr/lib").glob("*/libcurl.so.4"))
    return found[0].stat().st_size if found else None


def run(effort: Effort) -> results.Result:
    python = ("openai", "requests", "httpx", "urllib3", "pycurl", "aiohttp", "primp")
    sizes: list[tuple[str, str, bool, int | None]] = [
        ("Python", "neura", True, _folder(OUR_PYTHON / "neura_ai")),
        *(("Python", name, False, _python(name)) for name in python),
        ("Python", "niquests", False, _python("niquests", NIQUESTS)),
        ("Node", "neura", True, _our_node()),
        *(("Node", name, False, _node(name)) for name in ("openai", "undici", "axios")),
        ("C", "neura", True, (ROOT / "target" / "release" / "libneura.so").stat().st_size),
        ("C", "libcurl", False, _libcurl()),
    ]
    sides = [
        {"side": name, "language": language, "ours": ours, "median": {"bytes": size}}
        for language, name, ours, size in sizes
        if size is not None
    ]
    case = {"case": CASE.key, "title": CASE.title, "sides": sides, "ratios": []}
    return {**machine.about(SUITE, effort, "nothing runs"), "cases": [case]}
