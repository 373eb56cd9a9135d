"""``create`` of a chat and of embeddings: declared here, run by the native half.

Made from core/src/option_table/rows.rs and core/src/sourcegen by `make options`; edit there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, overload

from ._arguments import DEFAULT
from ._native import method
from ._part import Part

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._arguments import Default, HeaderArgument, QueryPairs, Timeout
    from ._async_stream import AsyncChatCompletionStream
    from ._omitted import Omitted
    from ._parameters import ChatParameters, EmbeddingParameters
    from ._raw_calls import (
        RawAsyncCompletions,
        RawAsyncEmbeddings,
        RawCompletions,
        RawEmbeddings,
    )
    from ._stream import ChatCompletionStream
    from .types import ChatCompletion, CreateEmbeddingResponse

Input: TypeAlias = str | Sequence[str] | Sequence[int] | Sequence[Sequence[int]]
Messages: TypeAlias = Sequence[Mapping[str, Any]]


class Completions(Part):
    """``client.chat.completions``."""

    if TYPE_CHECKING:

        @property
        def with_raw_response(self) -> RawCompletions: ...

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
        **more: Unpack[ChatParameters],
    ) -> ChatCompletion: ...

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
        **more: Unpack[ChatParameters],
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
        **more: Unpack[ChatParameters],
    ) -> ChatCompletion | ChatCompletionStream: ...

    @method
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
        **more: Unpack[ChatParameters],
    ) -> ChatCompletion | ChatCompletionStream:
        """Asks a model to go on with a conversation.

        ``more`` are further members of the request's body (``temperature``, ``tools``, ...);
        ``extra_body``, for those of another service, is laid over it. The other arguments are
        not part of it.

        :param stream: True gives the answer in chunks, as they are made.
        :param extra_headers: headers of this request.
        :param extra_query: query parameters, as ``params`` of ``Client.request``.
        :param timeout: as in ``Client``; for a stream, the time to its headers.
        :param max_retries: as in ``Client``.
        :param idempotency_key: sent as ``Idempotency-Key``, the same on every attempt.
        :param default: as in ``Client``.
        :raises NeuraError: for a reply that is not an answer, and for none.
        """
        raise NotImplementedError


class Embeddings(Part):
    """``client.embeddings``."""

    if TYPE_CHECKING:

        @property
        def with_raw_response(self) -> RawEmbeddings: ...

    @method
    def create(
        self,
        *,
        model: str,
        input: Input,
        extra_headers: HeaderArgument | None = None,
        extra_query: QueryPairs | None = None,
        extra_body: Mapping[str, Any] | None = None,
        timeout: Timeout = DEFAULT,
        max_retries: int | None = None,
        idempotency_key: str | None = None,
        default: Default | None = None,
        **more: Unpack[EmbeddingParameters],
    ) -> CreateEmbeddingResponse:
        """The vectors of a text, or of several; arguments as in a chat's ``create``."""
        raise NotImplementedError


class AsyncCompletions(Part):
    """``client.chat.completions``."""

    if TYPE_CHECKING:

        @property
        def with_raw_response(self) -> RawAsyncCompletions: ...

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
        **more: Unpack[ChatParameters],
    ) -> ChatCompletion: ...

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
        **more: Unpack[ChatParameters],
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
        **more: Unpack[ChatParameters],
    ) -> ChatCompletion | AsyncChatCompletionStream: ...

    @method
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
        **more: Unpack[ChatParameters],
    ) -> ChatCompletion | AsyncChatCompletionStream:
        """As ``create`` of a ``Client``; with ``stream`` it returns when the headers came,
        and the chunks are for ``async for``."""
        raise NotImplementedError


class AsyncEmbeddings(Part):
    """``client.embeddings``."""

    if TYPE_CHECKING:

        @property
        def with_raw_response(self) -> RawAsyncEmbeddings: ...

    async def create(
        self,
        *,
        model: str,
        input: Input,
        extra_headers: HeaderArgument | None = None,
        extra_query: QueryPairs | None = None,
        extra_body: Mapping[str, Any] | None = None,
        timeout: Timeout = DEFAULT,
        max_retries: int | None = None,
        idempotency_key: str | None = None,
        default: Default | None = None,
        **more: Unpack[EmbeddingParameters],
    ) -> CreateEmbeddingResponse:
        """The vectors of a text, or of several; arguments as in a chat's ``create``."""
        raise NotImplementedError

    if not TYPE_CHECKING:
        create = method(create)
