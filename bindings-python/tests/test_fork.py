"""A fork with a warm pool and busy threads: parent and child both ask, and nothing mixes."""

from __future__ import annotations

from collections import defaultdict

from conftest import KEY, Scripted
from forks import run
from servers import Sandbox


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
