"""Checks that a module uses only modules that are listed before it here.

`make lint` runs it. It reads the paths of each file outside comments: those from `crate::`, and
those from `super::` that leave their module. Two modules that use each other cannot both be in
order.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent

#: For each crate its modules of the first level, the lowest first. What each holds is in
#: docs/architecture.md.
LAYERS = {
    "transport": [
        "process",
        "body_progress",
        "event",
        "waiters",
        "cancel",
        "awaited",
        "certificate",
        "exhausted",
        "gzip",
        "host",
        "limits",
        "memory",
        "method",
        "plain_text",
        "progress",
        "failure",
        "header_list",
        "read_buffer",
        "shared_bytes",
        "body_room",
        "decode",
        "call_control",
        "http1",
        "outlet",
        "request_body",
        "joined_body",
        "socket",
        "dial",
        "tls",
        "settings",
        "proxy",
        "route",
        "probe",
        "upload",
        "connection",
        "idle_pool",
        "framed_body",
        "append",
        "body",
        "http_client",
        "fuzzing",
    ],
    ".": [
        "exhausted",
        "iso_date",
        "json",
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
    ],
}
#: `lib` declares the modules; `sourcegen` belongs to the tests, and writes text of other crates.
BESIDE = ("lib", "sourcegen")
START = re.compile(r"\b(crate|super(?:\s*::\s*super)*)\s*::\s*")
TOKEN = re.compile(r"(?:\s|::)*(\w+|[{},*])")
#: Texts and comments; a lifetime is no character.
IGNORED = re.compile(r'"(?:\\.|[^"\\])*"|//[^\n]*|/\*.*?\*/', re.DOTALL)
#: Other names for a module would hide what is used.
HIDDEN = re.compile(
    r"\b(?:use\s+(?:crate|super(?:\s*::\s*super)*)\s+as|extern\s+crate\s+self)\b"
    r"|\buse\s[^;]*[{,]\s*super\s*::|#\[path\b|\binclude!"
)
DEFINED = re.compile(r"^pub (?:const|static|fn|struct|enum|trait|type) (\w+)", re.MULTILINE)


def code_of(file: Path) -> str:
    """The text without comments and string literals."""
    text = file.read_text(encoding="utf-8")
    return IGNORED.sub(lambda found: '""' if found[0].startswith('"') else " ", text)


def modules_around(code: str, at: int) -> int:
    """How many modules in the file are open at this place."""
    depth, opened = 0, []
    for brace in re.finditer(r"(\bmod \w+ )?\{|\}", code[:at]):
        if brace[0] == "}":
            depth -= 1
            opened = [level for level in opened if level < depth]
            continue
        if brace[1]:
            opened.append(depth)
        depth += 1
    return len(opened)


def first_names(code: str, at: int) -> Iterator[str]:
    """The first name of each path of the `use` tree that begins here."""
    depth, is_first = 0, True
    while token := TOKEN.match(code, at):
        at = token.end()
        match token[1]:
            case "{":
                depth += 1
            case "}":
                depth -= 1
            case ",":
                is_first = depth == 1
            case name:
                if is_first:
                    yield name
                is_first = False
        if depth == 0:
            return


def used_by(file: Path, source: Path) -> set[str]:
    """The names at the root of the crate that a file uses."""
    code, names = code_of(file), set()
    depth = len(file.relative_to(source).parts) - (file.name == "mod.rs")
    for start in START.finditer(code):
        # A module in the file, such as its tests, is one level deeper: `super` is the file then.
        inline = modules_around(code, start.start())
        levels = start[1].count("super")
        if levels == 0 or levels - inline == depth:
            names |= set(first_names(code, start.end()))
        elif levels - inline > depth:
            names.add("super")
    return names


def problems_of(folder: str, layers: list[str]) -> Iterator[str]:
    source = HERE / folder / "src"
    own = set(DEFINED.findall(code_of(source / "lib.rs")))
    for file in sorted(source.rglob("*.rs")):
        module = file.relative_to(source).parts[0].removesuffix(".rs")
        if module in BESIDE:
            continue
        if module not in layers:
            yield f"{file}: {module} is not in the list of layers"
            continue
        if hidden := HIDDEN.search(code_of(file)):
            yield f"{file}: {hidden[0]!r} hides what is used: write the module's path"
        for name in sorted(used_by(file, source) - own):
            if name not in layers:
                yield f"{file}: crate::{name} is not a module: write the module's path"
            elif layers.index(name) > layers.index(module):
                yield f"{file}: {module} uses {name}, a layer above it"


def main() -> int:
    problems = [text for crate in LAYERS.items() for text in problems_of(*crate)]
    count = sum(map(len, LAYERS.values()))
    print("\n".join(problems) or f"{count} layers in order", flush=True)
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
