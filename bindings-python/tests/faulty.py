"""Servers that fail in one way each, and what may be seen of an error, for the adapters."""

from __future__ import annotations

import contextlib
import socket
import traceback
from collections.abc import Iterator
from types import FunctionType, ModuleType
from typing import Any

#: Scripted replies by what goes wrong with them.
FAULTS: dict[str, Any] = {
    "reset": "reset",
    "stall": "stall",
    "garbage": {"raw": "NOT HTTP AT ALL\r\n\r\n", "then": "close"},
    "cut": {"raw": "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n123", "then": "close"},
    "stalled body": {"raw": "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n123", "then": "stall"},
    "bad chunk": {
        "raw": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n123\r\nzz\r\n",
        "then": "close",
    },
    "broken gzip": {"status": 200, "headers": [["content-encoding", "gzip"]], "body": "no gzip"},
    "unknown coding": {"status": 200, "headers": [["content-encoding", "br"]], "body": "x"},
}
#: A body that never ends, a piece every 20 ms.
ENDLESS: dict[str, Any] = {
    "raw": "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 0\n\n",
    "repeat": {"raw": "data: 1\n\n"},
    "delay_ms": 20,
}


def nobody() -> str:
    """The address of a port where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}/v1"


@contextlib.contextmanager
def deaf() -> Iterator[str]:
    """The address of a port that takes no connection and refuses none."""
    with contextlib.ExitStack() as held:
        listener = held.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            waiting = held.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1"


def local_variables(error: BaseException) -> list[str]:
    """Those of the package's frames, which tools that report errors print."""
    found = []
    chain: list[BaseException | None] = [error]
    while chain:
        one = chain.pop()
        if one is None:
            continue
        for frame, _ in traceback.walk_tb(one.__traceback__):
            if frame.f_globals.get("__name__", "").startswith("neura_ai"):
                found.append(repr(frame.f_locals))
        chain += [one.__cause__, one.__context__]
    return found


def told(error: BaseException) -> str:
    """All that may be seen of an error, of what it carries, of its causes and their frames."""
    found = traceback.format_exception(error)
    seen: set[int] = set()

    def look(value: Any, depth: int) -> None:
        skipped = isinstance(value, (type, ModuleType, FunctionType))
        if id(value) in seen or depth > 8 or skipped:
            return
        seen.add(id(value))
        found.append(f"{value!r} {value!s}")
        inner: list[Any] = []
        if isinstance(value, dict):
            inner = [*value, *value.values()]
        elif isinstance(value, (list, tuple, set)):
            inner = list(value)
        elif hasattr(value, "__dict__"):
            inner = list(vars(value).values())
        if isinstance(value, BaseException):
            inner += [value.args, value.__cause__, value.__context__]
        for one in inner:
            look(one, depth + 1)

    look(error, 0)
    found += local_variables(error)
    return "\n".join(found)
