"""What ``progress=`` of a call may be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def function(given: Any) -> Callable[[int, int | None], object] | None:
    """The function that is called with the progress; True stands for that of a bar."""
    if given is True:
        return _Bar()
    if given is False:
        return None
    if not callable(given):
        raise TypeError(f"progress must be callable, True or None, not {type(given).__name__}")
    found: Callable[[int, int | None], object] = given
    return found


class _Bar:
    """A bar of ``tqdm``, which appears with the first bytes."""

    def __init__(self) -> None:
        try:
            from tqdm.auto import tqdm
        except ImportError as error:
            message = "progress=True shows a bar of tqdm: pip install tqdm, or give a function"
            raise ImportError(message) from error
        self._made: Any = tqdm
        self._bar: Any = None

    def __call__(self, done: int, total: int | None) -> None:
        if self._bar is None:
            self._bar = self._made(total=total, unit="B", unit_scale=True, unit_divisor=1024)
        if done < self._bar.n:
            self._bar.reset(total)  # Another attempt.
        self._bar.update(done - self._bar.n)
        if done == total:
            self._bar.close()
            self._bar = None  # Another attempt has a bar of its own.
