"""A fork with a warm pool and busy threads: parent and child both ask, and nothing mixes.

Each program runs in a process group of its own, which is killed where one of it hangs.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import defaultdict
from typing import Any

import pytest
from conftest import KEY, Scripted
from servers import Sandbox

#: What every program begins with. `forked` runs a function in a child, and tells how the
#: child ended: True for well, "hung" for one that was still there after ten seconds.
BEGIN = """
import json, os, signal, sys, threading, time
import neura_ai

key, base_url = sys.argv[1:]
client = neura_ai.Client(key, base_url=base_url, max_retries=0, timeout=20)

def ask(marker, client=client):
    message = {"role": "user", "content": marker}
    reply = client.chat.completions.create(model="gpt-5", messages=[message])
    return reply.choices[0].message.content == f"You said: {marker}"

def ask_for_a_stream(marker, client=client):
    message = {"role": "user", "content": marker}
    said = ""
    for chunk in client.chat.completions.create(model="gpt-5", messages=[message], stream=True):
        said += chunk.choices[0].delta.get("content") or ""
    return said == f"You said: {marker}"

def forked(run):
    child = os.fork()
    if child == 0:
        try:
            right = run()
        except BaseException as error:
            print(f"in a child: {error!r}", file=sys.stderr, flush=True)
            right = False
        os._exit(0 if right else 1)
    return child

def end_of(child):
    end = time.monotonic() + 10
    while time.monotonic() < end:
        known, status = os.waitpid(child, os.WNOHANG)
        if known:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "hung"

def tell(value):
    print(json.dumps(value), flush=True)
"""


def run(program: str, key: str, base_url: str, within: float = 60) -> Any:
    """What a program tells on its last line."""
    told, said = run_whole(program, key, base_url, within)
    return json.loads(told.splitlines()[-1]), said


def run_whole(program: str, key: str, base_url: str, within: float = 60) -> tuple[str, str]:
    """What a program prints, on its two outputs."""
    process = subprocess.Popen(
        [sys.executable, "-c", BEGIN + program, key, base_url],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        told, said = process.communicate(timeout=within)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        told, said = process.communicate()
        pytest.fail(f"the program or a child of it hangs: {told} {said}")
    assert process.returncode == 0, said
    return told, said


def test_fault_58_parent_and_child_both_get_their_own_answers(sandbox: Sandbox) -> None:
    program = """
stop = threading.Event()
right, wrong = [], []

def keep_asking(number):
    for call in range(1_000_000):
        if stop.is_set():
            return
        way = ask if call % 2 else ask_for_a_stream
        (right if way(f"t{number}.{call}.") else wrong).append(number)

def in_the_child(number):
    asked = all(ask(f"c{number}.{call}.") for call in range(3))
    with neura_ai.Client(key, base_url=base_url) as own:
        asked = asked and ask("own.", own)
    client.close()
    return asked

ask("warm.")
threads = [threading.Thread(target=keep_asking, args=(number,)) for number in range(4)]
for thread in threads:
    thread.start()
ends = []
for number in range(20):
    child = forked(lambda: in_the_child(number))
    right.append("parent") if ask(f"p{number}.") else wrong.append("parent")
    ends.append(end_of(child))
    if ends[-1] == "hung":
        break
stop.set()
for thread in threads:
    thread.join()
tell({"ends": ends, "right": len(right), "wrong": len(wrong), "last": ask("last.")})
"""
    told, said = run(program, sandbox.api_key, sandbox.base_url)
    assert told["ends"] == [True] * 20, said
    assert told["right"] > 20
    assert told["wrong"] == 0
    assert told["last"]


def test_fault_58_no_connection_serves_two_processes(scripted: Scripted) -> None:
    program = """
def be_counted():
    return client.post("/x", data=str(os.getpid())).ok

def many():
    threads = [threading.Thread(target=be_counted) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return be_counted()

many()
ends = []
for _ in range(10):
    child = forked(many)
    many()
    ends.append(end_of(child))
    if ends[-1] == "hung":
        break
tell(ends)
"""
    server = scripted(200)
    ends, said = run(program, KEY, server.base_url)
    assert ends == [True] * 10, said
    report = server.report()
    assert report["problems"] == []
    assert len(report["requests"]) == 5 * 21
    asked_by = defaultdict(set)
    for request in report["requests"]:
        asked_by[request["connection"]].add(request["body"])
    assert all(len(processes) == 1 for processes in asked_by.values()), asked_by


def test_a_stream_goes_on_after_a_child_closed_its_copy(scripted: Scripted) -> None:
    program = """
import gc

def in_the_child():
    global stream
    stream.close()
    del stream
    gc.collect()
    return True

stream = client.stream("GET", "/x")
data = [next(stream).data]
child = forked(in_the_child)
ends = [end_of(child)]
data.append(next(stream).data)
# A child that ends as a program does, with all that runs at its end.
child = os.fork()
if child == 0:
    sys.exit(0)
ends.append(end_of(child))
data.extend(event.data for event in stream)
tell({"ends": ends, "data": data})
"""
    count = 100
    reply = {
        "status": 200,
        "headers": [["content-type", "text/event-stream"]],
        "body": "".join(f"data: {number:02}\n\n" for number in range(count)),
        "chunk_bytes": 10,
        "delay_ms": 10,
    }
    told, said = run(program, KEY, scripted(reply).base_url)
    assert told["ends"] == [True, True], said
    assert told["data"] == [f"{number:02}" for number in range(count)]


def test_a_call_in_a_thread_goes_on_while_children_come_and_go(scripted: Scripted) -> None:
    program = """
answers = []
thread = threading.Thread(target=lambda: answers.append(client.get("/x").text))
thread.start()
time.sleep(0.3)
ends = [end_of(forked(lambda: client.close() is None)) for _ in range(3)]
thread.join()
tell({"ends": ends, "answers": answers})
"""
    slow = {"status": 200, "body": "at last", "delay_before_ms": 1500}
    told, said = run(program, KEY, scripted(slow).base_url)
    assert told == {"ends": [True] * 3, "answers": ["at last"]}, said


def test_a_pool_of_forked_processes_uses_the_client_that_it_inherits(sandbox: Sandbox) -> None:
    program = """
import multiprocessing

fork = multiprocessing.get_context("fork")

def ask_in_a_worker(number):
    return os.getpid(), ask(f"w{number}.")

assert ask("warm.")
with fork.Pool(4) as pool:
    answers = pool.map_async(ask_in_a_worker, range(40), chunksize=1).get(timeout=30)
process = fork.Process(target=lambda: sys.exit(0 if ask("alone.") else 1))
process.start()
process.join(10)
if process.is_alive():
    process.kill()
    process.join()
assert os.getpid() not in {worker for worker, _ in answers}
tell([process.exitcode == 0, ask("parent."), *(right for _, right in answers)])
"""
    told, said = run(program, sandbox.api_key, sandbox.base_url)
    assert told == [True] * 42, said


def test_a_default_client_that_was_being_made_is_made_anew_in_the_child(sandbox: Sandbox) -> None:
    program = """
os.environ["NEURA_API_KEY"], os.environ["NEURA_BASE_URL"] = key, base_url
taken, done = threading.Event(), threading.Event()

class Slow(neura_ai.Session):
    def __init__(self):
        taken.set()
        done.wait()
        super().__init__()

neura_ai._default.Session = Slow
thread = threading.Thread(target=lambda: neura_ai.get("/models"))
thread.start()
taken.wait()

def in_the_child():
    done.set()
    return neura_ai.get("/models").ok

end = end_of(forked(in_the_child))
done.set()
thread.join()
tell([end, neura_ai.get("/models").ok])
"""
    told, said = run(program, sandbox.api_key, sandbox.base_url)
    assert told == [True, True], said


#: What the programs below begin with: calls of one `AsyncClient`, which `forked` children
#: make in loops of their own.
LOOPS = """
import asyncio

shared = neura_ai.AsyncClient(key, base_url=base_url, max_retries=0, timeout=20)

async def ask_one(marker):
    message = {"role": "user", "content": marker}
    reply = await shared.chat.completions.create(model="gpt-5", messages=[message])
    return reply.choices[0].message.content == f"You said: {marker}"

async def ask_many(marker):
    asked = await asyncio.gather(*(ask_one(f"{marker}.{call}.") for call in range(20)))
    return asked == [True] * 20

def in_the_child():
    first = asyncio.run(ask_many(f"c{os.getpid()}"))
    return first and asyncio.run(ask_many(f"again{os.getpid()}"))
"""


def test_a_child_of_a_process_whose_loop_runs_has_loops_of_its_own(sandbox: Sandbox) -> None:
    program = (
        LOOPS
        + """
async def main():
    ends, right = [], []
    for number in range(10):
        open_calls = [asyncio.ensure_future(ask_many(f"p{number}.{n}")) for n in range(3)]
        await asyncio.sleep(0.005)  # so that they are on their way
        child = forked(in_the_child)
        right += await asyncio.gather(*open_calls)
        ends.append(await asyncio.to_thread(end_of, child))
        if ends[-1] == "hung":
            break
    return ends, right

tell(asyncio.run(main()))
"""
    )
    (ends, right), said = run(program, sandbox.api_key, sandbox.base_url)
    assert ends == [True] * 10, said
    assert right == [True] * 30


def test_a_fork_beside_a_loop_that_runs_in_a_thread(sandbox: Sandbox) -> None:
    program = (
        LOOPS
        + """
stop, right = threading.Event(), []

async def keep_asking():
    while not stop.is_set():
        right.append(await ask_many("t"))

thread = threading.Thread(target=lambda: asyncio.run(keep_asking()))
thread.start()
ends = []
for _ in range(60):
    ends.append(end_of(forked(in_the_child)))
    if ends[-1] == "hung":
        break
stop.set()
thread.join()
tell([ends, right, asyncio.run(ask_many("last"))])
"""
    )
    (ends, right, last), said = run(program, sandbox.api_key, sandbox.base_url)
    assert ends == [True] * 60, said
    assert right
    assert all(right)
    assert last


def test_a_child_that_ends_as_a_program_does_leaves_the_parents_calls_alone(
    scripted: Scripted,
) -> None:
    program = (
        LOOPS
        + """
texts = []

async def main():
    texts.append((await shared.get("/x")).text)

thread = threading.Thread(target=lambda: asyncio.run(main()))
thread.start()
time.sleep(0.3)
child = os.fork()
if child == 0:
    sys.exit(0)  # with all that runs at an end
end = end_of(child)
thread.join()
tell([end, *texts])
"""
    )
    slow = {"status": 200, "body": "at last", "delay_before_ms": 1500}
    told, said = run(program, KEY, scripted(slow).base_url)
    assert told == [True, "at last"], said


def test_no_call_of_a_child_imports_what_another_thread_may_have_been_importing(
    sandbox: Sandbox,
) -> None:
    program = """
import asyncio, copy, pickle

def everything():
    ask("a"), ask_for_a_stream("b")
    client.models.list().to_json(), client.check(), client.auth_headers(), repr(client)
    client.embeddings.create(model="text-embedding-3-small", input="a")
    reply = client.get("/models", params={"a": 1.5})
    reply.json(), reply.text, reply.headers, reply.elapsed, reply.rate_limit
    list(reply.iter_lines()), neura_ai.resolve(key)
    reply.json(parse_float=str), pickle.loads(pickle.dumps(reply)), copy.copy(client).usage()
    client.post("/x", data={"a": "b"}), client.post("/x", json=[10**30, 1.5])
    with client.get("/models", stream=True) as body:
        list(body.iter_content())
    try:
        client.get("/no").raise_for_status()
    except neura_ai.exceptions.HTTPError as error:
        pickle.loads(pickle.dumps(error))

async def everything_at_once():
    async with neura_ai.AsyncClient(key, base_url=base_url) as at_once:
        await at_once.models.list()
        async with at_once.stream("GET", "/models") as events:
            async for event in events:
                event.json()

def in_the_child():
    known = set(sys.modules)
    everything()
    asyncio.run(everything_at_once())
    print(*set(sys.modules) - known, flush=True)
    return True

neura_ai.AsyncClient
tell(end_of(forked(in_the_child)))
"""
    told, said = run_whole(program, sandbox.api_key, sandbox.base_url)
    imported, ended = told.splitlines()
    assert ended == "true", said
    assert imported.split() == []


def test_a_fork_imports_nothing_that_has_a_part_in_forks() -> None:
    program = """
neura_ai.Client, neura_ai.get
own = end_of(forked(lambda: "neura_ai._body" in sys.modules))
tell([own, sorted({"asyncio", "concurrent.futures", "logging"} & set(sys.modules))])
"""
    (loaded, imported), said = run(program, KEY, "http://127.0.0.1:9/v1")
    assert loaded is True, said
    assert (imported, said) == ([], "")
