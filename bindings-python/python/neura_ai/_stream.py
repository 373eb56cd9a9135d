"""Iterators over the streams of the native half."""

from __future__ import annotations

import warnings
from types import TracebackType
from typing import Any, Generic, NoReturn, TypeVar

from ._native import Event, Stream
from ._part import Explained
from ._response import ResponseInfo
from .types import ChatCompletion, ChatCompletionChunk

_Item = TypeVar("_Item")
_Self = TypeVar("_Self", bound="_Stream[Any]")


class StreamBase(Explained, Generic[_Item]):
    """What streams for threads and for event loops have in common."""

    _instead = (
        "It is a stream: iterate over it. For a whole answer, leave out stream=True in create"
    )
    _native: Any

    # An error for type checkers too, whatever the key.
    def __getitem__(self, key: NoReturn) -> NoReturn:
        name = type(self).__name__
        raise TypeError(f"{name!r} object is not subscriptable. {self._instead}")

    def __reduce__(self) -> NoReturn:
        # What `copy` asks for too.
        raise TypeError("a stream has one connection and cannot be copied or pickled")

    def __del__(self) -> None:
        native = getattr(self, "_native", None)
        if native and native.is_open:
            native.close()
            warnings.warn(f"unclosed {self!r}", ResourceWarning, stacklevel=1, source=self)


class _Stream(StreamBase[_Item]):
    """An open stream: iterate over it once, or use it as a context manager.

    Leaving the ``with`` block, ``close()`` and the end of the stream close the
    connection. Another thread may call ``close()`` at any time; a thread that waits for the next
    item then, or asks for it afterwards, gets a ``CancelledError``.
    """

    _native: Stream
    _info: ResponseInfo | None = None

    def __init__(self, native: Stream) -> None:
        self._native = native

    @property
    def response(self) -> ResponseInfo:
        """Status, headers, request id, attempts and rate limit of the reply."""
        if self._info is None:
            self._info = ResponseInfo.of(self._native)
        return self._info

    @property
    def _response(self) -> ResponseInfo:
        return self.response

    def __iter__(self: _Self) -> _Self:
        return self

    def __next__(self) -> _Item:
        item: _Item | None = self._native.next()
        if item is None:
            raise StopIteration
        return item

    def close(self) -> None:
        """Closes the connection at once. Closing twice is fine."""
        self._native.close()

    def __enter__(self: _Self) -> _Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class EventStream(_Stream[Event]):
    """The events of a stream as they came, to the first whose data is ``[DONE]``.

    >>> import neura_ai
    >>> messages = [{"role": "user", "content": "Hello!"}]
    >>> question = {"model": "gpt-5", "messages": messages, "stream": True}
    >>> with neura_ai.Client().stream("POST", "/chat/completions", json=question) as events:
    ...     {event.json()["object"] for event in events}
    {'chat.completion.chunk'}
    """


class ChatCompletionStream(_Stream[ChatCompletionChunk]):
    """The chunks of a streamed chat.

    Iterating raises the error that the server sends inside the stream, and
    ``IncompleteStreamError`` where the stream ends before the answer does.

    >>> import neura_ai
    >>> with neura_ai.Client().chat.completions.create(
    ...     model="gpt-5", messages=[{"role": "user", "content": "Hello!"}], stream=True
    ... ) as stream:
    ...     "".join(chunk.choices[0].delta.get("content") or "" for chunk in stream)
    'You said: Hello!'
    """

    def final(self) -> ChatCompletion:
        """The whole answer once the stream has ended, tool calls and usage included, in the form
        of a completion that was not streamed. What is left of the stream is read first.

        :raises NeuraError: the stream's error; a ``CancelledError`` if it was closed early.
        """
        return self._native.whole()
