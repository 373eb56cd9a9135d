"""requests, and niquests, which has its interface: one Session."""

from __future__ import annotations

import importlib
import os
from typing import Any

from bench.python import verbs
from bench.python.events import count
from bench.python.setting import TEXT, Setting, Work
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
    return verbs.call(_session(setting), setting)


def threads(setting: Setting) -> Work:
    return on_threads(lambda: verbs.chat(_session(setting), setting), TEXT, setting.threads)


def stream(setting: Setting) -> Work:
    session, url, question = _session(setting), setting.chat_url, setting.streamed

    def call() -> int:
        with session.post(url, json=question, stream=True) as reply:
            return count(reply.iter_content(PIECE))

    return one_by_one(call, setting.events - 1)


def down(setting: Setting) -> Work:
    return verbs.down(_session(setting), setting)


def up(setting: Setting) -> Work:
    return verbs.up(_session(setting), setting, "data")


def embeddings(setting: Setting) -> Work:
    return verbs.embeddings(_session(setting), setting)
