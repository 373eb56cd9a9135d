"""A sandbox and a browser for all tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from chromium import Chromium
from server import Sandbox


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox("--event-delay-ms", "100", "--seed-keys") as started:
        yield started


@pytest.fixture(scope="session")
def one_browser() -> Iterator[Chromium]:
    with Chromium() as started:
        yield started


@pytest.fixture
def browser(one_browser: Chromium) -> Iterator[Chromium]:
    """A browser in which no page complains."""
    one_browser.show("light", 1280)
    yield one_browser
    assert one_browser.console() == []


@pytest.fixture(scope="session")
def browser_without_script() -> Iterator[Chromium]:
    with Chromium(script=False) as started:
        yield started
