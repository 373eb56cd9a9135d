"""What JSON cannot say, and what stands in for it."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from typing import Any

import generated
import neura_ai
import pytest
from generated import by_python
from neura_ai import DecodeError, InvalidArgumentError, _json, _native


def objects_of(text: str) -> Any:
    return _native.loads(text, True)


def nested(levels: int) -> Any:
    value: Any = 1
    for level in range(levels):
        value = [value] if level % 2 else {"a": value}
    return value


def in_thread(size: int, work: Callable[[], Any]) -> Any:
    """What the work gives in a thread whose stack has so many bytes."""
    results: list[Any] = []
    before = threading.stack_size(size)
    try:
        thread = threading.Thread(target=lambda: results.append(work()))
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()
    return results[0]


def test_depth_ends_at_900_levels_both_ways() -> None:
    deepest = by_python(nested(900))
    assert _native.dumps(nested(900)) == deepest
    assert by_python(_json.loads(deepest.decode())) == deepest
    for levels in (901, 100_000):
        with pytest.raises(InvalidArgumentError, match="deeply: at most 900 levels"):
            _native.dumps(nested(levels))
        with pytest.raises(DecodeError, match="deeply: at most 900 levels"):
            _json.loads("[" * levels + "]" * levels)
        with pytest.raises(DecodeError, match="deeply: at most 900 levels"):
            objects_of('{"a":' * levels + "1" + "}" * levels)


def test_the_deepest_value_needs_no_large_stack() -> None:
    deepest = by_python(nested(900))
    assert in_thread(256 * 1024, lambda: _native.dumps(nested(900))) == deepest
    assert in_thread(256 * 1024, lambda: _json.loads(deepest.decode())) == nested(900)


@pytest.mark.parametrize("number", ["nan", "inf", "-inf"])
def test_floats_that_are_no_numbers_are_refused(number: str) -> None:
    for value in (float(number), [generated.Real(number)], {float(number): 1}):
        with pytest.raises(InvalidArgumentError, match="float"):
            _native.dumps(value)


@pytest.mark.parametrize("value", ["secret \ud800", ["secret \udfff"], {"secret \udc00": 1}])
def test_half_a_surrogate_pair_is_refused_without_its_text(value: Any) -> None:
    with pytest.raises(InvalidArgumentError, match="surrogate") as caught:
        _native.dumps(value)
    assert caught.value.__context__ is None
    assert "secret" not in repr(caught.value)


class Secret:
    def __repr__(self) -> str:
        return "nk-test-secret"


@pytest.mark.parametrize("value", [Secret(), {Secret(): 1}, {(1, 2): 3}, {1, 2}, b"nk-test", 1j])
def test_what_json_has_no_form_for_is_named_by_its_type(value: Any) -> None:
    inner = next(iter(value)) if isinstance(value, dict) else value
    with pytest.raises(TypeError, match=type(inner).__name__) as caught:
        _native.dumps({"a": [value]})
    assert "nk-test" not in str(caught.value)
    assert not isinstance(caught.value, neura_ai.NeuraError)


def test_a_dict_whose_items_are_no_pairs_is_refused() -> None:
    class Odd(dict[str, int]):
        def items(self) -> Any:
            return [1]

    with pytest.raises(ValueError, match="2-tuples"):
        _native.dumps(Odd(a=1))


def test_cycles_are_told_and_repeats_are_none() -> None:
    looped: list[Any] = [1]
    looped.append({"a": (looped,)})
    members: dict[str, Any] = {}
    members["self"] = members
    for cycle in (looped, members, [members]):
        with pytest.raises(InvalidArgumentError, match="circular reference"):
            _native.dumps(cycle)
    shared = {"a": [1]}
    repeated = [shared, shared, (shared, {"b": shared})]
    assert _native.dumps(repeated) == by_python(repeated)


def test_default_says_what_is_written() -> None:
    def plain(value: Any) -> Any:
        if isinstance(value, complex):
            return [value.real, {value.imag}]  # which comes back here
        return sorted(value)

    value = {"a": {3, 1, 2}, "b": [1j, (frozenset(), 2 + 3j)], "c": None}
    assert _native.dumps(value, plain) == by_python(value, default=plain)
    assert _native.dumps(set(), lambda _: 10**5000) == b"1" + b"0" * 5000


def test_what_default_raises_passes_through() -> None:
    mine = ValueError("mine")

    def fail(_: Any) -> Any:
        raise mine

    with pytest.raises(ValueError, match="mine") as caught:
        _native.dumps([1, set()], fail)
    assert caught.value is mine


def test_default_can_go_neither_in_circles_nor_on_for_ever() -> None:
    with pytest.raises(InvalidArgumentError, match="circular reference: a set"):
        _native.dumps([set()], lambda value: value)
    with pytest.raises(InvalidArgumentError, match="circular reference"):
        _native.dumps([set()], lambda value: {"again": (value,)})
    with pytest.raises(InvalidArgumentError, match="deeply"):
        _native.dumps([set()], lambda _: object())


def test_default_may_change_what_is_being_written() -> None:
    def change(how: Callable[[Any], Any], value: Any) -> Callable[[Any], Any]:
        def default(_: Any) -> Any:
            how(value)
            gc.collect()
            return "made"

        return default

    shrunk: list[Any] = [set(), 1, 2, 3]
    assert _native.dumps(shrunk, change(lambda v: v.clear(), shrunk)) == b'["made"]'
    grown: list[Any] = [set(), 1]
    assert _native.dumps(grown, change(lambda v: v.append(2), grown)) == b'["made",1,2]'
    for members in ({"a": set(), "b": ["x" * 50]}, generated.Backwards(b=["x" * 50], a=set())):
        expected = b'{"a":"made","b":["' + b"x" * 50 + b'"]}'
        assert _native.dumps(members, change(lambda v: v.clear(), members)) == expected
    filled: dict[Any, Any] = {"a": set(), "b": 1}
    more = change(lambda v: v.update({n: n for n in range(1000)}), filled)
    assert _native.dumps(filled, more) == b'{"a":"made","b":1}'
