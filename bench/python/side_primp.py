"""primp: one Client, without the imitation of a browser."""

from __future__ import annotations

from typing import Any

import primp

from bench.python.events import count
from bench.python.setting import TEXT, Setting, Work, content, vectors
from bench.python.working import on_threads, one_by_one


def _client(setting: Setting) -> Any:
    return primp.Client(headers=setting.authorization, ca_cert_file=setting.ca_file)


def call(setting: Setting) -> Work:
    client, url, question = _client(setting), setting.chat_url, setting.question
    return one_by_one(lambda: content(client.post(url, json=question).json()), TEXT)


def threads(setting: Setting) -> Work:
    client, url, question = _client(setting), setting.chat_url, setting.question
    return on_threads(
        lambda: lambda: content(client.post(url, json=question).json()), TEXT, setting.threads
    )


def stream(setting: Setting) -> Work:
    client, url, question = _client(setting), setting.chat_url, setting.streamed
    return one_by_one(
        lambda: count(client.post(url, json=question, stream=True).iter_bytes()),
        setting.events - 1,
    )


def down(setting: Setting) -> Work:
    client, url = _client(setting), f"{setting.base_url}/download/{setting.size}"
    return one_by_one(lambda: len(client.get(url).content), setting.size)


def up(setting: Setting) -> Work:
    client, url, payload = _client(setting), f"{setting.base_url}/upload", setting.payload
    return one_by_one(lambda: client.post(url, content=payload).json()["received"], setting.size)


def embeddings(setting: Setting) -> Work:
    client, url, asked = _client(setting), f"{setting.base_url}/embeddings", setting.embedded
    return one_by_one(lambda: vectors(client.post(url, json=asked).json()), 100 * 1536)
