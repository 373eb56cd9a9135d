"""Checks that a module of the core uses only modules that are listed before it here.

`make lint` runs it. It reads the `crate::` paths of each file outside comments. Two modules that
use each other cannot both be in order.
"""

import re
import sys
from pathlib import Path

SOURCE = Path(__file__).parent / "src"

#: Lowest first; below all of them is the crate `neura-transport`, which uses nothing of this
#: crate. What each holds is in docs/architecture.md.
LAYERS = [
    "exhausted",
    "iso_date",
    "rate_limit",
    "error",
    "redact",
    "pasted",
    "option_table",
    "memory",
    "url",
    "sse",
    "dotenv",
    "child_process",
    "key",
    "headers",
    "error_context",
    "config",
    "transport_error",
    "call",
    "keys",
    "retry",
    "reply",
    "log",
    "client",
    "diagnose",
    "bindings",
    "futures",
    "ureq",
    "fuzzing",
]
#: `lib` declares the modules; `sourcegen` belongs to the tests, and writes text of other crates.
BESIDE = ("lib", "sourcegen")
PATH = re.compile(r"\bcrate::(?:(\w+)|\{([^}]*)\})")


def module_of(file: Path) -> str:
    return file.relative_to(SOURCE).parts[0].removesuffix(".rs")


def code_of(file: Path) -> str:
    lines = file.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith("//"))


def used_by(file: Path) -> set[str]:
    names = set()
    for name, names_in_braces in PATH.findall(code_of(file)):
        names |= {name} if name else set(re.findall(r"(?:^|,)\s*(\w+)", names_in_braces))
    return names


def main() -> int:
    problems = []
    for file in sorted(SOURCE.rglob("*.rs")):
        module = module_of(file)
        if module in BESIDE:
            continue
        if module not in LAYERS:
            problems.append(f"{file}: {module} is not in the list of layers")
            continue
        below = LAYERS[: LAYERS.index(module) + 1]
        upward = sorted(name for name in used_by(file) if name in LAYERS and name not in below)
        problems += [f"{file}: {module} uses {name}, a layer above it" for name in upward]
        unknown = sorted(name for name in used_by(file) - set(LAYERS) if name.islower())
        problems += [f"{file}: crate::{name} is not a module" for name in unknown]
    print("\n".join(problems) or f"{len(LAYERS)} layers in order", flush=True)
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
