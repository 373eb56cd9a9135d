"""urllib3: one PoolManager."""

from __future__ import annotations

import urllib3

from bench.python.events import count
from bench.python.setting import TEXT, VECTORS, Setting, Work, content, vectors
from bench.python.working import on_threads, one_by_one

PIECE = 64 * 1024


def _pool(setting: Setting) -> urllib3.PoolManager:
    return urllib3.PoolManager(
        headers=setting.authorization, ca_certs=setting.ca_file, maxsize=max(1, setting.threads)
    )


def call(setting: Setting) -> Work:
    pool, url, question = _pool(setting), setting.chat_url, setting.question
    headers = setting.headers
    return one_by_one(
        lambda: content(pool.request("POST", url, json=question, headers=headers).json()), TEXT
    )


def threads(setting: Setting) -> Work:
    pool, url, question = _pool(setting), setting.chat_url, setting.question
    headers = setting.headers

    def call() -> int:
        return content(pool.request("POST", url, json=question, headers=headers).json())

    return on_threads(lambda: call, TEXT, setting.threads)


def stream(setting: Setting) -> Work:
    pool, url, question = _pool(setting), setting.chat_url, setting.streamed
    headers = setting.headers

    def call() -> int:
        reply = pool.request("POST", url, json=question, headers=headers, preload_content=False)
        try:
            return count(reply.stream(PIECE))
        finally:
            reply.release_conn()

    return one_by_one(call, setting.events - 1)


def down(setting: Setting) -> Work:
    pool, url = _pool(setting), f"{setting.base_url}/download/{setting.size}"
    return one_by_one(lambda: len(pool.request("GET", url).data), setting.size)


def up(setting: Setting) -> Work:
    pool, url, payload = _pool(setting), f"{setting.base_url}/upload", setting.payload
    return one_by_one(
        lambda: pool.request("POST", url, body=payload).json()["received"], setting.size
    )


def embeddings(setting: Setting) -> Work:
    pool, url, asked = _pool(setting), f"{setting.base_url}/embeddings", setting.embedded
    headers = setting.headers
    return one_by_one(
        lambda: vectors(pool.request("POST", url, json=asked, headers=headers).json()),
        VECTORS,
    )
