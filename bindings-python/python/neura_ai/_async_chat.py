"""``client.chat`` for asyncio."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, overload

from . import _call
from ._arguments import DEFAULT, Default, HeaderArgument, QueryPairs, Timeout, call_options
from ._async_stream import AsyncChatCompletionStream
from ._native import Call
from ._port import run

if TYPE_CHECKING:
    from ._chat import Messages
    from ._native import Client
    from ._object import Object
    from ._omitted import Omitted


class AsyncCompletions:
    """``client.chat.completions``."""

    def __init__(self, native: Client, default: Default | None) -> None:
        self._native = native
        self._default = default

    @overload
    async def create(
        self,
        *,
        model: str,
        messages: Messages,
        stream: Literal[False] | Omitted | None = None,
        extra_headers: HeaderArgument | None = None,
        extra_query: QueryPairs | None = None,
        extra_body: Mapping[str, Any] | None = None,
        timeout: Timeout = DEFAULT,
        max_retries: int | None = None,
        idempotency_key: str | None = None,
        default: Default | None = None,
        **more: Any,
    ) -> Object: ...

    @overload
    async def create(
        self,
        *,
        model: str,
        messages: Messages,
        stream: Literal[True],
        extra_headers: HeaderArgument | None = None,
        extra_query: QueryPairs | None = None,
        extra_body: Mapping[str, Any] | None = None,
        timeout: Timeout = DEFAULT,
        max_retries: int | None = None,
        idempotency_key: str | None = None,
        default: Default | None = None,
        **more: Any,
    ) -> AsyncChatCompletionStream: ...

    @overload
    async def create(
        self,
        *,
        model: str,
        messages: Messages,
        stream: bool | Omitted | None,
        extra_headers: HeaderArgument | None = None,
        extra_query: QueryPairs | None = None,
        extra_body: Mapping[str, Any] | None = None,
        timeout: Timeout = DEFAULT,
        max_retries: int | None = None,
        idempotency_key: str | None = None,
        default: Default | None = None,
        **more: Any,
    ) -> Object | AsyncChatCompletionStream: ...

    async def create(
        self,
        *,
        model: str,
        messages: Messages,
        stream: bool | Omitted | None = None,
        extra_headers: HeaderArgument | None = None,
        extra_query: QueryPairs | None = None,
        extra_body: Mapping[str, Any] | None = None,
        timeout: Timeout = DEFAULT,
        max_retries: int | None = None,
        idempotency_key: str | None = None,
        default: Default | None = None,
        **more: Any,
    ) -> Object | AsyncChatCompletionStream:
        """As ``create`` of a ``Client``; with ``stream`` it returns when the headers came,
        and the chunks are for ``async for``."""
        try:
            options = call_options(
                extra_headers=extra_headers,
                extra_query=extra_query,
                timeout=timeout,
                max_retries=max_retries,
                idempotency_key=idempotency_key,
                **_call.options_in(more),
            )
        finally:
            # Tools that report errors print the variables of each frame.
            del extra_headers
        named = _call.chat(model, messages, stream)
        members = _call.members(named, more, extra_body)
        extra = _call.unchecked(extra_body)
        if stream:
            opened = await run(
                self._native, Call.chat_stream(members, default or self._default, options, extra)
            )
            return AsyncChatCompletionStream(opened)
        return _call.answer(
            await run(self._native, Call.chat(members, default or self._default, options, extra))
        )


class AsyncChat:
    """``client.chat``."""

    def __init__(self, native: Client, default: Default | None) -> None:
        self.completions: AsyncCompletions = AsyncCompletions(native, default)
