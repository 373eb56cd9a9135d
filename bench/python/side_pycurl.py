"""pycurl: one handle, whose options are set once; JSON by the module json."""

from __future__ import annotations

import json
from typing import Any

import pycurl

from bench.python.events import Splitter
from bench.python.setting import TEXT, VECTORS, Setting, Work, content, text, vectors
from bench.python.working import on_threads, one_by_one


class _Handle:
    def __init__(self, setting: Setting, path: str) -> None:
        self.curl = pycurl.Curl()
        lines = [f"{name}: {value}" for name, value in setting.headers.items()]
        self.curl.setopt(pycurl.URL, setting.base_url + path)
        # Without "Expect: 100-continue" a large body does not wait for the server.
        self.curl.setopt(pycurl.HTTPHEADER, [*lines, "Expect:"])
        if setting.ca_file:
            self.curl.setopt(pycurl.CAINFO, setting.ca_file)

    def json(self, value: object) -> Any:
        self.curl.setopt(pycurl.POSTFIELDS, text(value))
        return json.loads(self.curl.perform_rb())


def call(setting: Setting) -> Work:
    handle, question = _Handle(setting, "/chat/completions"), setting.question
    return one_by_one(lambda: content(handle.json(question)), TEXT)


def threads(setting: Setting) -> Work:
    def of_a_thread() -> Any:
        handle, question = _Handle(setting, "/chat/completions"), setting.question
        return lambda: content(handle.json(question))

    return on_threads(of_a_thread, TEXT, setting.threads)


def stream(setting: Setting) -> Work:
    handle, question = _Handle(setting, "/chat/completions"), setting.streamed
    handle.curl.setopt(pycurl.BUFFERSIZE, 64 * 1024)

    def call() -> int:
        splitter = Splitter()
        handle.curl.setopt(pycurl.POSTFIELDS, text(question))
        handle.curl.setopt(pycurl.WRITEFUNCTION, splitter.feed)
        handle.curl.perform()
        return splitter.found

    return one_by_one(call, setting.events - 1)


def down(setting: Setting) -> Work:
    handle = _Handle(setting, f"/download/{setting.size}")
    handle.curl.setopt(pycurl.BUFFERSIZE, 512 * 1024)
    return one_by_one(lambda: len(handle.curl.perform_rb()), setting.size)


def up(setting: Setting) -> Work:
    handle, payload = _Handle(setting, "/upload"), setting.payload
    handle.curl.setopt(pycurl.UPLOAD_BUFFERSIZE, 2 * 1024 * 1024)
    handle.curl.setopt(pycurl.POSTFIELDS, payload)

    def call() -> int:
        received: int = json.loads(handle.curl.perform_rb())["received"]
        return received

    return one_by_one(call, setting.size)


def embeddings(setting: Setting) -> Work:
    handle, asked = _Handle(setting, "/embeddings"), setting.embedded
    handle.curl.setopt(pycurl.BUFFERSIZE, 512 * 1024)
    return one_by_one(lambda: vectors(handle.json(asked)), VECTORS)
