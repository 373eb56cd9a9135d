"""Asynchronous iterators over the streams of the native half."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from types import TracebackType
from typing import Any, NoReturn, TypeVar

from . import _native
from ._body import settled
from ._errors import CancelledError, InvalidArgumentError
from ._port import run, running_port
from ._response import Response, ResponseInfo
from ._source import Source
from ._stream import StreamBase
from .types import ChatCompletion, ChatCompletionChunk

_Begin = Callable[[_native.Stream, _native.Port], int]
#: Is given what ends the request that opens a stream.
_Begun = Callable[[Callable[[], None]], None]
_Item = TypeVar("_Item")
_Self = TypeVar("_Self", bound="_AsyncStream[Any]")


class _AsyncStream(StreamBase[_Item]):
    """A stream for ``async for`` and ``async with``, to be read once, by one task at a time.

    Leaving the ``async with`` block, ``close()`` and the end of the stream close the
    connection, and so does a cancelled task that waits for the next item.
    """

    # Else Python would iterate by asking for item after item.
    __iter__: None = None

    def __init__(
        self,
        native: _native.Stream | None = None,
        opening: Callable[[_Begun], Awaitable[_native.Stream]] | None = None,
    ) -> None:
        self._native = native
        #: Sends the request, unless that was done.
        self._opening = opening
        #: Ends the request, while it is under way.
        self._cancel: Callable[[], None] | None = None
        #: It was closed before it was open, or while a task waited: the native half, which
        #: answers in every other case, does not exist or may still be busy.
        self._closed = False
        #: A task waits for the stream to open or for its next item.
        self._waited_for = False

    @property
    def _response(self) -> ResponseInfo | None:
        """Status, headers, request id, attempts and rate limit; None before it is open."""
        return ResponseInfo.of(self._native) if self._native else None

    @property
    def response(self) -> ResponseInfo | None:
        """Status, headers, request id, attempts and rate limit; None before it is open."""
        return self._response

    def __aiter__(self: _Self) -> _Self:
        return self

    async def __anext__(self) -> _Item:
        self._take_turn()
        native = self._native
        item: _Item | None = native.ahead() if native is not None else None
        if item is None:
            # A stream that is not open gives its end or its error at once, each time.
            over = native is not None and not native.is_open
            item = native.next() if native is not None and over else await self._wait()
        if item is None:
            raise StopAsyncIteration
        return item

    def _take_turn(self) -> None:
        if self._closed:
            self._refuse()
        if self._waited_for:
            raise InvalidArgumentError(
                "another task is already waiting for the stream's next item: only one may read it"
            )

    async def _wait(self, begin: _Begin = _native.Stream.begin_next) -> Any:
        """Waits for the next item, None at the end, or for what else ``begin`` begins."""
        self._waited_for = True
        try:
            native = self._native or await self._open()
            item = await running_port().run(partial(begin, native))
        except (asyncio.CancelledError, GeneratorExit):
            # What was on its way to the task is lost, so there is no going on behind it.
            self._close()
            raise
        except MemoryError:
            if self._native:
                self._native.close()  # So is an item for which there is no memory.
            raise
        finally:
            self._waited_for = False
        if self._closed:
            self._refuse()
        return item

    def _refuse(self) -> NoReturn:
        raise CancelledError(_native.CLOSED_STREAM)

    async def _open(self) -> _native.Stream:
        if self._opening is None:
            raise InvalidArgumentError("the stream has already been opened or closed")
        opening, self._opening = self._opening, None  # A request goes out once.
        try:
            opened = await opening(self._begun)
        finally:
            self._cancel = None
        if self._closed:
            opened.close()
            self._refuse()
        self._native = opened
        return opened

    def _begun(self, cancel: Callable[[], None]) -> None:
        self._cancel = cancel
        if self._closed:
            cancel()  # By another thread, just now.

    async def close(self) -> None:
        """Closes the connection at once. Closing twice is fine. A task that waits for the
        stream to open or for its next item gets a ``CancelledError`` of this package, and so
        does a task that reads on in a stream that was closed before its end."""
        self._close()

    def _close(self) -> None:
        self._closed = self._closed or self._native is None or self._waited_for
        self._opening = None
        if self._cancel:
            self._cancel()
        if self._native:
            self._native.close()

    aclose = close

    async def __aenter__(self: _Self) -> _Self:
        if self._native is None:
            await self._open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


class AsyncEventStream(_AsyncStream[_native.Event]):
    """The events of a stream as they came, to the first whose data is ``[DONE]``.

    The request goes out with the first step, or with ``async with``.
    """


class AsyncChatCompletionStream(_AsyncStream[ChatCompletionChunk]):
    """The chunks of a streamed chat.

    Iterating raises the error that the server sends inside the stream, and
    ``IncompleteStreamError`` where the stream ends before the answer does.
    """

    async def final(self) -> ChatCompletion:
        """As ``final`` of a ``ChatCompletionStream``."""
        self._take_turn()
        answer: ChatCompletion = await self._wait(_native.Stream.begin_whole)
        return answer


def opening(
    native: _native.Client, call: _native.Call[_native.Stream], sources: Sequence[Source]
) -> AsyncEventStream:
    """The events of a call that is made when they are asked for."""
    return AsyncEventStream(opening=partial(run, native, call, sources))


def events_of(response: Response) -> AsyncEventStream:
    """The events of a body."""

    async def opened(begun: _Begun) -> _native.Stream:
        if response._is_read:
            return response._events()
        begun(response.close)
        stream: _native.Stream = await settled(response, response._begin_events)
        return stream

    return AsyncEventStream(opening=opened)
