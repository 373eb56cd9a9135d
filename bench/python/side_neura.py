"""This project's clients."""

from __future__ import annotations

from typing import Any

import neura_ai

from bench.python.setting import TEXT, Setting, Work, content, vectors
from bench.python.working import Loop, on_threads, one_by_one


def _client(setting: Setting) -> neura_ai.Client:
    return neura_ai.Client(setting.key, base_url=setting.base_url, ca_file=setting.ca_file)


def _async_client(setting: Setting) -> neura_ai.AsyncClient:
    return neura_ai.AsyncClient(setting.key, base_url=setting.base_url, ca_file=setting.ca_file)


def call_post(setting: Setting) -> Work:
    client, question = _client(setting), setting.question
    return one_by_one(lambda: content(client.post("/chat/completions", json=question).json()), TEXT)


def call_create(setting: Setting) -> Work:
    client, messages = _client(setting), setting.question["messages"]

    def call() -> int:
        reply = client.chat.completions.create(model="gpt-5", messages=messages)
        return len(reply.choices[0].message.content or "")

    return one_by_one(call, TEXT)


def call_async_post(setting: Setting) -> Work:
    client, question = _async_client(setting), setting.question

    async def call() -> int:
        return content((await client.post("/chat/completions", json=question)).json())

    return Loop().one_by_one(call, TEXT)


def _async_create(setting: Setting) -> Any:
    client, messages = _async_client(setting), setting.question["messages"]

    async def call() -> int:
        reply = await client.chat.completions.create(model="gpt-5", messages=messages)
        return len(reply.choices[0].message.content or "")

    return call


def call_async_create(setting: Setting) -> Work:
    return Loop().one_by_one(_async_create(setting), TEXT)


def in_flight(setting: Setting) -> Work:
    call = _async_create(setting)
    return Loop().batches(call, TEXT, setting.calls, setting.in_flight)


def threads(setting: Setting) -> Work:
    client, messages = _client(setting), setting.question["messages"]

    def call() -> int:
        reply = client.chat.completions.create(model="gpt-5", messages=messages)
        return len(reply.choices[0].message.content or "")

    return on_threads(lambda: call, TEXT, setting.threads)


def stream_create(setting: Setting) -> Work:
    client, messages = _client(setting), setting.question["messages"]

    def call() -> int:
        found = 0
        for chunk in client.chat.completions.create(model="gpt-5", messages=messages, stream=True):
            if chunk.choices[0].delta.content is not None:
                found += 1
        return found

    return one_by_one(call, setting.events - 1)


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
    client, path = _client(setting), f"/download/{setting.size}"
    return one_by_one(lambda: len(client.get(path).content), setting.size)


def up(setting: Setting) -> Work:
    client, payload = _client(setting), setting.payload
    return one_by_one(lambda: client.post("/upload", data=payload).json()["received"], setting.size)


def embeddings_create(setting: Setting) -> Work:
    client, asked = _client(setting), setting.embedded

    def call() -> int:
        reply = client.embeddings.create(**asked)
        return sum(len(item.embedding) for item in reply.data)

    return one_by_one(call, 100 * 1536)


def embeddings_post(setting: Setting) -> Work:
    client, asked = _client(setting), setting.embedded
    return one_by_one(lambda: vectors(client.post("/embeddings", json=asked).json()), 100 * 1536)
