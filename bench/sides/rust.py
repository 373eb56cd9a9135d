"""The sides in Rust."""

from __future__ import annotations

from bench.places import RUST
from bench.sides.side import Side, same


def _side(
    name: str,
    module: str,
    functions: dict[str, str],
    note: str,
    package: str | None = None,
    ours: bool = False,
) -> Side:
    return Side(name, "Rust", (str(RUST), module), functions, note, ours, package)


SIDES = (
    _side(
        "neura request",
        "neura",
        {"call": "call_request", "stream": "stream_events", "down": "down", "up": "up"},
        "`client.post(path).body(bytes).send()`, bytes in and out; streams by `stream()`.",
        ours=True,
    ),
    _side(
        "neura chat",
        "neura",
        {"call": "call_chat", "stream": "stream_chat", "threads": "threads"},
        "`client.chat(&value).send()?.json::<ChatCompletion>()`, one client for all threads.",
        ours=True,
    ),
    _side(
        "ureq",
        "ureq",
        same("call", "stream", "down", "up", "threads"),
        "An `Agent` that is tuned: one address that needs no look-up, 16 KiB buffers, no limits; "
        "bytes in and out. Streams by lines and `serde_json`.",
        package="ureq",
    ),
    _side(
        "ureq with limits",
        "ureq",
        {"call": "call_limited"},
        "As users need it: an `Agent` with limits for connecting, the reply and the whole call.",
        package="ureq",
    ),
    _side(
        "reqwest",
        "reqwest",
        same("call", "stream", "down", "up", "threads"),
        "One `blocking::Client` without a limit; bytes in and out. Streams by lines and "
        "`serde_json`.",
        package="reqwest",
    ),
    _side(
        "bare socket",
        "socket",
        same("call"),
        "A prepared request, and a reply that is read by its Content-Length; over TLS a bare "
        "rustls stream: the lower bound.",
    ),
)
