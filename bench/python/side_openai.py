"""The OpenAI SDK: one OpenAI or AsyncOpenAI, its answers pydantic's objects."""

from __future__ import annotations

from typing import Any

import openai

from bench.python import sdk
from bench.python.setting import TEXT, VECTORS, Setting, Work
from bench.python.working import Loop, on_threads, one_by_one


def _options(setting: Setting) -> dict[str, Any]:
    return {"api_key": setting.key, "base_url": setting.base_url}


def _tls(setting: Setting) -> dict[str, Any]:
    return {"verify": setting.tls()} if setting.ca_file else {}


def _client(setting: Setting) -> openai.OpenAI:
    client = openai.DefaultHttpxClient(**_tls(setting)) if setting.ca_file else None
    return openai.OpenAI(**_options(setting), http_client=client)


def _async_client(setting: Setting) -> openai.AsyncOpenAI:
    """Over aiohttp, which the SDK documents as the faster way for many calls at once."""
    client = openai.DefaultAioHttpClient(**_tls(setting))
    return openai.AsyncOpenAI(**_options(setting), http_client=client)


def call(setting: Setting) -> Work:
    return one_by_one(sdk.chat(_client(setting), setting), TEXT)


def call_async(setting: Setting) -> Work:
    return Loop().one_by_one(sdk.chat_async(_async_client(setting), setting), TEXT)


def in_flight(setting: Setting) -> Work:
    call = sdk.chat_async(_async_client(setting), setting)
    return Loop().batches(call, TEXT, setting.calls, setting.in_flight)


def threads(setting: Setting) -> Work:
    call = sdk.chat(_client(setting), setting)
    return on_threads(lambda: call, TEXT, setting.threads)


def stream(setting: Setting) -> Work:
    return one_by_one(sdk.stream(_client(setting), setting), setting.events - 1)


def embeddings(setting: Setting) -> Work:
    return one_by_one(sdk.embeddings(_client(setting), setting), VECTORS)
