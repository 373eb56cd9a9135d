"""The way from the worker threads of the native half to the event loops of asyncio."""

from __future__ import annotations

import asyncio
import atexit
import os
import time
import weakref
from asyncio import AbstractEventLoop, Future
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from contextvars import Context, ContextVar, copy_context
from functools import partial
from inspect import isawaitable, iscoroutine
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from . import _native
from ._errors import ConfigError

if TYPE_CHECKING:
    from ._native import Call, Client, Question
    from ._source import Source

_Given = TypeVar("_Given")


class _Asked:
    """A callable while it is asked for a key; None once it has answered."""

    __slots__ = ("callable",)

    def __init__(self, callable: Callable[[], Any] | None) -> None:
        self.callable = callable


#: Those within which this code runs, outermost first.
_asked: ContextVar[tuple[_Asked, ...]] = ContextVar("neura_ai._asked", default=())

#: How long the end of the interpreter waits for calls that were cancelled: seconds.
_GRACE = 0.5


class _Open(NamedTuple):
    """A call that is waited for."""

    future: Future[tuple[Any, BaseException | None]]
    context: Context
    #: Gives the key, where the call asks for it. The native half holds none, so that the
    #: garbage collector sees every reference.
    callable: Callable[[], Any] | None


class Port:
    """The open calls of one event loop.

    Only that loop's thread comes here, but for what wakes it. The loop holds its port
    through the descriptor that it watches, and nothing else does: with the loop goes the
    port, and with the port its calls.
    """

    def __init__(self, loop: AbstractEventLoop) -> None:
        self._open: dict[int, _Open] = {}
        self._asking: dict[int, Future[None]] = {}
        try:
            self._native = _native.Port(None)
            if (descriptor := self._native.fileno()) is None:
                raise NotImplementedError
            loop.add_reader(descriptor, self._settle)
        except (NotImplementedError, OSError):
            # This loop watches no descriptors, as the usual one of Windows does not.
            self._native = _native.Port(_waker(weakref.ref(loop), weakref.ref(self)))

    async def run(
        self,
        begin: Callable[..., int],
        *arguments: Any,
        callable: Callable[[], Any] | None = None,
        begun: Callable[[Callable[[], None]], None] | None = None,
    ) -> Any:
        """What the call comes to that ``begin`` begins at this port; raises its error.

        A task that is cancelled here closes the call's connection. ``callable`` gives the key
        where the call asks for it. ``begun`` is given what ends the call from any thread.
        """
        future = asyncio.get_running_loop().create_future()
        number = begin(self._native, *arguments)
        self._open[number] = _Open(future, copy_context(), callable)
        if begun is not None:
            begun(partial(self._native.cancel, number))
        try:
            value, error = await future
        except BaseException:
            if future.done() and not future.cancelled():
                _let_go(future.result()[0])
            raise
        finally:
            del future  # A traceback keeps this frame, and what it holds.
            if self._open.pop(number, None):
                self._native.cancel(number)
            if asking := self._asking.pop(number, None):
                asking.cancel()
        if error is None:
            return value
        try:
            raise error
        finally:
            del error  # Its traceback has this frame.

    def _settle(self) -> None:
        for number, value, error in self._native.take():
            if number not in self._open:
                _let_go(value)
                continue
            future, context, callable = self._open[number]
            if isinstance(value, _native.Question):
                # In a turn of its own: what it raises must not keep others from their outcomes.
                loop = future.get_loop()
                loop.call_soon(self._ask, number, value, callable, context=context)
                continue
            del self._open[number]
            if future.done():
                _let_go(value)
            else:
                # Not as the future's own exception, which warns if no task looks at it.
                future.set_result((value, error))

    def _ask(self, number: int, question: Question, callable: Callable[[], Any] | None) -> None:
        """Calls the callable that gives the key, in the context of the call that needs it."""
        if number not in self._open or callable is None:
            return  # No task waits any more.
        asked = _Asked(callable)
        _asked.set((*_asked.get(), asked))
        try:
            given = callable()
            if isawaitable(given):
                asking = self._asking[number] = asyncio.ensure_future(_answer(question, given))
                asking.add_done_callback(partial(_answered, asked, given))
                return
            asked.callable = None
            question.answer(given)
        except BaseException as error:
            asked.callable = None
            question.fail(error)
            if isinstance(error, (KeyboardInterrupt, SystemExit)):
                raise  # The loop ends with it, as with what a task raises.

    def stop(self, seconds: float) -> None:
        """Cancels every call."""
        self._native.stop(seconds)


def _let_go(value: Any) -> None:
    """Closes an outcome that no task waits for any more."""
    native = getattr(value, "_native", value)
    if isinstance(native, (_native.Reply, _native.Stream)):
        native.close()


async def _answer(question: Question, given: Awaitable[Any]) -> None:
    """Gives the key to the question alone: what a task returns is shown by debuggers."""
    try:
        question.answer(await given)
    except Exception as error:
        question.fail(error)
    except BaseException as error:
        question.fail(error)
        raise


def _answered(asked: _Asked, given: Awaitable[Any], asking: Future[None]) -> None:
    """The question has the outcome, so the task must not warn about its exception."""
    asked.callable = None
    if iscoroutine(given):
        given.close()  # It was cancelled before it began, if it did not end.
    if not asking.cancelled():
        asking.exception()


def _waker(loop: weakref.ref[AbstractEventLoop], port: weakref.ref[Port]) -> Callable[[], None]:
    def wake() -> None:
        to_wake, to_settle = loop(), port()
        if to_wake is not None and to_settle is not None:
            # The loop may be closed: then no task waits any more.
            with suppress(RuntimeError):
                to_wake.call_soon_threadsafe(to_settle._settle)

    return wake


_lock = Lock()
_ports: weakref.WeakKeyDictionary[AbstractEventLoop, weakref.ref[Port]]
_ports = weakref.WeakKeyDictionary()


def _renew() -> None:
    # The parent's loops are not the child's, and a thread that is not here may hold the lock.
    global _lock, _ports
    _lock = Lock()
    _ports = weakref.WeakKeyDictionary()


def _stop_all() -> None:
    """The interpreter ends: no call goes on, and no thread is left that would come back."""
    end = time.monotonic() + _GRACE
    with _lock:
        ports = [port for ref in _ports.values() if (port := ref())]
        _ports.clear()  # What is still to run at exit has ports of its own.
    for port in ports:
        port.stop(0)
    for port in ports:
        port.stop(max(0, end - time.monotonic()))


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew)
atexit.register(_stop_all)


def running_port() -> Port:
    """The port of the event loop that runs on this thread.

    :raises ConfigError: none of asyncio does, but perhaps one of another library.
    """
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        raise ConfigError(
            "an AsyncClient needs a running event loop of asyncio, and none runs here. Under trio "
            "and other loops, call a Client in a thread (trio.to_thread.run_sync)"
        ) from None
    known = _ports.get(loop)
    port = known() if known else None
    if port is None:
        port = Port(loop)
        with _lock:
            _ports[loop] = weakref.ref(port)
    return port


async def run(
    native: Client,
    call: Call[_Given],
    sources: Sequence[Source] = (),
    begun: Callable[[Callable[[], None]], None] | None = None,
) -> _Given:
    """What ``call`` of this client comes to; ``sources`` are read for its body, and ``begun`` is
    given what ends it."""
    # A task that a callable left behind has its context, but the answer was given.
    asked = [asked.callable for asked in _asked.get() if asked.callable is not None]
    callable = native.callable
    if asked and callable in asked:
        raise ConfigError(
            "the api_key callable uses the client that calls it. Give it a client of its own"
        )
    port = running_port()
    for source in sources:
        source.start()
    try:
        given: _Given = await port.run(
            native.begin, call, bool(asked), callable=callable, begun=begun
        )
        return given
    finally:
        for source in sources:
            source.close()


#: What functions that are called for a call returned, while it is awaited.
_told: set[Future[Any]] = set()


def call_soon(
    loop: AbstractEventLoop, context: Context, function: Callable[..., Any], given: tuple[Any, ...]
) -> None:
    """Has this event loop call a function in this context, and await what it returns."""

    def call() -> None:
        returned = function(*given)
        if isawaitable(returned):
            task = asyncio.ensure_future(returned)
            _told.add(task)
            task.add_done_callback(_told.discard)

    with suppress(RuntimeError):  # The loop may be closed.
        # A copy: the log may run in the other one, on a thread of its own.
        loop.call_soon_threadsafe(call, context=context.copy())


async def failed(error: BaseException) -> Any:
    """Raises an error of the arguments of a call, once the call is awaited."""
    try:
        raise error
    finally:
        del error  # Its traceback has this frame.
