"""httpx: one Client or AsyncClient."""

from __future__ import annotations

from typing import Any

import httpx

from bench.python import verbs
from bench.python.events import count
from bench.python.setting import TEXT, Setting, Work, content
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
    return verbs.call(_client(setting), setting)


def call_async(setting: Setting) -> Work:
    client, url = httpx.AsyncClient(**_options(setting)), setting.chat_url

    async def call() -> int:
        return content((await client.post(url, json=setting.question)).json())

    return Loop().one_by_one(call, TEXT)


def threads(setting: Setting) -> Work:
    call = verbs.chat(_client(setting), setting)
    return on_threads(lambda: call, TEXT, setting.threads)


def stream(setting: Setting) -> Work:
    client, url, question = _client(setting), setting.chat_url, setting.streamed

    def call() -> int:
        with client.stream("POST", url, json=question) as reply:
            return count(reply.iter_bytes())

    return one_by_one(call, setting.events - 1)


def down(setting: Setting) -> Work:
    return verbs.down(_client(setting), setting)


def up(setting: Setting) -> Work:
    return verbs.up(_client(setting), setting, "content")


def embeddings(setting: Setting) -> Work:
    return verbs.embeddings(_client(setting), setting)
