"""aiohttp: one ClientSession."""

from __future__ import annotations

from typing import Any

import aiohttp

from bench.python.events import count_async
from bench.python.setting import TEXT, VECTORS, Setting, Work, content, vectors
from bench.python.working import Loop


def _session(loop: Loop, setting: Setting) -> Any:
    async def make() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(limit=0, ssl=setting.tls() if setting.ca_file else True)
        return aiohttp.ClientSession(connector=connector, headers=setting.authorization)

    return loop.made(make)


def _call(loop: Loop, setting: Setting) -> Any:
    session, url, question = _session(loop, setting), setting.chat_url, setting.question

    async def call() -> int:
        async with session.post(url, json=question) as reply:
            return content(await reply.json())

    return call


def call(setting: Setting) -> Work:
    loop = Loop()
    return loop.one_by_one(_call(loop, setting), TEXT)


def in_flight(setting: Setting) -> Work:
    loop = Loop()
    return loop.batches(_call(loop, setting), TEXT, setting.calls, setting.in_flight)


def stream(setting: Setting) -> Work:
    loop = Loop()
    session, url, question = _session(loop, setting), setting.chat_url, setting.streamed

    async def call() -> int:
        async with session.post(url, json=question) as reply:
            return await count_async(reply.content.iter_any())

    return loop.one_by_one(call, setting.events - 1)


def down(setting: Setting) -> Work:
    loop = Loop()
    session, url = _session(loop, setting), f"{setting.base_url}/download/{setting.size}"

    async def call() -> int:
        async with session.get(url) as reply:
            return len(await reply.read())

    return loop.one_by_one(call, setting.size)


def up(setting: Setting) -> Work:
    loop = Loop()
    session, url, payload = _session(loop, setting), f"{setting.base_url}/upload", setting.payload

    async def call() -> int:
        async with session.post(url, data=payload) as reply:
            received: int = (await reply.json())["received"]
            return received

    return loop.one_by_one(call, setting.size)


def embeddings(setting: Setting) -> Work:
    loop = Loop()
    session, url = _session(loop, setting), f"{setting.base_url}/embeddings"

    async def call() -> int:
        async with session.post(url, json=setting.embedded) as reply:
            return vectors(await reply.json())

    return loop.one_by_one(call, VECTORS)
