"""``client.chat``, under the names that the OpenAI SDK gives it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, overload

from . import _call
from ._arguments import DEFAULT, Default, HeaderArgument, QueryPairs, Timeout, call_options
from ._native import Call
from ._stream import ChatCompletionStream

if TYPE_CHECKING:
    from ._native import Client
    from ._object import Object
    from ._omitted import Omitted

Messages: TypeAlias = Sequence[Mapping[str, Any]]


class Completions:
    """``client.chat.completions``."""

    def __init__(self, native: Client, default: Default | None) -> None:
        self._native = native
        self._default = default

    @overload
    def create(
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
    def create(
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
    ) -> ChatCompletionStream: ...

    @overload
    def create(
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
    ) -> Object | ChatCompletionStream: ...

    def create(
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
    ) -> Object | ChatCompletionStream:
        """Asks a model to go on with a conversation.

        ``more`` are further members of the request's body (``temperature``, ``tools``,
        ...); ``extra_body`` is laid over it. The other arguments are not part of it.

        :param stream: True gives the answer in chunks, as they are made.
        :param extra_headers: headers of this request.
        :param extra_query: query parameters, as ``params`` of ``Client.request``.
        :param timeout: as in ``Client``; for a stream, the time to its headers.
        :param max_retries: as in ``Client``.
        :param idempotency_key: sent as ``Idempotency-Key``, the same on every attempt.
        :param default: as in ``Client``.
        :raises NeuraError: for a reply that is not an answer, and for none.
        """
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
            return ChatCompletionStream(
                self._native.run(
                    Call.chat_stream(members, default or self._default, options, extra)
                )
            )
        return _call.answer(
            self._native.run(Call.chat(members, default or self._default, options, extra))
        )


class Chat:
    """``client.chat``."""

    def __init__(self, native: Client, default: Default | None) -> None:
        self.completions: Completions = Completions(native, default)
