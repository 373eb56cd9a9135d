"""Where the program ``neura-sandbox`` is."""

from __future__ import annotations

import os
import shutil

from .._errors import ConfigError

NAME = "neura-sandbox"
VARIABLE = "NEURA_SANDBOX_BIN"
_ADVICE = (
    "get it with `cargo install --path sandbox` in a checkout of this project, "
    f"or set {VARIABLE} to its path"
)


def find() -> str:
    """The program that ``NEURA_SANDBOX_BIN`` names, else the one on ``PATH``.

    :raises ConfigError: it was not found; the message says where it was looked for.
    """
    given = os.environ.get(VARIABLE, "").strip()
    if given:
        # A path stands for itself; on Windows it may leave ".exe" out.
        found = shutil.which(os.path.abspath(given))
        if found is None:
            raise ConfigError(f"{VARIABLE} is {given!r}, which is not a program: {_ADVICE}")
        return found
    found = shutil.which(NAME)
    if found is None:
        folders = os.environ.get("PATH", os.defpath)
        raise ConfigError(
            f"the program {NAME} was not found: {VARIABLE} is not set, "
            f"and no folder of PATH has it ({folders}); {_ADVICE}"
        )
    return os.path.abspath(found)
