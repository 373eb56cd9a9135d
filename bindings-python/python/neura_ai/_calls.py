"""The named calls, under the names that the OpenAI SDK gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, overload

from . import _json, _native
from ._arguments import DEFAULT, CallArguments, HeaderArgument, Params, Timeout, call_options
from ._object import Object
from ._response import ResponseInfo
from ._stream import ChatCompletionStream

if TYPE_CHECKING:
    from typing_extensions import Unpack

Messages: TypeAlias = Sequence[Mapping[str, Any]]


class Completions:
    """``client.chat.completions``."""

    def __init__(self, native: _native.Client) -> None:
        self._native = native

    @overload
    def create(
        self,
        *,
        model: str,
        messages: Messages,
        stream: Literal[False] | None = None,
        extra_headers: HeaderArgument | None = None,
        extra_query: Params | None = None,
        extra_body: Mapping[str, Any] | None = None,
        timeout: Timeout = DEFAULT,
        max_retries: int | None = None,
        idempotency_key: str | None = None,
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
        extra_query: Params | None = None,
        extra_body: Mapping[str, Any] | None = None,
        timeout: Timeout = DEFAULT,
        max_retries: int | None = None,
        idempotency_key: str | None = None,
        **more: Any,
    ) -> ChatCompletionStream: ...

    @overload
    def create(
        self,
        *,
        model: str,
        messages: Messages,
        stream: bool | None,
        extra_headers: HeaderArgument | None = None,
        extra_query: Params | None = None,
        extra_body: Mapping[str, Any] | None = None,
        timeout: Timeout = DEFAULT,
        max_retries: int | None = None,
        idempotency_key: str | None = None,
        **more: Any,
    ) -> Object | ChatCompletionStream: ...

    def create(
        self,
        *,
        model: str,
        messages: Messages,
        stream: bool | None = None,
        extra_headers: HeaderArgument | None = None,
        extra_query: Params | None = None,
        extra_body: Mapping[str, Any] | None = None,
        timeout: Timeout = DEFAULT,
        max_retries: int | None = None,
        idempotency_key: str | None = None,
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
        :raises NeuraError: for a reply that is not an answer, and for none.
        """
        options = call_options(
            extra_headers=extra_headers,
            extra_query=extra_query,
            timeout=timeout,
            max_retries=max_retries,
            idempotency_key=idempotency_key,
        )
        body = {"model": model, "messages": messages, **more}
        if stream is not None:
            body["stream"] = stream
        text = _json.dumps({**body, **(extra_body or {})})
        if stream:
            return ChatCompletionStream(self._native.chat_stream(text, options))
        return _object(self._native.chat(text, options))


class Chat:
    """``client.chat``."""

    def __init__(self, native: _native.Client) -> None:
        self.completions: Completions = Completions(native)


class Models:
    """``client.models``."""

    def __init__(self, native: _native.Client) -> None:
        self._native = native

    def list(self, **arguments: Unpack[CallArguments]) -> Object:
        """The models that the key may use: ``client.models.list().data``."""
        return _object(self._native.models(call_options(**arguments)))

    def retrieve(self, model: str, **arguments: Unpack[CallArguments]) -> Object:
        """One model by its id; a ``NotFoundError`` where there is none."""
        return _object(self._native.model(model, call_options(**arguments)))


class Embeddings:
    """``client.embeddings``."""

    def __init__(self, native: _native.Client) -> None:
        self._native = native

    def create(
        self,
        *,
        model: str,
        input: str | Sequence[Any],
        extra_body: Mapping[str, Any] | None = None,
        extra_headers: HeaderArgument | None = None,
        extra_query: Params | None = None,
        timeout: Timeout = DEFAULT,
        max_retries: int | None = None,
        idempotency_key: str | None = None,
        **more: Any,
    ) -> Object:
        """The vectors of a text, or of several; arguments as in a chat's ``create``."""
        options = call_options(
            extra_headers=extra_headers,
            extra_query=extra_query,
            timeout=timeout,
            max_retries=max_retries,
            idempotency_key=idempotency_key,
        )
        text = _json.dumps({"model": model, "input": input, **more, **(extra_body or {})})
        return _object(self._native.embeddings(text, options))


def _object(reply: _native.Response) -> Object:
    value: Object = reply.json(object_hook=Object)
    if isinstance(value, Object):
        value._response = ResponseInfo.of(reply)
    return value
