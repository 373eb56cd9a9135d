"""Asynchronous iterators over the streams of the native half."""

from __future__ import annotations

import asyncio
import warnings
from collections import deque
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Generic, NoReturn, TypeVar

from . import _native
from ._errors import CancelledError, InvalidArgumentError
from ._object import Object
from ._port import running_port
from ._response import ResponseInfo
from ._stream import chunk

#: Is given what ends the request that opens a stream.
_Begun = Callable[[Callable[[], None]], None]
_Item = TypeVar("_Item")
_Self = TypeVar("_Self", bound="_AsyncStream[Any]")


class _AsyncStream(Generic[_Item]):
    """A stream for ``async for`` and ``async with``, to be read once, by one task at a time.

    Leaving the ``async with`` block, ``close()`` and the end of the stream close the
    connection, and so does a cancelled task that waits for the next item.
    """

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
        self._ahead: deque[Any] = deque()
        #: To be raised behind the items. The native half tells it again to who asks again:
        #: an exception that is kept would keep the frames that it went through.
        self._failure: Exception | None = None
        self._failed = False
        #: The true end follows the items.
        self._ended = False
        #: Why it gives no more, where it was closed before its end.
        self._closed: str | None = None
        #: A task waits for the next items.
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
        while not self._ahead:
            if self._closed is not None:
                raise CancelledError(self._closed)
            if self._ended:
                raise StopAsyncIteration
            if self._failure is not None:
                self._fail(self._failure)
            await self._wait()
        return self._read(self._ahead.popleft())

    async def _wait(self) -> None:
        """Waits for items, or for the end."""
        if self._waited_for:
            raise InvalidArgumentError(
                "another task is already waiting for the stream's next item: only one may read it"
            )
        self._waited_for = True
        try:
            native = self._native or await self._open()
            items, ended, failure = await running_port().run(native.begin_next)
        except (asyncio.CancelledError, GeneratorExit):
            # What was on its way to the task is lost, so there is no going on behind it.
            self._close(
                "the stream was closed when a task that waited for its next item was cancelled"
            )
            raise
        finally:
            self._waited_for = False
        if self._closed is not None:
            raise CancelledError("the stream was closed while a task waited for its next item")
        self._ahead.extend(items)
        self._failure, self._failed = failure, failure is not None
        self._ended = ended and not self._failed

    def _fail(self, failure: Exception) -> NoReturn:
        self._failure = None
        try:
            raise failure
        finally:
            del failure  # Its traceback has this frame.

    def _read(self, item: Any) -> _Item:
        raise NotImplementedError

    async def _open(self) -> _native.Stream:
        if self._opening is None:
            raise InvalidArgumentError("the stream has already been opened or closed")
        opening, self._opening = self._opening, None  # A request goes out once.
        try:
            opened = await opening(self._begun)
        except CancelledError:
            if self._closed is None:
                raise
            raise CancelledError("the stream was closed while it was being opened") from None
        finally:
            self._cancel = None
        if self._closed is not None:
            opened.close()
            raise CancelledError("the stream was closed while it was being opened")
        self._native = opened
        return opened

    def _begun(self, cancel: Callable[[], None]) -> None:
        self._cancel = cancel
        if self._closed is not None:
            cancel()  # By another thread, just now.

    async def close(self) -> None:
        """Closes the connection at once. Closing twice is fine. A task that waits for the
        stream to open or for its next item gets a ``CancelledError`` of this package, and so
        does who asks for more of a stream that was closed before its end."""
        self._close(_native.CLOSED_STREAM)

    def _close(self, why: str) -> None:
        if self._closed is None and (self._ahead or not (self._ended or self._failed)):
            self._closed = why
        self._ahead.clear()
        self._opening = None
        if self._cancel:
            self._cancel()
        if self._native:
            self._native.close()

    aclose = close

    def __reduce__(self) -> NoReturn:
        # What `copy` asks for too.
        raise TypeError("a stream has one connection and cannot be copied or pickled")

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

    def __del__(self) -> None:
        native = getattr(self, "_native", None)
        if native and native.is_open:
            native.close()
            warnings.warn(f"unclosed {self!r}", ResourceWarning, stacklevel=1, source=self)


class AsyncEventStream(_AsyncStream[_native.Event]):
    """The events of a stream as they came, to the first whose data is ``[DONE]``.

    The request goes out with the first step, or with ``async with``.
    """

    def _read(self, item: Any) -> _native.Event:
        event: _native.Event = item
        return event


class AsyncChatCompletionStream(_AsyncStream[Object]):
    """The chunks of a streamed chat.

    Iterating raises the error that the server sends inside the stream, and
    ``IncompleteStreamError`` where the stream ends before the answer does.
    """

    def _read(self, item: Any) -> Object:
        return chunk(item)
