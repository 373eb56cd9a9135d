"""The sides in Node."""

from __future__ import annotations

from bench.places import ROOT, node
from bench.sides.side import Side, same

WORKER = str(ROOT / "bench" / "node" / "worker.mjs")
ALL = ("call", "stream", "in_flight", "down", "up", "embeddings")
# It compiles while the program runs: some sides take half the time for a call after four seconds.
WARM_UP = 20
BY_HAND = "Streams by a hand-written loop over its pieces, with `JSON.parse`."


def _side(
    name: str,
    module: str,
    functions: dict[str, str],
    note: str,
    package: str | None = None,
    ours: bool = False,
) -> Side:
    command = (node(), WORKER, module)
    return Side(name, "Node", command, functions, note, ours, package, warm_up=WARM_UP)


SIDES = (
    _side(
        "neura post",
        "neura",
        {
            "call": "callPost",
            "stream": "streamEvents",
            "down": "down",
            "up": "up",
            "embeddings": "embeddingsPost",
        },
        "`(await client.post(path, { json })).json()`; streams by `client.stream` and "
        "`event.json()`.",
        ours=True,
    ),
    _side(
        "neura create",
        "neura",
        {
            "call": "callCreate",
            "stream": "streamCreate",
            "in_flight": "inFlight",
            "embeddings": "embeddingsCreate",
        },
        "`await client.chat.completions.create(...)`, `client.embeddings.create(...)`.",
        ours=True,
    ),
    _side(
        "openai",
        "openai",
        {
            "call": "call",
            "stream": "stream",
            "in_flight": "inFlight",
            "embeddings": "embeddings",
        },
        "`await new OpenAI().chat.completions.create(...)`; embeddings as floats.",
        package="openai",
    ),
    _side(
        "fetch",
        "fetch",
        {**same(*ALL), "in_flight": "inFlight"},
        f"The global `fetch`, `await reply.json()`. {BY_HAND}",
    ),
    _side(
        "undici",
        "undici",
        {**same(*ALL), "in_flight": "inFlight"},
        f"`undici.request` with an `Agent`, `await body.json()`. {BY_HAND}",
        package="undici",
    ),
    _side(
        "axios",
        "axios",
        {**same(*ALL), "in_flight": "inFlight"},
        f"One instance over node:http's `Agent` with keepAlive, without redirects. {BY_HAND}",
        package="axios",
    ),
    _side(
        "node:http",
        "http",
        {**same(*ALL), "in_flight": "inFlight"},
        "`http.request` with an `Agent` with keepAlive, `JSON.parse` of the joined pieces. "
        f"{BY_HAND}",
    ),
)
