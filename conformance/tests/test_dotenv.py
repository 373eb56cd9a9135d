"""The core and python-dotenv read the same values from a `.env` file."""

from __future__ import annotations

import io
import json
import logging
import os
import random
import subprocess
from pathlib import Path
from unittest import mock

from dotenv import dotenv_values

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = 10_000
SEED = 20_260_101
ENV = {"HOME_KEY": "from-the-shell", "A": "outer-a", "EMPTY": ""}

logging.getLogger("dotenv").setLevel(logging.ERROR)

NAMES = ["NEURA_API_KEY", "A", "B", "C_1", "a.b", "é", "'quoted name'", "1A", "x-y", "A B", ""]
SPACES = ["", "", "", " ", "\t", "  ", "\u00a0", "\x1c", "\x0b", "\u2028"]
PIECES = [
    "nk-fake-0123",
    "value",
    "${A}",
    "${B}",
    "${HOME_KEY}",
    "${EMPTY:-d}",
    "${NONE:-default}",
    "${NONE:-${A}}",
    "${NONE}",
    "${",
    "$A",
    "}",
    "\\",
    "\\n",
    "\\'",
    '\\"',
    "\\x41",
    "\\u0041",
    "#",
    " #",
    " # comment",
    "=",
    " ",
    "\t",
    "é€",
    "😀",
    "\u0085",
    "\r",
    "'",
    '"',
    "`",
    "\x1d",
]
ENDS = ["\n", "\n", "\n", "\r\n", "\r", "\n\n", ""]


def value(chance: random.Random) -> str:
    body = "".join(chance.choices(PIECES, k=chance.randrange(5)))
    quote = chance.choice(["", "", "'", '"'])
    if quote and chance.random() < 0.3:
        body += "\n" + chance.choice(PIECES)
    return quote + body + chance.choice([quote, quote, quote, ""])


def line(chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.08:
        return chance.choice(["# a comment", "#", "", "   ", "no assignment here", "export", "="])
    space = [chance.choice(SPACES) for _ in range(5)]
    export = chance.choice(["", "", "", "export ", "export\t", "exportx "])
    name = chance.choice(NAMES)
    if kind < 0.15:
        return space[0] + export + name + space[1]
    comment = chance.choice(["", "", " # said", "# said", "trailing"])
    return f"{space[0]}{export}{name}{space[1]}={space[2]}{value(chance)}{space[3]}{comment}"


def file(chance: random.Random) -> str:
    lines = (line(chance) + chance.choice(ENDS) for _ in range(chance.randrange(1, 9)))
    return "".join(lines)


# python-dotenv normalises line ends when it reads a file, so the texts are normalised too.
def test_ten_thousand_random_files_give_the_values_of_python_dotenv() -> None:
    chance = random.Random(SEED)
    files = [file(chance) for _ in range(FILES)]
    with mock.patch.dict(os.environ, ENV, clear=True):
        wanted = [dict(dotenv_values(stream=io.StringIO(text, newline=None))) for text in files]
    asked = "".join(json.dumps({"file": text, "env": ENV}) + "\n" for text in files)
    cargo = ["cargo", "run", "--quiet", "--locked", "-p", "neura"]
    command = [*cargo, "--features", "fuzzing", "--example", "dotenv_values"]
    done = subprocess.run(
        command, cwd=ROOT, input=asked, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    found = [json.loads(text) for text in done.stdout.split("\n") if text]
    assert len(found) == FILES
    differ = [
        (text, here, there)
        for text, here, there in zip(files, found, wanted, strict=True)
        if here != there
    ]
    assert not differ, f"{len(differ)} files differ, the first: {differ[0]}"
    # If the generator wrote no values, any two parsers would agree.
    assert sum(bool(values) for values in wanted) > FILES * 0.8
