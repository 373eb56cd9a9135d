"""Other threads run while a call waits, and many may use one client."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import neura_ai
import pytest
from conftest import Scripted
from servers import Sandbox

SLOW = {"status": 200, "delay_before_ms": 500}


def longest_pause(call: Any) -> float:
    """The longest time that another thread was kept from running during a call."""
    done = threading.Event()
    pauses = [0.0]

    def run() -> None:
        last = time.perf_counter()
        while not done.is_set():
            time.sleep(0.001)
            now = time.perf_counter()
            pauses.append(now - last)
            last = now

    thread = threading.Thread(target=run)
    thread.start()
    start = time.perf_counter()
    call()
    assert time.perf_counter() - start > 0.4
    done.set()
    thread.join()
    assert len(pauses) > 20
    return max(pauses)


@pytest.mark.parametrize("call", ["get", "list", "stream", "diagnose"])
def test_another_thread_runs_while_a_call_waits(scripted: Scripted, call: str) -> None:
    event = "data: 1\n\n"
    head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
    late = {"raw": head + event, "split": [len(head)], "delay_ms": 500}
    client = scripted.client(late if call == "stream" else SLOW)
    calls = {
        "get": lambda: client.get("/x"),
        "list": client.models.list,
        "stream": lambda: list(client.stream("GET", "/x")),
        "diagnose": lambda: neura_ai.diagnose("nk-fake-00", base_url=client.base_url),
    }
    assert longest_pause(calls[call]) < 0.25


def test_calls_of_several_threads_wait_together(scripted: Scripted) -> None:
    client = scripted.client(SLOW)
    start = time.perf_counter()
    with ThreadPoolExecutor(20) as pool:
        replies = list(pool.map(lambda _: client.get("/x").status_code, range(20)))
    assert replies == [200] * 20
    assert time.perf_counter() - start < 3  # one after the other would be 10 s


def test_many_threads_get_each_its_own_answer(sandbox: Sandbox) -> None:
    client = neura_ai.Client(sandbox.api_key, base_url=sandbox.base_url)

    def ask(number: int) -> bool:
        messages = [{"role": "user", "content": f"number {number}"}]
        plain = client.chat.completions.create(model="gpt-5", messages=messages)
        with client.chat.completions.create(model="gpt-5", messages=messages, stream=True) as it:
            parts = [choice.delta.get("content") or "" for chunk in it for choice in chunk.choices]
        return plain.choices[0].message.content == "".join(parts)

    with ThreadPoolExecutor(32) as pool:
        assert all(pool.map(ask, range(200)))


def test_fault_67_a_thousand_threads_get_each_its_own_answer(sandbox: Sandbox) -> None:
    client = neura_ai.Client(sandbox.api_key, base_url=sandbox.base_url, max_retries=5)
    together = threading.Barrier(1_000)
    answers: dict[int, list[str]] = {}

    def ask(number: int) -> None:
        messages = [{"role": "user", "content": f"thread {number}."}]
        together.wait(60)
        said = []
        for _ in range(2):
            reply = client.chat.completions.create(model="gpt-5", messages=messages)
            said.append(reply.choices[0].message.content)
        answers[number] = said

    previous = threading.stack_size(256 * 1024)
    try:
        threads = [threading.Thread(target=ask, args=(number,)) for number in range(1_000)]
        for thread in threads:
            thread.start()
    finally:
        threading.stack_size(previous)
    for thread in threads:
        thread.join(120)
    assert answers == {number: [f"You said: thread {number}."] * 2 for number in range(1_000)}
    (used,) = client.usage().keys
    assert used.requests - used.retries == 2_000


def test_threads_share_one_default_client_and_one_table_of_the_package(
    sandbox: Sandbox, environment: None
) -> None:
    """What is made when it is first needed, by all threads at once."""
    program = """
import sys, threading
import neura_ai

together, found = threading.Barrier(50), []

def ask():
    together.wait()
    reply = neura_ai.get("/models/none")
    try:
        reply.raise_for_status()
    except neura_ai.NotFoundError as error:
        found.append((id(neura_ai._default._default()), type(reply.headers), error.status_code))

threads = [threading.Thread(target=ask) for _ in range(50)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert len(found) == 50
assert len(set(found)) == 1, found
"""
    # A short turn for each thread: what is not guarded is more likely to be seen.
    begin = "import sys; sys.setswitchinterval(1e-6)\n"
    subprocess.run([sys.executable, "-c", begin + program], check=True, timeout=60)
