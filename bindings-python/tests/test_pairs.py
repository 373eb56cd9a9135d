"""Headers, params and forms: every shape that they may have, and how values become text."""

from __future__ import annotations

import enum
from collections import OrderedDict, UserDict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import neura_ai
import pytest
import requests
from conftest import KEY, Scripted
from faulty import nobody
from servers import header


class Level(enum.IntEnum):
    HIGH = 3


class Colour(str, enum.Enum):
    RED = "red"


class Own(dict[str, Any]):
    """A dict whose items are not those that it holds."""

    def items(self) -> Any:
        return [("own", 1)]


def generated() -> Iterator[tuple[str, int]]:
    yield "a", 1
    yield "b", 2


def sent(scripted: Scripted, params: Any) -> list[tuple[str, str]]:
    scripted.client(200).get("/x", params=params)
    target = scripted.requests()[0]["target"]
    return parse_qsl(urlsplit(target).query, keep_blank_values=True)


@pytest.mark.parametrize(
    "params",
    [
        {"a": 1, "b": 2.5, "c": "", "d": None},
        [("a", 1), ("a", 2)],
        (("a", 1), ["b", 2]),
        OrderedDict(a=1, b=[2, 3]),
        Own(a=1),
        {"a": (1, 2), "b": {3}, "c": [], "d": [None, 1]},
        {"a": [[1, 2], ["x"]], "b": [(1,), 2]},
        {"a": [[[1], 2]]},
        {"a": Decimal("1.50"), 1.5: "half"},
        {"a": 2**70, "b": -(2**70)},
        {"a": "ü&=#", "b": b"\xc3\xbc"},
        {"a": range(3)},
        {"a": bytearray(b"ab")},
    ],
)
def test_params_are_written_as_requests_writes_them(scripted: Scripted, params: Any) -> None:
    ours = sent(scripted, params)
    server = scripted(200)
    requests.get(server.base_url + "/x", params=params, timeout=30)
    theirs = server.requests()[0]["target"]
    assert ours == parse_qsl(urlsplit(theirs).query, keep_blank_values=True)


def test_params_of_other_shapes(scripted: Scripted) -> None:
    assert sent(scripted, generated()) == [("a", "1"), ("b", "2")]
    assert sent(scripted, UserDict(a=[True, False], b=None)) == [("a", "true"), ("a", "false")]
    assert sent(scripted, {"a": Level.HIGH, Level.HIGH: 1}) == [("a", "3"), ("3", "1")]
    assert sent(scripted, {"a": Colour.RED, Colour.RED: 1}) == [("a", "red"), ("red", "1")]
    assert sent(scripted, {"a": iter([1, None])}) == [("a", "1")]


def test_a_list_in_itself_has_an_end(scripted: Scripted) -> None:
    ring: list[Any] = [1]
    ring.append(ring)
    (first, *_, last) = sent(scripted, {"a": ring})
    assert (first, last[0]) == (("a", "1"), "a")


@pytest.mark.parametrize(
    ("params", "error", "words"),
    [
        (5, TypeError, "params must be a mapping or a list of pairs, not int"),
        (object(), TypeError, "params must be a mapping or a list of pairs, not object"),
        ([5], TypeError, "a list for params must contain pairs"),
        (["ab"], TypeError, "a list for params must contain pairs"),
        ([("a", 1, 2)], TypeError, "a list for params must contain pairs"),
        ([{"a": 1, "b": 2}], TypeError, "a list for params must contain pairs"),
        ({"a": {"b": 1}}, TypeError, r"a param must be text.*, not dict: 'a'"),
        ({"a": [UserDict(b=1)]}, TypeError, r"a param must be text.*, not UserDict: 'a'"),
        ({None: 1}, TypeError, "the name of a param must be text or a number, not NoneType"),
        ({True: 1}, TypeError, "the name of a param must be text or a number, not True"),
        ({"a": "\ud800"}, neura_ai.InvalidArgumentError, "params contains half of a surrogate"),
        ({"\ud800": "a"}, neura_ai.InvalidArgumentError, "params contains half of a surrogate"),
        ({"a": b"\xff"}, neura_ai.InvalidArgumentError, "params contains bytes that are not UTF-8"),
        ({b"\xff": 1}, neura_ai.InvalidArgumentError, "params contains bytes that are not UTF-8"),
    ],
)
def test_params_that_cannot_be_meant(params: Any, error: type[Exception], words: str) -> None:
    client = neura_ai.Client(KEY, base_url=nobody(), max_retries=0)
    with pytest.raises(error, match=words):
        client.get("/x", params=params)


def test_what_a_value_raises_passes_through() -> None:
    class Broken:
        def __str__(self) -> str:
            raise ArithmeticError("of its own")

    def broken() -> Iterator[tuple[str, str]]:
        yield "a", "b"
        raise ArithmeticError("of its own")

    client = neura_ai.Client(KEY, base_url=nobody(), max_retries=0)
    for given in ({"params": {"a": Broken()}}, {"params": broken()}, {"headers": broken()}):
        with pytest.raises(ArithmeticError, match="of its own"):
            client.get("/x", **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "headers",
    [
        {"X-A": "1", "X-B": "2"},
        [("X-A", "1"), ["X-B", "2"]],
        OrderedDict([("X-A", "1"), ("X-B", "2")]),
        UserDict({"X-A": "1", "X-B": "2"}),
        (pair for pair in (("X-A", "1"), ("X-B", "2"))),
    ],
)
def test_headers_of_any_shape(scripted: Scripted, headers: Any) -> None:
    scripted.client(200).get("/x", headers=headers)
    (request,) = scripted.requests()
    assert (header(request, "x-a"), header(request, "x-b")) == (["1"], ["2"])


@pytest.mark.parametrize("value", [5, None, True, b"x", ["x"], {"a": "b"}, 1.5])
def test_a_header_is_text(value: Any) -> None:
    client = neura_ai.Client(KEY, base_url=nobody(), max_retries=0)
    words = r"a header must be text \(str\), not \w+: 'X-Team'"
    with pytest.raises(TypeError, match=words):
        client.get("/x", headers={"X-Team": value})
    with pytest.raises(TypeError, match=words):
        client.models.list(extra_headers={"X-Team": value})
    with pytest.raises(TypeError, match=words):
        neura_ai.Client(KEY, headers={"X-Team": value})


def test_a_named_call_names_its_own_arguments(client: neura_ai.Client) -> None:
    with pytest.raises(TypeError, match="extra_headers must be a mapping or a list of pairs"):
        client.models.list(extra_headers=5)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="extra_query must be a mapping or a list of pairs"):
        client.models.list(extra_query=5)  # type: ignore[arg-type]


def test_a_form_names_its_type_unless_the_caller_does(scripted: Scripted) -> None:
    form = {"a": [1, None, True], "b": b"\xff", "c": [["x", "y"]]}
    for headers, expected in (
        (None, ["application/x-www-form-urlencoded"]),
        ({"content-TYPE": "text/x-own"}, ["text/x-own"]),
    ):
        scripted.client(200).post("/x", data=form, headers=headers)
        (request,) = scripted.requests()
        assert header(request, "content-type") == expected
        assert request["body"] == "a=1&a=True&b=%FF&c=x&c=y"
    scripted.client(200).post("/x", data={})
    assert header(scripted.requests()[0], "content-type") == []
