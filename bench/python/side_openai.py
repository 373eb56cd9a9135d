"""The OpenAI SDK: one OpenAI or AsyncOpenAI, its answers pydantic's objects."""

from __future__ import annotations

from typing import Any

import openai

from bench.python.setting import TEXT, Setting, Work
from bench.python.working import Loop, on_threads, one_by_one


def _options(setting: Setting, client: Any) -> dict[str, Any]:
    options: dict[str, Any] = {"api_key": setting.key, "base_url": setting.base_url}
    if setting.ca_file:
        options["http_client"] = client(verify=setting.tls())
    return options


def _client(setting: Setting) -> openai.OpenAI:
    return openai.OpenAI(**_options(setting, openai.DefaultHttpxClient))


def _call(setting: Setting) -> Any:
    client, messages = _client(setting), setting.question["messages"]

    def call() -> int:
        reply = client.chat.completions.create(model="gpt-5", messages=messages)
        return len(reply.choices[0].message.content or "")

    return call


def _async_call(setting: Setting) -> Any:
    client = openai.AsyncOpenAI(**_options(setting, openai.DefaultAsyncHttpxClient))
    messages = setting.question["messages"]

    async def call() -> int:
        reply = await client.chat.completions.create(model="gpt-5", messages=messages)
        return len(reply.choices[0].message.content or "")

    return call


def call(setting: Setting) -> Work:
    return one_by_one(_call(setting), TEXT)


def call_async(setting: Setting) -> Work:
    return Loop().one_by_one(_async_call(setting), TEXT)


def in_flight(setting: Setting) -> Work:
    return Loop().batches(_async_call(setting), TEXT, setting.calls, setting.in_flight)


def threads(setting: Setting) -> Work:
    call = _call(setting)
    return on_threads(lambda: call, TEXT, setting.threads)


def stream(setting: Setting) -> Work:
    client, messages = _client(setting), setting.question["messages"]

    def call() -> int:
        found = 0
        for chunk in client.chat.completions.create(model="gpt-5", messages=messages, stream=True):
            if chunk.choices[0].delta.content is not None:
                found += 1
        return found

    return one_by_one(call, setting.events - 1)


def embeddings(setting: Setting) -> Work:
    client, asked = _client(setting), setting.embedded

    def call() -> int:
        reply = client.embeddings.create(**asked)
        return sum(len(item.embedding) for item in reply.data)

    return one_by_one(call, 100 * 1536)
