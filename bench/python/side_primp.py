"""primp: one Client, without the imitation of a browser."""

from __future__ import annotations

from typing import Any

import primp

from bench.python import verbs
from bench.python.events import count
from bench.python.setting import TEXT, Setting, Work
from bench.python.working import on_threads, one_by_one


def _client(setting: Setting) -> Any:
    return primp.Client(headers=setting.authorization, ca_cert_file=setting.ca_file)


def call(setting: Setting) -> Work:
    return verbs.call(_client(setting), setting)


def threads(setting: Setting) -> Work:
    call = verbs.chat(_client(setting), setting)
    return on_threads(lambda: call, TEXT, setting.threads)


def stream(setting: Setting) -> Work:
    client, url, question = _client(setting), setting.chat_url, setting.streamed
    return one_by_one(
        lambda: count(client.post(url, json=question, stream=True).iter_bytes()),
        setting.events - 1,
    )


def down(setting: Setting) -> Work:
    return verbs.down(_client(setting), setting)


def up(setting: Setting) -> Work:
    return verbs.up(_client(setting), setting, "content")


def embeddings(setting: Setting) -> Work:
    return verbs.embeddings(_client(setting), setting)
