"""The OpenAI SDK: one OpenAI or AsyncOpenAI, its answers pydantic's objects."""

from __future__ import annotations

from typing import Any

import openai

from bench.python import sdk
from bench.python.setting import TEXT, VECTORS, Setting, Work
from bench.python.working import Loop, on_threads, one_by_one


def _options(setting: Setting, client: Any) -> dict[str, Any]:
    options: dict[str, Any] = {"api_key": setting.key, "base_url": setting.base_url}
    if setting.ca_file:
        options["http_client"] = client(verify=setting.tls())
    return options


def _client(setting: Setting) -> openai.OpenAI:
    return openai.OpenAI(**_options(setting, openai.DefaultHttpxClient))


def _async_client(setting: Setting) -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(**_options(setting, openai.DefaultAsyncHttpxClient))


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
