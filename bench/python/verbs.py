"""The work of clients that have requests' interface: `post(url, json=...).json()`."""

from __future__ import annotations

from typing import Any

from bench.python.setting import TEXT, VECTORS, Setting, Work, content, vectors
from bench.python.working import Call, one_by_one


def chat(client: Any, setting: Setting) -> Call:
    url, question = setting.chat_url, setting.question
    return lambda: content(client.post(url, json=question).json())


def call(client: Any, setting: Setting) -> Work:
    return one_by_one(chat(client, setting), TEXT)


def down(client: Any, setting: Setting) -> Work:
    url = f"{setting.base_url}/download/{setting.size}"
    return one_by_one(lambda: len(client.get(url).content), setting.size)


def up(client: Any, setting: Setting, argument: str) -> Work:
    """The argument that takes bytes has a name of each client's."""
    url, given = f"{setting.base_url}/upload", {argument: setting.payload}
    return one_by_one(lambda: client.post(url, **given).json()["received"], setting.size)


def embeddings(client: Any, setting: Setting) -> Work:
    url, asked = f"{setting.base_url}/embeddings", setting.embedded
    return one_by_one(lambda: vectors(client.post(url, json=asked).json()), VECTORS)
