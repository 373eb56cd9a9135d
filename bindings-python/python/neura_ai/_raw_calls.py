"""The calls of ``with_raw_response``, for type checkers. ``_raw.py`` has them.

Made from core/src/option_table/rows.rs and core/src/sourcegen by `make options`; edit there.
"""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from typing import TYPE_CHECKING, Any, Literal, Protocol, overload

from ._arguments import DEFAULT, ApiKey, AsyncApiKey
from ._async_stream import AsyncEventStream
from ._response import Response
from ._stream import EventStream
from ._verbs import Verbs

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._arguments import CallArguments, Default, HeaderArgument, Progress, QueryPairs, Timeout
    from ._async_stream import AsyncChatCompletionStream
    from ._create import Input, Messages
    from ._object import Object
    from ._omitted import Omitted
    from ._parameters import ChatParameters, EmbeddingParameters
    from ._raw import RawResponse
    from ._stream import ChatCompletionStream
    from .types import ChatCompletion, CreateEmbeddingResponse, Model, ModelList


class RawCompletions(Protocol):
    """Those of ``client.chat.completions``."""

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
    ) -> RawResponse[ChatCompletion]: ...

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
    ) -> RawResponse[ChatCompletionStream]: ...

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
    ) -> RawResponse[ChatCompletion | ChatCompletionStream]: ...


class RawEmbeddings(Protocol):
    """Those of ``client.embeddings``."""

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
    ) -> RawResponse[CreateEmbeddingResponse]: ...


class RawModels(Protocol):
    """Those of ``client.models``."""

    def list(
        self, *, progress: Progress | None = None, **arguments: Unpack[CallArguments]
    ) -> RawResponse[ModelList]: ...

    def retrieve(self, model: str, **arguments: Unpack[CallArguments]) -> RawResponse[Model]: ...


class RawChat(Protocol):
    """Those of ``client.chat``."""

    completions: RawCompletions


class RawClient(Verbs[ApiKey, Response, EventStream]):
    """Those of a client. A verb returns the reply itself."""

    chat: RawChat
    models: RawModels
    embeddings: RawEmbeddings
    base_url: str

    def check(self, **arguments: Unpack[CallArguments]) -> Object:
        """As ``Client.check``. The result itself has the status."""
        raise NotImplementedError


class RawAsyncCompletions(Protocol):
    """Those of ``client.chat.completions``."""

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
    ) -> RawResponse[ChatCompletion]: ...

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
    ) -> RawResponse[AsyncChatCompletionStream]: ...

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
    ) -> RawResponse[ChatCompletion | AsyncChatCompletionStream]: ...


class RawAsyncEmbeddings(Protocol):
    """Those of ``client.embeddings``."""

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
    ) -> RawResponse[CreateEmbeddingResponse]: ...


class RawAsyncModels(Protocol):
    """Those of ``client.models``."""

    async def list(
        self, *, progress: Progress | None = None, **arguments: Unpack[CallArguments]
    ) -> RawResponse[ModelList]: ...

    async def retrieve(
        self, model: str, **arguments: Unpack[CallArguments]
    ) -> RawResponse[Model]: ...


class RawAsyncChat(Protocol):
    """Those of ``client.chat``."""

    completions: RawAsyncCompletions


class RawAsyncClient(Verbs[AsyncApiKey, Coroutine[Any, Any, Response], AsyncEventStream]):
    """Those of a client. A verb returns the reply itself."""

    chat: RawAsyncChat
    models: RawAsyncModels
    embeddings: RawAsyncEmbeddings
    base_url: str

    async def check(self, **arguments: Unpack[CallArguments]) -> Object:
        """As ``Client.check``. The result itself has the status."""
        raise NotImplementedError
