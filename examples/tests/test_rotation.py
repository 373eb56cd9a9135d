"""Keys are rotated under load, and no request fails."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import demo
import demo_rotation
import pytest


def test_no_request_fails_while_the_keys_of_two_services_are_rotated(
    hello: dict[str, str], tmp_path: Path
) -> None:
    env = demo.environment(hello)
    found = demo.rotations(hello, env, tmp_path)
    assert demo_rotation.problems(found) == []
    assert list(found) == ["Python", "Node"]
    for requests, old, new, refused, failed in found.values():
        assert requests == old + new >= 100
        assert (refused, failed) == (0, 0)
    for name in found:
        file = tmp_path / f"{name}.key"
        assert re.fullmatch(r"nk-sandbox-\S+\n", file.read_text(encoding="utf-8"))
        assert not file.with_name(f"{file.name}.new").exists()
    # A second rotation of a name that has no single active key changes nothing.
    rotate = [sys.executable, str(demo_rotation.HERE / "rotate.py"), hello["base_url"]]
    wrong = subprocess.run(
        [*rotate, "nobody", "x"], env=env, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert wrong.returncode == 1
    assert wrong.stderr == "0 active keys have the name 'nobody'; there must be one\n"


@pytest.mark.parametrize(
    "numbers",
    [(10, 5, 5, 1, 0), (10, 5, 5, 0, 1), (10, 10, 0, 0, 0), (10, 0, 10, 0, 0), (10, 5, 4, 0, 0)],
)
def test_what_went_wrong_is_a_problem_of_the_demo(numbers: tuple[int, ...]) -> None:
    assert demo_rotation.problems({"Python": (10, 5, 5, 0, 0)}) == []
    assert len(demo_rotation.problems({"Python": numbers})) == 1
