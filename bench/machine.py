"""The machine and the versions that figures are told with. No names of hosts or folders."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.measuring import Effort
from bench.places import NIQUESTS, NODE_PEERS, PYTHON, ROOT, node
from bench.suites import Suite


def machine() -> dict[str, Any]:
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "kernel": f"{platform.system()} {platform.release()}",
        "libc": " ".join(platform.libc_ver()).strip(),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
    }


def about(suite: Suite, effort: Effort, pinning: str) -> dict[str, Any]:
    """What a result is told with."""
    return {
        "suite": suite.key,
        "title": suite.title,
        "of": suite.of,
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "machine": machine(),
        "pinning": pinning,
        "effort": asdict(effort),
        "versions": versions(),
    }


def _cpu() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in text.splitlines() if "model name" in line]
    return names[0] if names else platform.machine()


def versions() -> dict[str, str]:
    """Of the languages and of all packages whose versions the sides name."""
    found = {
        "Python": platform.python_version(),
        "Node": _said([node(), "--version"]).removeprefix("v"),
        "rustc": _said(["rustc", "--version"]).removeprefix("rustc ").split(" (")[0],
        "neura": _commit(),
    }
    found |= _python_packages(str(PYTHON)) | _python_packages(str(NIQUESTS), ("niquests",))
    found |= {f"{name} (Node)": version for name, version in _node_packages().items()}
    found |= {f"{name} (Rust)": version for name, version in _crates().items()}
    curl = _said(["curl-config", "--version"]).removeprefix("libcurl ")
    return found | ({"libcurl (C)": curl} if curl else {})


def _commit() -> str:
    return _said(["git", "-C", str(ROOT), "rev-parse", "--short=12", "HEAD"])


def _said(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()


PEERS = ("openai", "requests", "httpx", "urllib3", "pycurl", "aiohttp", "primp")


def _python_packages(interpreter: str, names: tuple[str, ...] = PEERS) -> dict[str, str]:
    program = (
        "import importlib.metadata as m, json, sys; "
        "print(json.dumps({name: m.version(name) for name in sys.argv[1:]}))"
    )
    said = _said([interpreter, "-c", program, *names])
    packages: dict[str, str] = json.loads(said) if said else {}
    return packages


def _node_packages() -> dict[str, str]:
    manifest = json.loads((NODE_PEERS / "package.json").read_text(encoding="utf-8"))
    packages: dict[str, str] = manifest["dependencies"]
    return packages


def _crates() -> dict[str, str]:
    lines = (ROOT / "bench" / "Cargo.lock").read_text(encoding="utf-8").splitlines()
    found = {}
    for name in ("reqwest", "rustls", "ureq"):
        at = lines.index(f'name = "{name}"')
        found[name] = lines[at + 1].partition('"')[2].rstrip('"')
    return found
