"""The sides in C."""

from __future__ import annotations

from bench.places import c_program
from bench.sides.side import Side, same


def _program(name: str) -> tuple[str, ...]:
    return (str(c_program(name)),)


SIDES = (
    Side(
        "neura_request",
        "C",
        _program("neura"),
        {"call": "call_request", "stream": "stream_open", "down": "down", "up": "up"},
        "`neura_request`, the reply's body and its length; streams by `neura_stream_open`.",
        ours=True,
    ),
    Side(
        "neura_chat",
        "C",
        _program("neura"),
        {"call": "call_chat", "stream": "stream_chat", "threads": "threads"},
        "`neura_chat` and `neura_chat_stream`, which check the JSON; one client for all threads.",
        ours=True,
    ),
    Side(
        "libcurl",
        "C",
        _program("libcurl"),
        same("call", "stream", "threads", "down", "up"),
        "One easy handle (one for each thread), options set once, the reply copied to a buffer "
        "that is kept; streams by a hand-written splitter, which looks at no JSON.",
        package="libcurl",
    ),
    Side(
        "bare socket",
        "C",
        _program("socket"),
        same("call"),
        "A prepared request, and a reply that is read by its Content-Length: the lower bound.",
        tls=False,
    ),
)
