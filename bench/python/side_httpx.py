"""httpx: one Client or AsyncClient."""

from __future__ import annotations

from typing import Any

import httpx

from bench.python.events import count
from bench.python.setting import TEXT, Setting, Work, content, vectors
from bench.python.working import Loop, on_threads, one_by_one


def _options(setting: Setting) -> dict[str, Any]:
    verify = setting.tls() if setting.ca_file else True
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    return {
        "headers": setting.authorization,
        "verify": verify,
        "trust_env": False,
        "limits": limits,
        "timeout": 60.0,
    }


def _client(setting: Setting) -> httpx.Client:
    return httpx.Client(**_options(setting))


def call(setting: Setting) -> Work:
    client, url, question = _client(setting), setting.chat_url, setting.question
    return one_by_one(lambda: content(client.post(url, json=question).json()), TEXT)


def _async_call(setting: Setting) -> Any:
    client, url = httpx.AsyncClient(**_options(setting)), setting.chat_url

    async def call() -> int:
        return content((await client.post(url, json=setting.question)).json())

    return call


def call_async(setting: Setting) -> Work:
    return Loop().one_by_one(_async_call(setting), TEXT)


def threads(setting: Setting) -> Work:
    client, url, question = _client(setting), setting.chat_url, setting.question
    return on_threads(
        lambda: lambda: content(client.post(url, json=question).json()), TEXT, setting.threads
    )


def stream(setting: Setting) -> Work:
    client, url, question = _client(setting), setting.chat_url, setting.streamed

    def call() -> int:
        with client.stream("POST", url, json=question) as reply:
            return count(reply.iter_bytes())

    return one_by_one(call, setting.events - 1)


def down(setting: Setting) -> Work:
    client, url = _client(setting), f"{setting.base_url}/download/{setting.size}"
    return one_by_one(lambda: len(client.get(url).content), setting.size)


def up(setting: Setting) -> Work:
    client, url, payload = _client(setting), f"{setting.base_url}/upload", setting.payload
    return one_by_one(lambda: client.post(url, content=payload).json()["received"], setting.size)


def embeddings(setting: Setting) -> Work:
    client, url, asked = _client(setting), f"{setting.base_url}/embeddings", setting.embedded
    return one_by_one(lambda: vectors(client.post(url, json=asked).json()), 100 * 1536)
