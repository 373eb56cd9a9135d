"""``client.chat`` and ``client.models``, as the OpenAI SDK names them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Coroutine, Generator
from typing import TYPE_CHECKING, Any

from ._create import AsyncCompletions, Completions
from ._native import method
from ._part import Explained, Part

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._arguments import CallArguments, Progress
    from ._native import Call, Client
    from ._raw_calls import RawAsyncChat, RawAsyncModels, RawChat, RawModels
    from .types import Model, ModelList


class Chat(Part):
    """``client.chat``."""

    def __init__(self, native: Any = None) -> None:
        super().__init__(native)
        self.completions: Completions = Completions(native)

    if TYPE_CHECKING:

        @property
        def with_raw_response(self) -> RawChat: ...


class AsyncChat(Part):
    """``client.chat`` for asyncio."""

    def __init__(self, native: Any = None) -> None:
        super().__init__(native)
        self.completions: AsyncCompletions = AsyncCompletions(native)

    if TYPE_CHECKING:

        @property
        def with_raw_response(self) -> RawAsyncChat: ...


class Models(Part):
    """``client.models``."""

    if TYPE_CHECKING:

        @property
        def with_raw_response(self) -> RawModels: ...

    @method
    def list(
        self, *, progress: Progress | None = None, **arguments: Unpack[CallArguments]
    ) -> ModelList:
        """The models that the key may use: iterate over them, or see ``.data``. ``progress`` is
        as in ``Client.request``."""
        raise NotImplementedError

    @method
    def retrieve(self, model: str, **arguments: Unpack[CallArguments]) -> Model:
        """One model by its id; ``NotFoundError`` if there is no such model."""
        raise NotImplementedError


class AsyncModels(Part):
    """``client.models`` for asyncio."""

    if TYPE_CHECKING:

        @property
        def with_raw_response(self) -> RawAsyncModels: ...

    @method
    def list(
        self, *, progress: Progress | None = None, **arguments: Unpack[CallArguments]
    ) -> AsyncListing:
        """The models that the key may use: ``await`` it for the list, or ``async for`` over
        them at once."""
        raise NotImplementedError

    async def retrieve(self, model: str, **arguments: Unpack[CallArguments]) -> Model:
        """One model by its id; ``NotFoundError`` if there is no such model."""
        raise NotImplementedError

    # Type checkers know an `async def` alone for what it is.
    if not TYPE_CHECKING:
        retrieve = method(retrieve)


class AsyncListing(Explained, Coroutine[Any, Any, "ModelList"]):
    """A list to be asked for: each ``await`` and each ``async for`` sends the request.

    It is a coroutine, for example for ``asyncio.create_task``, but one that need not be awaited.
    """

    _instead = "Await it first: models = await client.models.list()"

    def __init__(self, native: Client, call: Call[ModelList]) -> None:
        self._native = native
        self._call = call
        #: Driven from outside, as by a task.
        self._driven: Coroutine[Any, Any, ModelList] | None = None

    def _ask(self) -> Coroutine[Any, Any, ModelList]:
        from ._port import run

        return run(self._native, self._call.again())

    def __await__(self) -> Generator[Any, Any, ModelList]:
        return self._ask().__await__()

    async def __aiter__(self) -> AsyncIterator[Model]:
        for item in await self:
            yield item

    def _drive(self) -> Coroutine[Any, Any, ModelList]:
        if self._driven is None:
            self._driven = self._ask()
        return self._driven

    def send(self, value: Any) -> Any:
        """As of every coroutine."""
        return self._drive().send(value)

    def throw(self, *raised: Any) -> Any:
        """As of every coroutine."""
        return self._drive().throw(*raised)

    def close(self) -> None:
        """As of every coroutine."""
        if self._driven is not None:
            self._driven.close()
