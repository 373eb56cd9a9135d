"""A fork beside event loops, and beside what another thread imports."""

from __future__ import annotations

from conftest import KEY, Scripted
from forks import run, run_whole
from servers import Sandbox

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
    list(reply.iter_lines()), reply.links, neura_ai.resolve(key)
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
