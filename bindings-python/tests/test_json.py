"""JSON in both directions, against Python's own."""

from __future__ import annotations

import contextlib
import gc
import json
import sys
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import generated
import neura_ai
import pytest
from conftest import Scripted
from neura_ai import DecodeError, Object, _json, _native


def objects_of(text: str) -> Any:
    return _native.loads(text, True)


def objects_only(value: Any) -> bool:
    """Whether every JSON object in a value is an `Object`."""
    if isinstance(value, dict):
        return isinstance(value, Object) and all(map(objects_only, value.values()))
    return all(map(objects_only, value)) if isinstance(value, list) else True


@pytest.mark.parametrize("seed", range(8))
def test_values_are_written_as_python_writes_them(seed: int) -> None:
    random = generated.seeded(seed)
    for _ in range(1000):
        value = generated.value(random)
        assert _native.dumps(value) == generated.by_python(value)


@pytest.mark.parametrize("seed", range(8))
def test_texts_are_read_as_python_reads_them(seed: int) -> None:
    random = generated.seeded(seed)
    for _ in range(1000):
        text = generated.json_text(random)
        expected = json.loads(text)
        # By repr, which tells 1 from 1.0 and True, and 0.0 from -0.0.
        assert repr(_json.loads(text)) == repr(expected), text
        objects = objects_of(text)
        assert repr(objects) == repr(expected), text
        assert objects_only(objects), text


def test_broken_texts_are_refused_where_python_refuses_them() -> None:
    random = generated.seeded(3)
    read = 0
    for _ in range(20_000):
        text = generated.broken(random)
        try:
            expected = repr(json.loads(text))
        except ValueError:
            with pytest.raises(DecodeError):
                _json.loads(text)
        else:
            assert repr(_json.loads(text)) == expected, text
            read += 1
    assert 0 < read < 10_000


def test_a_key_that_comes_again_is_the_same_string() -> None:
    first, second = (_json.loads(f'{{"finish_reason": {n}}}') for n in range(2))
    assert next(iter(first)) is next(iter(second))


def test_floats_are_written_with_the_digits_of_python() -> None:
    random = generated.seeded(1)
    floats = [generated.finite(random) for _ in range(100_000)]
    # The places where the form changes, and ties between two shortest forms.
    floats += [float(f"{digits}e{power}") for digits in ("1", "9.5") for power in range(-9, 25)]
    floats += [random.getrandbits(53) / 2.0 ** random.randrange(1, 9) for _ in range(50_000)]
    floats += [sign * 2.0**power for sign in (1, -1) for power in range(-1074, 1024)]
    assert _native.dumps(floats) == generated.by_python(floats)


def test_numbers_are_read_to_the_last_bit() -> None:
    random = generated.seeded(2)
    texts = [generated.number_text(random) for _ in range(50_000)]
    texts += ["1e400", "-1e400", "-0", "-0.0", "1" * 4300, "0." + "1" * 5000, "7" * 400 + ".5e-300"]
    text = f"[{','.join(texts)}]"
    assert repr(_json.loads(text)) == repr(json.loads(text))


@pytest.mark.parametrize("length", [1, 20, 127, 128, 1536, 4096, 4097, 10_000])
def test_a_list_of_floats_is_read_to_the_last_bit(length: int) -> None:
    random = generated.seeded(length)

    def number() -> str:
        decimals = "".join(random.choices("0123456789", k=random.randrange(1, 18)))
        ends = random.choice(["", "", "", "e-5"])
        return f"{random.choice(['', '-'])}{random.randrange(12)}.{decimals}{ends}"

    texts = ["9.007199254740992", "9.007199254740993", "-0.0", *(number() for _ in range(length))]
    for between in (",", ", ", ",\n    "):
        text = f"[{between.join(texts[-length:])}]"
        assert repr(_json.loads(text)) == repr(json.loads(text))
    for item in ("7", "null", '"a"', "[]", "1e400"):
        text = f"[{','.join([*texts, item, *texts])}]"
        assert repr(_json.loads(text)) == repr(json.loads(text))
    for wrong in ("1.", "01.5", "-", "1.5.5", "0.5 0.5", "", "1.5e"):
        with pytest.raises(DecodeError):
            _json.loads(f"[{','.join([*texts, wrong])}]")


def test_a_subclass_is_written_as_it_gives_itself() -> None:
    class Nine(list[int]):
        def __iter__(self) -> Iterator[int]:
            return iter([9, 10])

    class Pair(tuple[int, ...]):
        def __iter__(self) -> Iterator[int]:
            return iter(())

    class Point(NamedTuple):
        x: int
        y: int

    value = [Nine([1]), Pair((1, 2)), Point(3, 4), {"a": Nine()}]
    assert _native.dumps(value) == generated.by_python(value)
    assert _native.dumps(value) == b'[[9,10],[],[3,4],{"a":[9,10]}]'
    held = Nine()
    held.append(1)
    assert _native.dumps([held, held]) == b"[[9,10],[9,10]]"


@pytest.mark.parametrize("seed", [10, 11])
def test_what_is_written_comes_to_the_server_byte_for_byte(scripted: Scripted, seed: int) -> None:
    random = generated.seeded(seed)
    value = [generated.value(random) for _ in range(200)]
    scripted.client(200).post("/x", json=value)
    (request,) = scripted.requests()
    assert request["body"].encode() == generated.by_python(value)


def test_a_clients_default_says_what_comes_to_the_server(scripted: Scripted) -> None:
    client = scripted.client(200, default=sorted)
    client.post("/x", json={"a": {3, 1, 2}, "b": (frozenset(), "é")})
    (request,) = scripted.requests()
    assert request["body"] == '{"a":[1,2,3],"b":[[],"é"]}'


def test_replies_are_read_exactly(scripted: Scripted) -> None:
    random = generated.seeded(12)
    text = f"[{','.join(generated.json_text(random) for _ in range(500))}]"
    response = scripted.client({"status": 200, "body": text}).get("/x")
    expected = repr(json.loads(text))
    assert repr(response.json()) == expected
    assert repr(response.json(object_hook=None)) == expected
    assert objects_only(response.json(object_hook=Object))
    assert neura_ai.Event("message", "[1, {}]", "").json() == [1, {}]
    assert neura_ai.Event("message", '{"a": 1.5}', "").json(parse_float=str) == {"a": "1.5"}


def test_chunks_are_objects_whatever_is_in_them(scripted: Scripted) -> None:
    chunk = '{"choices": [{"delta": {"content": "\\ud83d"}, "finish_reason": "stop"}], "n": %d}'
    body = f"data: {chunk % 10**30}\n\ndata: [DONE]\n\n"
    reply = {"status": 200, "headers": [["content-type", "text/event-stream"]], "body": body}
    stream = scripted.client(reply).chat.completions.create(model="m", messages=[], stream=True)
    (got,) = stream
    assert objects_only(got)
    assert got.choices[0].delta.content == "\ud83d"
    assert got.n == 10**30


@pytest.mark.parametrize(("base", "power"), [(10, 4300), (-10, 4301), (3, 40_000), (-7, 12_345)])
def test_integers_beyond_pythons_limit_for_text_are_written_exactly(base: int, power: int) -> None:
    number = base**power
    text = _native.dumps({"n": number})[len('{"n":') : -1]
    assert len(text) > 4300
    value = 0
    for start in range(text.startswith(b"-"), len(text), 4000):
        piece = text[start : start + 4000]
        value = value * 10 ** len(piece) + int(piece)
    assert value == abs(number)
    assert text.startswith(b"-") == (number < 0)


def test_integers_are_read_to_pythons_own_limit_for_text() -> None:
    if not hasattr(sys, "set_int_max_str_digits"):  # 3.10 had none before 3.10.7
        assert _native.loads("1" + "0" * 5000, False) == 10**5000
        return
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(4300)
    try:
        with pytest.raises(DecodeError, match="4300 digits"):
            _json.loads("[" + "1" * 4301 + "]")
        sys.set_int_max_str_digits(6000)
        assert _json.loads("1" + "0" * 5000) == 10**5000
    finally:
        sys.set_int_max_str_digits(before)


def test_threads_write_and_read_while_others_change_the_value() -> None:
    shared: dict[str, Any] = {"list": [1, 2], "dict": {"a": 1}, "made": set()}
    stop = threading.Event()
    faults: list[BaseException] = []

    def guarded(work: Callable[[int], Any]) -> None:
        try:
            for round_ in range(100_000):
                if stop.is_set():
                    return
                work(round_)
        except BaseException as fault:
            faults.append(fault)

    def change(round_: int) -> None:
        shared[str(round_ % 50)] = [round_]
        shared.pop(str((round_ + 25) % 50), None)
        shared["list"] = shared["list"][:50]
        shared["list"].append({"n": round_})
        shared["dict"].clear()

    def write(_: int) -> None:
        text = _native.dumps(shared, lambda _: sorted(range(3))).decode()
        assert _json.loads(text) == json.loads(text) == objects_of(text)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    works = [change, change, write, write, write, write]
    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    try:
        for thread in threads:
            thread.start()
        stop.wait(1)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        sys.setswitchinterval(interval)
    assert faults == []


def test_no_reference_is_lost_or_kept() -> None:
    leaf, key, odd = "a leaf of some length", "a key of some length", {1}
    cycle: list[Any] = [leaf]
    cycle.append(cycle)
    values = [{key: [leaf, (leaf, {key: leaf})]}, [leaf, odd], cycle, {key: leaf, (1,): leaf}]
    counted = [leaf, key, odd, cycle, *values, Object]
    texts = [
        generated.by_python(values[0]).decode(),
        f'[{{"{key}": 1}}, "\\ud800"]',
        '[{"a": [1',
    ] * 2

    def rounds(count: int) -> None:
        for _ in range(count):
            for value in values:
                for default in (None, lambda given: [given], lambda _: key):
                    with contextlib.suppress(TypeError, ValueError):
                        _native.dumps(value, default)
            for text in texts:
                with contextlib.suppress(DecodeError):
                    objects_of(text)

    rounds(10)
    gc.collect()
    before = [sys.getrefcount(each) for each in counted]
    rounds(500)
    gc.collect()
    after = [sys.getrefcount(each) for each in counted]
    # What other tests left behind may go meanwhile; one a round would be 500.
    assert max(abs(now - then) for now, then in zip(after, before, strict=True)) < 100


def test_reading_keeps_no_more_than_some_keys() -> None:
    def rounds(start: int) -> None:
        for number in range(start, start + 20_000):
            objects_of(f'{{"key {number}": [{number}.5, "text {number}"]}}')

    rounds(0)
    tracemalloc.start()
    try:
        rounds(100_000)
        first, _ = tracemalloc.get_traced_memory()
        rounds(200_000)
        rounds(300_000)
        last, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert last - first < 20_000
