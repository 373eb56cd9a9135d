"""For PyInstaller, which finds this folder by an entry point of the package."""

from __future__ import annotations

import os


def hook_dirs() -> list[str]:
    """The folders with hooks: this one."""
    return [os.path.dirname(__file__)]
