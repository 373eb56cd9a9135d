"""The runner of the comparison, against the sandbox: its own server is not built here."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import demo
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from bench import results, suites  # noqa: E402
from bench.failure import BenchError  # noqa: E402
from bench.measuring import Effort, measure  # noqa: E402
from bench.pinning import Pinning, allowed, apart, together  # noqa: E402
from bench.places import python  # noqa: E402
from bench.python.setting import question  # noqa: E402
from bench.run import Choice, Place, started  # noqa: E402
from bench.sides import SIDES, Side  # noqa: E402
from bench.worker import Measured, Worker, environment  # noqa: E402

LITTLE = Effort(rounds=2, seconds=0.02, warm_up=0.005)
CASE = suites.suite("call").cases[0]
ASKED = 10 + len(question()["messages"][-1]["content"])


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with demo.Sandbox() as hello:
        url = hello["base_url"].removesuffix("/v1")
        yield Place(http=url, https="", ca_file="", key=hello["api_key"])


@pytest.fixture
def sides() -> list[Side]:
    """This project's client and http.client, which expect the sandbox's answer."""
    found = Choice(("Python",), ("neura create", "http.client")).of(CASE)
    expected = {"BENCH_TEXT": str(ASKED)}
    return [replace(side, settings={**side.settings, **expected}) for side in found]


def test_sides_are_measured_and_compared(place: Place, sides: list[Side], tmp_path: Path) -> None:
    with started(CASE, sides, place, together(allowed())) as workers:
        case = results.of_case(CASE, sides, measure(workers, LITTLE))
    results.write(tmp_path, "call", {"suite": "call", "cases": [case]})
    read = results.Results(tmp_path)
    assert [side["side"] for side in read.sides("call")] == ["neura create", "http.client"]
    for side in read.sides("call"):
        assert len(side["rounds"]["cpu"]) == len(side["rounds"]["wall"]) == LITTLE.rounds
        assert side["calls"] > 1
        # Microseconds.
        assert all(1 < value < 1_000_000 for value in side["rounds"]["cpu"])
        if sys.platform == "linux":
            (first,) = side["rounds"]["first_peak"]
            assert 1e6 < first <= min(side["rounds"]["peak"])
            assert all(1e6 < value < 1e9 for value in side["rounds"]["peak"])
    ours, peer = (read.median("call", "Python", side.name, "cpu") for side in sides)
    assert ours is not None
    assert peer is not None
    assert case["ratios"][0]["cpu"] == pytest.approx(peer / ours, rel=0.01)


def test_a_side_that_gets_another_answer_fails(place: Place, sides: list[Side]) -> None:
    wrong = [replace(side, settings={**side.settings, "BENCH_TEXT": "1"}) for side in sides]
    for side in wrong:
        with (
            started(CASE, [side], place, Pinning((), ())) as workers,
            pytest.raises(
                BenchError, match=rf"(?s){side.key} ended with 1: .*did not get the answer"
            ),
        ):
            measure(workers, LITTLE)


def test_a_side_that_does_not_start_says_why(place: Place) -> None:
    command = [python(), "-m", "bench.python.worker", "side_of_nobody", "call"]
    with pytest.raises(BenchError, match=r"(?s)nobody ended with 1: .*side_of_nobody"):
        Worker("nobody", command, {"BENCH_URL": place.http, "BENCH_KEY": place.key}, ())


def test_what_is_not_built_is_named_with_what_builds_it(tmp_path: Path) -> None:
    command = [str(tmp_path / "nothing")]
    with pytest.raises(BenchError, match=r"nothing is not there: run `make bench-setup` first"):
        Worker("nobody", command, {}, allowed()[:1])


def test_the_users_settings_do_not_reach_a_side(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("NEURA_API_KEY", "OPENAI_API_KEY", "HTTPS_PROXY", "SSL_CERT_FILE", "PYTHONPATH")
    for name in names:
        monkeypatch.setenv(name, "of the user")
    assert not {*names} & {*environment({})}


class Steady:
    """Takes a millisecond a call, and notes its turns."""

    def __init__(self, name: str, turns: list[str], warm_up: float = 1) -> None:
        self.name, self.turns, self.warm_up = name, turns, warm_up

    def round(self, calls: int) -> Measured:
        self.turns.append(self.name)
        return Measured(calls, calls / 1000, calls / 1000)

    def peak(self) -> int | None:
        return None


def test_sides_take_turns_in_an_order_that_turns_too() -> None:
    turns: list[str] = []
    taken = measure([Steady(name, turns) for name in "abc"], Effort(3, 0.5, 0.2))
    assert turns[-9:] == [*"abc", *"bca", *"cab"]
    assert all(rounds.calls >= 550 for rounds in taken)
    assert [len(rounds.measured) for rounds in taken] == [3, 3, 3]


class Compiled(Steady):
    """Takes a tenth of the time for a call after the calls of three seconds."""

    passed = 0.0

    def round(self, calls: int) -> Measured:
        taken = calls * (0.001 if self.passed < 3 else 0.0001)
        self.passed += taken
        return Measured(calls, taken, taken)


def test_a_side_that_is_compiled_while_it_runs_is_warm_before_its_first_round() -> None:
    (taken,) = measure([Compiled("a", [], warm_up=20)], Effort(3, 0.5, 0.2))
    assert [measured.cpu / measured.calls for measured in taken.measured] == [
        pytest.approx(0.0001)
    ] * 3
    assert all(side.warm_up == 20 for side in SIDES if side.language == "Node")


class Quickening(Steady):
    """Its calls take less time after each round, as with a compiler at run time."""

    of_a_call = 0.001

    def round(self, calls: int) -> Measured:
        taken = calls * self.of_a_call
        self.of_a_call = max(0.00005, self.of_a_call * 0.9)
        return Measured(calls, taken, taken)


def test_a_round_takes_its_time_also_where_a_side_gets_faster() -> None:
    (taken,) = measure([Quickening("a", [])], Effort(5, 0.5, 0.2))
    assert all(0.5 <= measured.wall < 1.1 for measured in taken.measured)
    assert [measured.calls for measured in taken.measured] == sorted(
        measured.calls for measured in taken.measured
    )


def test_the_server_has_a_core_of_its_own_where_they_are_apart() -> None:
    assert str(together((0, 1, 2))) == "client and server on core 2"
    assert str(apart((0, 1, 2))) == "client on cores 1, 2, server on core 0"
    assert str(apart((0,))) == "client and server on core 0"
    assert str(apart(())) == str(together(())) == "not pinned"


def test_every_side_has_a_note_and_a_name_of_its_own() -> None:
    assert len({side.key for side in SIDES}) == len(SIDES)
    assert all(side.note.endswith(".") for side in SIDES)
    kinds = {case.function for suite in suites.SUITES for case in suite.cases}
    assert all(set(side.functions) <= kinds for side in SIDES)
