"""Fixtures of all tests."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cases
import neura_ai
import pytest
from neura_ai import _default
from servers import Replay, Sandbox

#: Of forks, signals to one process, programs of a shell, and files with modes and owners:
#: elsewhere there are none.
ON_UNIX = [
    "conformance/test_resolve_cases.py",
    "test_descriptors.py",
    "test_exit_signals.py",
    "test_fork.py",
    "test_fork_loops.py",
    "test_signals.py",
    "test_testing_unix.py",
]
collect_ignore = [] if hasattr(os, "fork") else ON_UNIX

KEY = "nk-test-0000000000000000abcd"

# The servers are on this machine, and no proxy of the user's knows them.
for variable in [name for name in os.environ if name.upper().endswith("_PROXY")]:
    del os.environ[variable]

# A shell starts what it runs in the background with Ctrl-C switched off, and tests press it.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as server:
        yield server


@pytest.fixture(autouse=True)
def clean_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """No variable or file of the machine reaches a client, and no default client is kept."""
    home = tmp_path_factory.mktemp("home")
    for name in ("HOME", "USERPROFILE", "APPDATA"):
        monkeypatch.setenv(name, str(home))
    # The search for a `.env` file ends at the home folder.
    monkeypatch.chdir(home)
    for name in os.environ:
        if name.startswith("NEURA_"):
            monkeypatch.delenv(name)
    _default.forget()


@pytest.fixture
def home() -> Path:
    """The home folder of a test, empty, which is its working directory too."""
    return Path.home()


@pytest.fixture
def environment(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of a user: the key and the address are set."""
    monkeypatch.setenv("NEURA_API_KEY", sandbox.api_key)
    monkeypatch.setenv("NEURA_BASE_URL", sandbox.base_url)


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[neura_ai.Client]:
    with neura_ai.Client(sandbox.api_key, base_url=sandbox.base_url) as made:
        yield made


@pytest.fixture
def unraisable(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The exceptions that Python could only report, in turn."""
    reported: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda it: reported.append(it.exc_value))
    return reported


class Scripted:
    """Starts scripted servers, and clients of them that do not try again."""

    def __init__(self) -> None:
        self.servers: list[Replay] = []

    def __call__(self, *replies: Any, **script: Any) -> Replay:
        self.servers.append(Replay(*replies, **script))
        return self.servers[-1]

    def client(self, *replies: Any, **options: Any) -> neura_ai.Client:
        options = {"max_retries": 0, **options}
        return neura_ai.Client(KEY, base_url=self(*replies).base_url, **options)

    def requests(self) -> list[dict[str, Any]]:
        """What came to the last server."""
        return self.servers[-1].requests()


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    starter = Scripted()
    yield starter
    for server in starter.servers:
        server.stop()


@pytest.fixture
def key() -> str:
    """The key of the clients of scripted servers."""
    return KEY


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Counts the cases of each file that passed."""
    report = yield
    marker = item.get_closest_marker("conformance")
    if marker and call.when == "call" and report.passed:  # type: ignore[attr-defined]
        name, case, side = marker.args
        cases.passed[side, name].add(case)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says how many cases ran over sockets."""
    if told := cases.summary():
        terminalreporter.write_line(told)


def pytest_sessionfinish() -> None:
    cases.keep_counts()
