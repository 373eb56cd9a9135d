"""A server with fixed answers, for the counts of instructions.

A request below `/N/` gets a stream of N chunks. Any other request gets a chat completion.
"""

from __future__ import annotations

import json
import socketserver
from collections.abc import Iterator

HEAD = (
    "HTTP/1.1 200 OK\r\ncontent-type: {type}\r\nx-request-id: req_0123456789abcdef\r\n"
    "date: Mon, 30 Nov 2026 09:00:00 GMT\r\n{framing}\r\n\r\n"
)
ANSWER = json.dumps(
    {
        "id": "chatcmpl-0123456789",
        "object": "chat.completion",
        "created": 1764493200,
        "model": "gpt-5",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": "A word. " * 40},
                "finish_reason": "stop",
            }
        ],
        "usage": {"prompt_tokens": 10, "completion_tokens": 20, "total_tokens": 30},
    },
    separators=(",", ":"),
)
CHUNK = (
    'data: {"id":"chatcmpl-0123456789","object":"chat.completion.chunk","created":1764493200,'
    '"model":"gpt-5","choices":[{"index":0,"delta":{"content":" word"},"finish_reason":null}]}\n\n'
)
LAST = "data: [DONE]\n\n"
EVENTS_A_PIECE = 8


def reply(path: str) -> Iterator[bytes]:
    first = path.split("/")[1]
    if not first.isdigit():
        head = HEAD.format(type="application/json", framing=f"content-length: {len(ANSWER)}")
        yield (head + ANSWER).encode()
        return
    yield HEAD.format(type="text/event-stream", framing="transfer-encoding: chunked").encode()
    left = int(first)
    while left > 0:
        events = min(left, EVENTS_A_PIECE)
        yield piece(CHUNK * events)
        left -= events
    yield piece(LAST) + piece("")


def piece(text: str) -> bytes:
    return f"{len(text):x}\r\n{text}\r\n".encode()


class Handler(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self) -> None:
        while line := self.rfile.readline():
            length = 0
            for header in iter(self.rfile.readline, b"\r\n"):
                name, _, value = header.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            self.rfile.read(length)
            for part in reply(line.split()[1].decode()):
                self.wfile.write(part)


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)

    def url(self, chunks: int | None) -> str:
        """The base URL for a client. With `chunks`, each reply is a stream of that many chunks."""
        origin = f"http://127.0.0.1:{self.server_address[1]}"
        if chunks is None:
            return f"{origin}/v1"
        return f"{origin}/{chunks}/v1"
