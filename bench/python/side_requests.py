"""requests, and niquests, which has its interface: one Session."""

from __future__ import annotations

import importlib
import os
from typing import Any

from bench.python.events import count
from bench.python.setting import TEXT, Setting, Work, content, vectors
from bench.python.working import on_threads, one_by_one

PIECE = 64 * 1024

requests: Any = importlib.import_module(
    "niquests" if "BENCH_NIQUESTS" in os.environ else "requests"
)


def _session(setting: Setting) -> Any:
    session = requests.Session()
    session.headers.update(setting.authorization)
    if setting.ca_file:
        session.verify = setting.ca_file
    # The environment would be searched for proxies and .netrc at every call.
    session.trust_env = False
    return session


def call(setting: Setting) -> Work:
    session, url, question = _session(setting), setting.chat_url, setting.question
    return one_by_one(lambda: content(session.post(url, json=question).json()), TEXT)


def threads(setting: Setting) -> Work:
    def of_a_thread() -> Any:
        session, url, question = _session(setting), setting.chat_url, setting.question
        return lambda: content(session.post(url, json=question).json())

    return on_threads(of_a_thread, TEXT, setting.threads)


def stream(setting: Setting) -> Work:
    session, url, question = _session(setting), setting.chat_url, setting.streamed

    def call() -> int:
        with session.post(url, json=question, stream=True) as reply:
            return count(reply.iter_content(PIECE))

    return one_by_one(call, setting.events - 1)


def down(setting: Setting) -> Work:
    session, url = _session(setting), f"{setting.base_url}/download/{setting.size}"
    return one_by_one(lambda: len(session.get(url).content), setting.size)


def up(setting: Setting) -> Work:
    session, url, payload = _session(setting), f"{setting.base_url}/upload", setting.payload
    return one_by_one(lambda: session.post(url, data=payload).json()["received"], setting.size)


def embeddings(setting: Setting) -> Work:
    session, url, asked = _session(setting), f"{setting.base_url}/embeddings", setting.embedded
    return one_by_one(lambda: vectors(session.post(url, json=asked).json()), 100 * 1536)
