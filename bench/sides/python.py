"""The sides in Python."""

from __future__ import annotations

from bench.places import NIQUESTS, OUR_PYTHON, python
from bench.sides.side import Side, same

SYNC = ("call", "stream", "threads", "down", "up", "embeddings")
BY_HAND = "Streams by a hand-written loop over its pieces, with `json.loads`."


def _command(module: str, interpreter: str | None = None) -> tuple[str, ...]:
    return (interpreter or python(), "-m", "bench.python.worker", module)


def _ours(name: str, functions: dict[str, str], note: str) -> Side:
    return Side(
        name,
        "Python",
        _command("side_neura"),
        functions,
        note,
        ours=True,
        settings={"PYTHONPATH": str(OUR_PYTHON)},
    )


SIDES = (
    _ours(
        "neura post",
        {
            "call": "call_post",
            "stream": "stream_events",
            "down": "down",
            "up": "up",
            "embeddings": "embeddings_post",
        },
        "`client.post(path, json=...).json()`; streams by `client.stream` and `event.json()`.",
    ),
    _ours(
        "neura create",
        {
            "call": "call_create",
            "stream": "stream_create",
            "threads": "threads",
            "embeddings": "embeddings_create",
        },
        "`client.chat.completions.create(...)`, `client.embeddings.create(...)`, members read as "
        "attributes; one client for all threads.",
    ),
    _ours(
        "neura AsyncClient post",
        {"call": "call_async_post"},
        "`(await client.post(path, json=...)).json()`.",
    ),
    _ours(
        "neura AsyncClient create",
        {
            "call": "call_async_create",
            "stream": "stream_async_create",
            "in_flight": "in_flight",
        },
        "`await client.chat.completions.create(...)`.",
    ),
    Side(
        "openai",
        "Python",
        _command("side_openai"),
        same("call", "stream", "threads", "embeddings"),
        "`OpenAI().chat.completions.create(...)`; embeddings as floats.",
        package="openai",
    ),
    Side(
        "openai async",
        "Python",
        _command("side_openai"),
        {"call": "call_async", "in_flight": "in_flight"},
        "`await AsyncOpenAI(http_client=DefaultAioHttpClient()).chat.completions.create(...)`: "
        "over aiohttp, which its README recommends for many calls at once.",
        package="openai",
    ),
    Side(
        "requests",
        "Python",
        _command("side_requests"),
        same(*SYNC),
        "One `Session` (one for each thread), `trust_env=False`, which saves a search of the "
        f"environment at each call. {BY_HAND}",
        package="requests",
    ),
    Side(
        "niquests",
        "Python",
        _command("side_requests", str(NIQUESTS)),
        same(*SYNC),
        "As requests, in an environment of its own, since it replaces urllib3.",
        package="niquests",
        settings={"BENCH_NIQUESTS": "1"},
    ),
    Side(
        "httpx",
        "Python",
        _command("side_httpx"),
        same(*SYNC),
        f"One `Client`, `trust_env=False`, without limits of connections. {BY_HAND}",
        package="httpx",
    ),
    Side(
        "httpx async",
        "Python",
        _command("side_httpx"),
        {"call": "call_async"},
        "One `AsyncClient`, as httpx. With 1,000 in flight a call takes it 10 ms: it is left out "
        "there.",
        package="httpx",
    ),
    Side(
        "urllib3",
        "Python",
        _command("side_urllib3"),
        same(*SYNC),
        f"One `PoolManager`, `json=` and `.json()`. {BY_HAND}",
        package="urllib3",
    ),
    Side(
        "pycurl",
        "Python",
        _command("side_pycurl"),
        same(*SYNC),
        "One handle (one for each thread), options set once, `perform_rb`, larger buffers for "
        f"large bodies. {BY_HAND}",
        package="pycurl",
    ),
    Side(
        "aiohttp",
        "Python",
        _command("side_aiohttp"),
        same("call", "stream", "in_flight", "down", "up", "embeddings"),
        f"One `ClientSession` without a limit of connections. {BY_HAND}",
        package="aiohttp",
    ),
    Side(
        "http.client",
        "Python",
        _command("side_http_client"),
        same(*SYNC),
        f"One connection (one for each thread), `json.dumps` and `json.loads`. {BY_HAND}",
    ),
    Side(
        "primp",
        "Python",
        _command("side_primp"),
        same(*SYNC),
        f"One `Client` that imitates no browser, `json=` and `.json()`. {BY_HAND}",
        package="primp",
    ),
)
