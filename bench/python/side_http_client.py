"""The standard library's http.client: one kept connection, JSON by the module json."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from typing import Any

from bench.python.events import count
from bench.python.setting import TEXT, VECTORS, Setting, Work, content, text, vectors
from bench.python.working import on_threads, one_by_one

PIECE = 64 * 1024


class _Connection:
    def __init__(self, setting: Setting) -> None:
        host, port = setting.host, setting.port
        self.inner: http.client.HTTPConnection
        if setting.ca_file:
            self.inner = http.client.HTTPSConnection(host, port, context=setting.tls())
        else:
            self.inner = http.client.HTTPConnection(host, port)
        self._prefix, self._headers = setting.prefix, setting.headers

    def open(self, method: str, path: str, body: bytes | None = None) -> http.client.HTTPResponse:
        self.inner.request(method, self._prefix + path, body, self._headers)
        return self.inner.getresponse()

    def json(self, path: str, value: object) -> Any:
        return json.loads(self.open("POST", path, text(value)).read())


def call(setting: Setting) -> Work:
    connection, question = _Connection(setting), setting.question
    return one_by_one(lambda: content(connection.json("/chat/completions", question)), TEXT)


def threads(setting: Setting) -> Work:
    def of_a_thread() -> Any:
        connection, question = _Connection(setting), setting.question
        return lambda: content(connection.json("/chat/completions", question))

    return on_threads(of_a_thread, TEXT, setting.threads)


def stream(setting: Setting) -> Work:
    connection, question = _Connection(setting), setting.streamed

    def pieces() -> Iterator[bytes]:
        reply = connection.open("POST", "/chat/completions", text(question))
        while piece := reply.read1(PIECE):
            yield piece

    return one_by_one(lambda: count(pieces()), setting.events - 1)


def down(setting: Setting) -> Work:
    connection, path = _Connection(setting), f"/download/{setting.size}"
    return one_by_one(lambda: len(connection.open("GET", path).read()), setting.size)


def up(setting: Setting) -> Work:
    connection, payload = _Connection(setting), setting.payload

    def call() -> int:
        received: int = json.loads(connection.open("POST", "/upload", payload).read())["received"]
        return received

    return one_by_one(call, setting.size)


def embeddings(setting: Setting) -> Work:
    connection, asked = _Connection(setting), setting.embedded
    return one_by_one(lambda: vectors(connection.json("/embeddings", asked)), VECTORS)
