"""Values and JSON texts of every sort, the same ones at every run."""

from __future__ import annotations

import enum
import json
import struct
from collections import OrderedDict, defaultdict, namedtuple
from collections.abc import Callable
from random import Random
from typing import Any


class Level(enum.IntEnum):
    HIGH = 7
    HUGE = 2**70


class Text(str):
    __slots__ = ()

    def __str__(self) -> str:
        return "not this"


class Whole(int):
    def __repr__(self) -> str:
        return "not this"


class Real(float):
    __slots__ = ()

    def __repr__(self) -> str:
        return "not this"


class Backwards(dict[Any, Any]):
    """A dict whose items are in an order of its own."""

    def items(self) -> Any:
        return list(super().items())[::-1]


Pair = namedtuple("Pair", "first second")

CHARACTERS = 'abc ABC xyz 0123 "\\/\b\f\n\r\t\0\x01\x1f\x7f\x80\xe9\xffĀß日本\u2028\ufeff\uffff😀𝄞'
INTEGERS = [0, 1, -1, 2**31, 2**53 + 1, 2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 2**64, 10**4299]
FLOATS = [0.0, -0.0, 1.0, 0.1, 1e15, 1e16, 1e17, 1e-4, 1e-5, 1.5e-5, 9.9e-6, 1e22, 5e-324]
FLOATS += [1.7976931348623157e308, 2.2250738585072014e-308, 1e100, 1e-100, 123456789012345680.0]
#: Halfway between two shortest forms: the even one is Python's.
FLOATS += [1113178120592002.25, 233891771783429.625, 111659285584252.125]


def seeded(seed: int) -> Random:
    """Chance that is the same at every run."""
    return Random(seed)  # noqa: S311


def by_python(value: Any, **options: Any) -> bytes:
    """The bytes that a request should have."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), **options)
    return text.encode()


def finite(random: Random) -> float:
    """Any float, of those with all bits random and of those with few digits."""
    while True:
        (bits,) = struct.unpack("d", random.randbytes(8))
        number: float = random.choice([bits, random.random(), round(random.uniform(-1e6, 1e6), 3)])
        number *= random.choice([1, -1])
        if abs(number) < float("inf"):
            return number


def text(random: Random) -> str:
    # Up to some multiples of the pieces in which the writer looks at a text.
    plain = "x" * random.choice([0, 0, 0, 14, 15, 16, 17, 33])
    return plain + "".join(random.choices(CHARACTERS, k=random.randrange(12)))


def integer(random: Random) -> int:
    return random.choice([*INTEGERS, random.randrange(-1000, 1000), random.getrandbits(300)])


LEAVES: list[Callable[[Random], Any]] = [
    text,
    text,
    integer,
    finite,
    lambda random: random.choice(FLOATS),
    lambda random: random.choice([True, False, None]),
    lambda random: random.choice([Text("a\n"), Whole(-5), Real(1e16), *Level]),
]
KEYS: list[Callable[[Random], Any]] = [
    *[text] * 6,
    lambda random: random.choice([1, -7, 2**80, 1.5, 1e-7, True, False, None]),
    lambda random: random.choice([Text("k"), Whole(3), Real(2.5), Level.HIGH]),
]
CONTAINERS: list[Callable[..., Any]] = [dict, dict, dict, OrderedDict, Backwards, defaultdict]


def value(random: Random, depth: int = 4) -> Any:
    """A value that JSON has a form for."""
    sort = random.randrange(10) if depth else 9
    if sort < 2:
        return [value(random, depth - 1) for _ in range(random.randrange(5))]
    if sort == 2:
        return tuple(value(random, depth - 1) for _ in range(random.randrange(3)))
    if sort == 3:
        return Pair(value(random, depth - 1), value(random, depth - 1))
    if sort < 7:
        members = {
            random.choice(KEYS)(random): value(random, depth - 1)
            for _ in range(random.randrange(6))
        }
        container = random.choice(CONTAINERS)
        made = container(None, members) if container is defaultdict else container(members)
        if isinstance(made, OrderedDict) and made:
            made.move_to_end(next(iter(made)))
        return made
    return random.choice(LEAVES)(random)


def number_text(random: Random) -> str:
    """A number as JSON may have it and Python would not write it."""
    digits = "".join(random.choices("0123456789", k=random.choice([1, 2, 8, 17, 18, 19, 20, 40])))
    whole = random.choice(["0", "1", "9", "12", "10"]) + random.choice(["", digits])
    whole = "0" if whole.startswith("0") else whole
    fraction = random.choice(["", "", "." + digits])
    power = random.choice(["", "", "0", "00", "5", "15", "16", "22", "307", "308", "309", "400"])
    exponent = power and random.choice("eE") + random.choice(["", "+", "-"]) + power
    return random.choice(["", "-"]) + whole + fraction + exponent


def string_text(random: Random) -> str:
    """A string with escapes, halves of surrogate pairs among them."""
    parts = ["a", "é", "日", "😀", '\\"', "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t"]
    parts += ["\\u0041", "\\u00e9", "\\u00E9", "\\u0000", "\\ud83d\\ude00", "\\uD834\\uDD1E"]
    if random.random() < 0.2:
        parts += ["\\ud800", "\\udfff", "\\udc00\\ud800"]
    return '"' + "".join(random.choices(parts, k=random.randrange(12))) + '"'


def json_text(random: Random, depth: int = 4) -> str:
    """JSON text, with keys that repeat and white space wherever it may be."""
    space = random.choice(["", "", "", " ", "\n\t\r "])
    sort = random.randrange(9) if depth else 8
    if sort < 2:
        items = [json_text(random, depth - 1) for _ in range(random.randrange(5))]
        return f"{space}[{f',{space}'.join(items)}{space}]"
    if sort < 5:
        keys = ['"a"', '"b"', '"content"', '"items"', '""', string_text(random)]
        members = [
            f"{space}{random.choice(keys)}{space}:{json_text(random, depth - 1)}"
            for _ in range(random.randrange(6))
        ]
        return f"{space}{{{f'{space},'.join(members)}{space}}}{space}"
    leaf = random.choice([number_text, number_text, string_text, string_text, word, written])
    return space + leaf(random) + space


def word(random: Random) -> str:
    return random.choice(["true", "false", "null"])


def written(random: Random) -> str:
    return json.dumps(value(random, 1), ensure_ascii=random.random() < 0.5)


def broken(random: Random) -> str:
    """JSON text with some characters replaced, which seldom leaves it JSON."""
    text = json_text(random)
    for _ in range(random.randrange(1, 4)):
        place = random.randrange(len(text) + 1)
        other = random.choice(["", "true", "d800", *'"\\{}[],:01-.e+u\0\né'])
        text = text[:place] + other + text[place + random.randrange(2) :]
    return text
