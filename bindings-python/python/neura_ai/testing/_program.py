"""Where the programs of the package ``neura-sandbox`` are."""

from __future__ import annotations

import os
import shutil
from importlib import metadata

from .._errors import ConfigError

_VARIABLES = {"neura-sandbox": "NEURA_SANDBOX_BIN", "neura-replay": "NEURA_REPLAY_BIN"}


def find(name: str) -> str:
    """The program that its variable names, else the one beside ``NEURA_SANDBOX_BIN``, of the
    package ``neura-sandbox``, or on ``PATH``.

    :raises ConfigError: it was not found; the message says where it was looked for.
    """
    variable = _VARIABLES[name]
    advice = f"pip install 'neura-ai[testing]', or set {variable} to the path of the program"
    # A path stands for itself; on Windows it may leave ".exe" out.
    if given := _given(variable):
        if found := shutil.which(given):
            return found
        raise ConfigError(
            f"{variable} is {os.environ[variable]!r}, which is not a program: {advice}"
        )
    sandbox = _given("NEURA_SANDBOX_BIN")
    beside = sandbox and shutil.which(os.path.join(os.path.dirname(sandbox), name))
    if found := beside or _installed(name) or shutil.which(name):
        return os.path.abspath(found)
    folders = os.environ.get("PATH", os.defpath)
    raise ConfigError(
        f"the program {name} was not found: {variable} is not set, the package neura-sandbox is "
        f"not installed, and no folder of PATH has it ({folders}); {advice}"
    )


def _given(variable: str) -> str:
    given = os.environ.get(variable, "").strip()
    return given and os.path.abspath(given)


def _installed(name: str) -> str | None:
    """The program of the package, wherever it was installed to."""
    try:
        package = metadata.distribution("neura-sandbox")
    except metadata.PackageNotFoundError:
        return None
    places = [str(file.locate()) for file in package.files or () if file.stem == name]
    # `pip install --target` moves programs without a note.
    places.append(str(package.locate_file(f"bin/{name}")))
    return next(filter(None, map(shutil.which, places)), None)
