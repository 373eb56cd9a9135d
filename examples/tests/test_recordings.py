"""The images of the command on the pages: they show what the command shows."""

from __future__ import annotations

import importlib.util
import re
import sys
from html import unescape
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
IMAGES = ROOT / "docs" / "images"
RECORD = ROOT / "cli" / "recordings" / "record.py"


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of new recordings."""
    spec = importlib.util.spec_from_file_location("record", RECORD)
    assert spec is not None
    assert spec.loader is not None
    record = importlib.util.module_from_spec(spec)
    sys.modules["record"] = record
    spec.loader.exec_module(record)
    folder = tmp_path_factory.mktemp("recordings")
    record.record_all(folder)
    return folder


def words_of(image: Path) -> list[str]:
    """The text of an image, whatever its line breaks."""
    found = re.search(r"<desc[^>]*>(.*?)</desc>", image.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return unescape(found[1]).split()


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
@pytest.mark.parametrize("name", ["neura-chat.svg", "neura-diagnose.svg"])
def test_an_image_shows_what_the_command_shows(name: str, recorded: Path) -> None:
    assert words_of(IMAGES / name) == words_of(recorded / name), "run `make recordings`"
