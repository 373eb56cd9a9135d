"""This project's clients."""

from __future__ import annotations

import neura_ai

from bench.python import sdk, verbs
from bench.python.setting import TEXT, VECTORS, Setting, Work, content
from bench.python.working import Loop, on_threads, one_by_one


def _client(setting: Setting) -> neura_ai.Client:
    return neura_ai.Client(setting.key, base_url=setting.base_url, ca_file=setting.ca_file)


def _async_client(setting: Setting) -> neura_ai.AsyncClient:
    return neura_ai.AsyncClient(setting.key, base_url=setting.base_url, ca_file=setting.ca_file)


def call_post(setting: Setting) -> Work:
    return verbs.call(_client(setting), setting.below_the_base_url())


def call_create(setting: Setting) -> Work:
    return one_by_one(sdk.chat(_client(setting), setting), TEXT)


def call_async_post(setting: Setting) -> Work:
    client, question = _async_client(setting), setting.question

    async def call() -> int:
        return content((await client.post("/chat/completions", json=question)).json())

    return Loop().one_by_one(call, TEXT)


def call_async_create(setting: Setting) -> Work:
    return Loop().one_by_one(sdk.chat_async(_async_client(setting), setting), TEXT)


def in_flight(setting: Setting) -> Work:
    call = sdk.chat_async(_async_client(setting), setting)
    return Loop().batches(call, TEXT, setting.calls, setting.in_flight)


def threads(setting: Setting) -> Work:
    call = sdk.chat(_client(setting), setting)
    return on_threads(lambda: call, TEXT, setting.threads)


def stream_create(setting: Setting) -> Work:
    return one_by_one(sdk.stream(_client(setting), setting), setting.events - 1)


def stream_events(setting: Setting) -> Work:
    client, question = _client(setting), setting.streamed

    def call() -> int:
        found = 0
        with client.stream("POST", "/chat/completions", json=question) as events:
            for event in events:
                chunk = event.json()
                if chunk["choices"][0]["delta"].get("content") is not None:
                    found += 1
        return found

    return one_by_one(call, setting.events - 1)


def stream_async_create(setting: Setting) -> Work:
    client, messages = _async_client(setting), setting.question["messages"]

    async def call() -> int:
        found = 0
        stream = await client.chat.completions.create(model="gpt-5", messages=messages, stream=True)
        async for chunk in stream:
            if chunk.choices[0].delta.content is not None:
                found += 1
        return found

    return Loop().one_by_one(call, setting.events - 1)


def down(setting: Setting) -> Work:
    return verbs.down(_client(setting), setting.below_the_base_url())


def up(setting: Setting) -> Work:
    return verbs.up(_client(setting), setting.below_the_base_url(), "data")


def embeddings_create(setting: Setting) -> Work:
    return one_by_one(sdk.embeddings(_client(setting), setting), VECTORS)


def embeddings_post(setting: Setting) -> Work:
    return verbs.embeddings(_client(setting), setting.below_the_base_url())
