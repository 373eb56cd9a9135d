"""The work of clients that have the OpenAI SDK's interface: the SDK's own, and this project's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from bench.python.setting import Setting
from bench.python.working import Call


def chat(client: Any, setting: Setting) -> Call:
    messages = setting.question["messages"]

    def call() -> int:
        reply = client.chat.completions.create(model="gpt-5", messages=messages)
        return len(reply.choices[0].message.content or "")

    return call


def chat_async(client: Any, setting: Setting) -> Callable[[], Awaitable[int]]:
    messages = setting.question["messages"]

    async def call() -> int:
        reply = await client.chat.completions.create(model="gpt-5", messages=messages)
        return len(reply.choices[0].message.content or "")

    return call


def stream(client: Any, setting: Setting) -> Call:
    """Counts the chunks that have words."""
    messages = setting.question["messages"]

    def call() -> int:
        found = 0
        for chunk in client.chat.completions.create(model="gpt-5", messages=messages, stream=True):
            if chunk.choices[0].delta.content is not None:
                found += 1
        return found

    return call


def embeddings(client: Any, setting: Setting) -> Call:
    asked = setting.embedded

    def call() -> int:
        reply = client.embeddings.create(**asked)
        return sum(len(item.embedding) for item in reply.data)

    return call
