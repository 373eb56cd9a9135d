"""The client of the module's own verbs: made at the first use, by any thread, and forgotten."""

from __future__ import annotations

import threading
from typing import Any

import neura_ai
import pytest
from neura_ai import _default
from servers import Sandbox

PATIENCE = 30


def test_no_thread_waits_for_another_that_makes_it(
    environment: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    class Slow(neura_ai.Session):
        def __init__(self) -> None:
            begun.set()
            assert go_on.wait(PATIENCE)
            super().__init__()

    monkeypatch.setattr(_default, "Session", Slow)
    answers: list[bool] = []
    thread = threading.Thread(target=lambda: answers.append(neura_ai.get("/models").ok))
    thread.start()
    assert begun.wait(PATIENCE)
    monkeypatch.setattr(_default, "Session", neura_ai.Session)
    assert neura_ai.get("/models").ok
    kept = _default._default()
    go_on.set()
    thread.join(PATIENCE)
    assert answers == [True]
    assert _default._default() is kept, "the first that was made"
    assert type(kept) is neura_ai.Session


def test_ctrl_c_while_it_is_made_leaves_nothing_behind(
    environment: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupted(neura_ai.Session):
        def __init__(self) -> None:
            raise KeyboardInterrupt

    monkeypatch.setattr(_default, "Session", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        neura_ai.get("/models")
    monkeypatch.setattr(_default, "Session", neura_ai.Session)
    assert neura_ai.get("/models").ok


def test_making_it_may_use_a_verb(environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    class Curious(neura_ai.Session):
        def __init__(self) -> None:
            monkeypatch.setattr(_default, "Session", neura_ai.Session)
            assert neura_ai.get("/models").ok
            super().__init__()

    monkeypatch.setattr(_default, "Session", Curious)
    assert neura_ai.get("/models").ok
    assert type(_default._default()) is neura_ai.Session


def test_a_forgotten_client_is_made_anew_from_the_environment(
    sandbox: Sandbox, environment: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _default._default()
    _default.forget()
    _default.forget()
    monkeypatch.setenv("NEURA_API_KEY", "sk-neura-test-0000-of-nobody-0000")
    assert neura_ai.get("/models").status_code == 401
    assert before.get("/models").ok, "a client in use stays as it was"


def test_signal_handlers_of_the_main_thread_may_call_a_verb(environment: None) -> None:
    signal = pytest.importorskip("signal")
    found: list[Any] = []
    old = signal.signal(signal.SIGINT, lambda *_: found.append(neura_ai.get("/models").ok))
    try:
        for _ in range(3):
            _default.forget()
            timer = threading.Timer(0.001, signal.raise_signal, (signal.SIGINT,))
            timer.start()
            assert neura_ai.get("/models").ok
            timer.join()
    finally:
        signal.signal(signal.SIGINT, old)
    assert found == [True] * 3
