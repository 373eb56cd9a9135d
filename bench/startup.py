"""How long a program takes to start: import and first client, and the empty interpreter."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

from bench import machine, packed, results
from bench.failure import BenchError
from bench.measuring import Effort, Rounds, measure
from bench.pinning import allowed, on, together
from bench.places import NIQUESTS, NODE_PEERS, OUR_PYTHON, node, python
from bench.run import Choice
from bench.server import KEY
from bench.sides import Side
from bench.suites import Case, Suite
from bench.worker import Measured, environment

EMPTY = "empty interpreter"
CASE = Case("start-up", "import and first client", "start")
SUITE = Suite("start-up", "Start-up", "a start", (CASE,))
OURS = {"PYTHONPATH": str(OUR_PYTHON)}

# A session is made in a running loop.
AIOHTTP = """
import aiohttp, asyncio
async def main():
    async with aiohttp.ClientSession():
        pass
asyncio.run(main())
"""


def _python(name: str, program: str, ours: bool = False, interpreter: str | None = None) -> Side:
    settings = OURS if ours else {}
    command = (interpreter or python(), "-c")
    return Side(name, "Python", command, {"start": program}, "", ours=ours, settings=settings)


def _node(name: str, program: str, ours: bool = False) -> Side:
    return Side(name, "Node", (node(), "-e"), {"start": program}, "", ours=ours)


# The key is in the environment: the variables of `_settings`.
SIDES = (
    _python(EMPTY, "pass"),
    _python("neura", "import neura_ai; neura_ai.Client()", ours=True),
    _python("neura AsyncClient", "import neura_ai; neura_ai.AsyncClient()", ours=True),
    _python("openai", "import openai; openai.OpenAI()"),
    _python("requests", "import requests; requests.Session()"),
    _python("niquests", "import niquests; niquests.Session()", interpreter=str(NIQUESTS)),
    _python("httpx", "import httpx; httpx.Client()"),
    _python("urllib3", "import urllib3; urllib3.PoolManager()"),
    _python("pycurl", "import pycurl, json; pycurl.Curl()"),
    _python("aiohttp", AIOHTTP),
    _python("http.client", "import http.client, json; http.client.HTTPConnection('127.0.0.1')"),
    _python("primp", "import primp; primp.Client()"),
    _node(EMPTY, "0"),
    _node("neura", f"new (require({str(packed.PACKAGE)!r}).Client)()", ours=True),
    _node("openai", "new (require('openai').OpenAI)()"),
    _node("undici", "new (require('undici').Agent)()"),
    _node("axios", "require('axios').create()"),
    _node("node:http", "new (require('node:http').Agent)({ keepAlive: true })"),
)


def _as_installed() -> None:
    """Compiles our modules, as pip does with those of the peers, and installs what npm would."""
    ours = str(OUR_PYTHON / "neura_ai")
    subprocess.run([python(), "-m", "compileall", "-q", ours], check=True)
    packed.install()


class Starts:
    """Starts a program again and again."""

    warm_up = 1.0

    def __init__(self, side: Side, cores: tuple[int, ...]) -> None:
        self.name = side.key
        self._command = [*side.command, side.functions["start"]]
        self._environment = environment({**side.settings, **_settings()})
        self._cores = cores

    def round(self, calls: int) -> Measured:
        cpu = 0.0
        began = time.perf_counter()
        with on(self._cores):
            for _ in range(calls):
                cpu += self._start()
        return Measured(calls, cpu, time.perf_counter() - began)

    def peak(self) -> int | None:
        return None

    def _start(self) -> float:
        """The CPU time of one start, in seconds."""
        if sys.platform == "win32":
            raise BenchError("starts are not measured on Windows")
        with tempfile.TemporaryFile() as said:
            process = subprocess.Popen(
                self._command, cwd=NODE_PEERS, env=self._environment, stdout=said, stderr=said
            )
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode != 0:
                said.seek(0)
                raise BenchError(f"{self.name} ended with {process.returncode}: {said.read()!r}")
        return used.ru_utime + used.ru_stime


def _settings() -> dict[str, str]:
    return {
        "NEURA_API_KEY": KEY,
        "NEURA_BASE_URL": "http://127.0.0.1:9/v1",
        "OPENAI_API_KEY": KEY,
        "OPENAI_BASE_URL": "http://127.0.0.1:9/v1",
    }


def run(effort: Effort, choice: Choice) -> results.Result:
    pinning = together(allowed())
    sides = choice.among(SIDES, CASE)
    if any(side.ours for side in sides):
        _as_installed()
    taken: list[Rounds] = measure([Starts(side, pinning.client) for side in sides], effort)
    return {
        **machine.about(SUITE, effort, str(pinning)),
        "cases": [results.of_case(CASE, sides, taken)],
    }
