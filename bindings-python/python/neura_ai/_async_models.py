"""``client.models`` and ``client.embeddings`` for asyncio."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Generator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from . import _call
from ._arguments import (
    DEFAULT,
    CallArguments,
    Default,
    HeaderArgument,
    QueryPairs,
    Timeout,
    call_options,
)
from ._naming import called_as
from ._native import Call
from ._port import run

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._native import Client
    from ._object import Object, ObjectList


class AsyncListing(Coroutine[Any, Any, "ObjectList"]):
    """A list to be asked for: each ``await`` and each ``async for`` sends the request.

    A coroutine for whoever wants one, ``asyncio.create_task`` say, but one that may be left
    alone.
    """

    def __init__(self, ask: Callable[[], Coroutine[Any, Any, ObjectList]]) -> None:
        self._ask = ask
        #: Driven from outside, as by a task.
        self._driven: Coroutine[Any, Any, ObjectList] | None = None

    def __await__(self) -> Generator[Any, Any, ObjectList]:
        return self._ask().__await__()

    async def __aiter__(self) -> AsyncIterator[Any]:
        for item in await self:
            yield item

    def send(self, value: Any) -> Any:
        """For whoever drives it."""
        if self._driven is None:
            self._driven = self._ask()
        return self._driven.send(value)

    def throw(self, *raised: Any) -> Any:
        """For whoever drives it."""
        if self._driven is None:
            self._driven = self._ask()
        return self._driven.throw(*raised)

    def close(self) -> None:
        """For whoever drives it."""
        if self._driven is not None:
            self._driven.close()


class AsyncModels:
    """``client.models``."""

    def __init__(self, native: Client) -> None:
        self._native = native

    def list(self, **arguments: Unpack[CallArguments]) -> AsyncListing:
        """The models that the key may use: ``await`` it for the list, or ``async for`` over
        them at once."""
        try:
            options = called_as("models.list", call_options, **arguments)
        finally:
            # Tools that report errors print the variables of each frame.
            del arguments

        async def list() -> ObjectList:  # Its name in a traceback.
            return _call.listing(await run(self._native, Call.models(options)))

        return AsyncListing(list)

    async def retrieve(self, model: str, **arguments: Unpack[CallArguments]) -> Object:
        """One model by its id; a ``NotFoundError`` where there is none."""
        try:
            options = called_as("models.retrieve", call_options, **arguments)
            return _call.answer(await run(self._native, Call.model(model, options)))
        finally:
            del arguments


class AsyncEmbeddings:
    """``client.embeddings``."""

    def __init__(self, native: Client, default: Default | None) -> None:
        self._native = native
        self._default = default

    async def create(
        self,
        *,
        model: str,
        input: str | Sequence[Any],
        extra_body: Mapping[str, Any] | None = None,
        extra_headers: HeaderArgument | None = None,
        extra_query: QueryPairs | None = None,
        timeout: Timeout = DEFAULT,
        max_retries: int | None = None,
        idempotency_key: str | None = None,
        default: Default | None = None,
        **more: Any,
    ) -> Object:
        """The vectors of a text, or of several; arguments as in a chat's ``create``."""
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
        named = {"model": model, "input": input}
        members = _call.members(named, more, extra_body)
        extra = _call.unchecked(extra_body)
        return _call.answer(
            await run(
                self._native, Call.embeddings(members, default or self._default, options, extra)
            )
        )
