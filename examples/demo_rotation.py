"""The second table of the demo: keys are rotated while two web services are under load.

The services and the rotation are the programs in `rotation/`. The sandbox counts.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent / "rotation"
COLUMNS = ("requests", "old key", "new key", "refused", "failed")
LOADERS = 3
# A pause between a loader's requests, so that the machine does other work, too.
PAUSE = 0.01
# How long the load goes on when the old key is revoked.
AFTER = 1.0
# The proxies of the environment do not know this machine's loopback.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass
class Load:
    """What the users of a service got."""

    answers: int = 0
    failures: list[str] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def send(self, url: str, answer: str) -> None:
        while not self.stopped.wait(PAUSE):
            try:
                with OPENER.open(url, timeout=30) as reply:
                    said = reply.read().decode()
            except OSError as error:
                said = str(error)
            if said == answer:
                self.answers += 1
            else:
                self.failures.append(said)


def services() -> dict[str, list[str]]:
    node = shutil.which("node") or "node"
    return {
        "Python": [sys.executable, str(HERE / "service.py")],
        "Node": [node, str(HERE / "service.mjs")],
    }


def keys(base_url: str) -> list[dict[str, Any]]:
    """The keys with their usage, as the sandbox's dashboard has them."""
    url = base_url.removesuffix("/v1") + "/dashboard/api/keys"
    with OPENER.open(url, timeout=10) as reply:
        found: list[dict[str, Any]] = json.load(reply)["keys"]
        return found


@contextmanager
def running(command: list[str], env: dict[str, str], folder: Path) -> Iterator[str]:
    """A service, and the URL where it listens. It ends with its standard input."""
    with subprocess.Popen(
        command, env=env, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            port = re.findall(r"\d+", process.stdout.readline())[-1]
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.stdin.close()


@contextmanager
def under_load(url: str, answer: str) -> Iterator[Load]:
    load = Load()
    loaders = [threading.Thread(target=load.send, args=(url, answer)) for _ in range(LOADERS)]
    for loader in loaders:
        loader.start()
    try:
        yield load
    finally:
        load.stopped.set()
        for loader in loaders:
            loader.join()


def rotations(
    sandbox: Path, base_url: str, env: dict[str, str], folder: Path, answer: str
) -> dict[str, tuple[int, ...]]:
    """Rotates the keys of both services at once; their numbers by `COLUMNS`."""
    loads = {}
    with ExitStack() as stack:
        for name, command in services().items():
            file = folder / f"{name}.key"
            create: list[str | Path] = [
                sandbox,
                "keys",
                "create",
                "--url",
                base_url,
                "--name",
                name,
            ]
            made = subprocess.run(create, capture_output=True, check=True)
            file.write_text(json.loads(made.stdout)["api_key"], encoding="utf-8")
            own = env | {"NEURA_API_KEY": "", "NEURA_API_KEY_FILE": str(file)}
            url = stack.enter_context(running(command, own, folder))
            loads[name] = stack.enter_context(under_load(url, answer))
        rotate = [sys.executable, str(HERE / "rotate.py"), base_url]
        steps = [
            stack.enter_context(
                subprocess.Popen([*rotate, name, f"{name}.key"], env=env, cwd=folder)
            )
            for name in loads
        ]
        try:
            ends = [step.wait(timeout=60) for step in steps]
        finally:
            for step in steps:
                step.kill()
        assert ends == [0, 0], "a rotation failed"
        time.sleep(AFTER)
    counted = keys(base_url)
    return {name: numbers(load, name, counted) for name, load in loads.items()}


def numbers(load: Load, name: str, counted: list[dict[str, Any]]) -> tuple[int, ...]:
    old, new = (key for key in counted if key["name"] == name)
    assert (old["state"], new["state"]) == ("revoked", "active")
    usage = [old["usage"], new["usage"]]
    refused = sum(key[why] for key in usage for why in ("unauthorized", "rate_limited", "failed"))
    # The test of the new key is one more request with it.
    used = (old["usage"]["requests"], new["usage"]["requests"] - 1)
    return (load.answers + len(load.failures), *used, refused, len(load.failures))


def problems(found: dict[str, tuple[int, ...]]) -> list[str]:
    """What is not as it must be: both keys were used, and no request failed."""
    wrong = []
    for name, (requests, old, new, refused, failed) in found.items():
        if refused or failed:
            wrong.append(f"{name}: {refused} requests were refused and {failed} failed")
        if not (old and new and old + new == requests):
            wrong.append(f"{name}: of {requests} requests {old} had the old key, {new} the new one")
    return wrong
