"""Our package for Node as npm installs it: its modules are joined when it is laid out."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from bench.places import BUILT, OUR_NODE, ROOT, node

PLACE = BUILT / "node"
MODULES = PLACE / "node_modules"
PACKAGE = MODULES / "neura-ai"


def install() -> None:
    """Packs what is built, and installs it into a project of its own."""
    stage = "npm-bench"
    words = ["scripts/stage.mjs", "--name", stage, "--pack"]
    subprocess.run([node(), *words], cwd=OUR_NODE, check=True, stdout=subprocess.DEVNULL)
    tarballs = sorted((ROOT / "target" / stage / "packed").glob("*.tgz"))
    PLACE.mkdir(parents=True, exist_ok=True)
    for left in ("package.json", "package-lock.json"):  # npm would compare the tarballs with them.
        (PLACE / left).unlink(missing_ok=True)
    options = ["--offline", "--no-audit", "--no-fund", "--no-save", "--silent"]
    command = [shutil.which("npm") or "npm", "install", *options, "--prefix", str(PLACE)]
    subprocess.run([*command, *tarballs], check=True, stdout=subprocess.DEVNULL)


def folders() -> list[Path]:
    """The package, and that of its addon."""
    return sorted(MODULES.glob("neura-ai*"))
