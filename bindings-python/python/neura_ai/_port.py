"""The way from the worker threads of the native half to the event loops of asyncio."""

from __future__ import annotations

import asyncio
import atexit
import os
import weakref
from asyncio import AbstractEventLoop, Future
from collections.abc import Callable
from contextlib import suppress
from contextvars import Context, copy_context
from inspect import isawaitable
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from . import _native

if TYPE_CHECKING:
    from ._native import Call, Client, Question

_Given = TypeVar("_Given")

#: How long the end of the interpreter waits for calls that were cancelled: seconds.
_GRACE = 0.5


class Port:
    """The open calls of one event loop.

    Only that loop's thread comes here, but for what wakes it. The loop holds its port
    through the descriptor that it watches, and nothing else does: with the loop goes the
    port, and with the port its calls.
    """

    def __init__(self, loop: AbstractEventLoop) -> None:
        self._open: dict[int, tuple[Future[tuple[Any, BaseException | None]], Context]] = {}
        self._asking: dict[int, Future[str]] = {}
        try:
            self._native = _native.Port(None)
            loop.add_reader(self._native.fileno(), self._settle)
        except (NotImplementedError, OSError):
            # This loop watches no descriptors, as the usual one of Windows does not.
            self._native = _native.Port(_waker(weakref.ref(loop), weakref.ref(self)))

    async def run(self, begin: Callable[..., int], *arguments: Any) -> Any:
        """What the call comes to that ``begin`` begins at this port; raises its error.

        A task that is cancelled here closes the call's connection.
        """
        future = asyncio.get_running_loop().create_future()
        number = begin(self._native, *arguments)
        self._open[number] = future, copy_context()
        try:
            value, error = await future
        finally:
            if self._open.pop(number, None):
                self._native.cancel(number)
            if asking := self._asking.pop(number, None):
                asking.cancel()
        if error is not None:
            raise error
        return value

    def _settle(self) -> None:
        for number, value, error in self._native.take():
            if isinstance(value, _native.Question):
                self._ask(number, value)
            elif number in self._open:
                future, _ = self._open.pop(number)
                if not future.done():
                    # Not as the future's own exception: nobody may be left to look at it.
                    future.set_result((value, error))

    def _ask(self, number: int, question: Question) -> None:
        """Calls the callable that gives the key, in the context of the call that needs it."""
        if number not in self._open:
            return  # Nobody waits any more.
        _, context = self._open[number]
        try:
            given = context.run(question.callable)
            if isawaitable(given):
                asking = context.run(asyncio.ensure_future, given)
                self._asking[number] = asking
                asking.add_done_callback(lambda done: _answer(question, done))
            else:
                question.answer(given)
        except Exception as error:
            question.fail(error)
        except BaseException as error:
            # The loop ends with it, as with any that `except Exception` misses.
            question.fail(error)
            raise

    def stop(self, seconds: float) -> None:
        """Cancels every call."""
        self._native.stop(seconds)


def _answer(question: Question, done: Future[str]) -> None:
    if done.cancelled():
        question.fail(asyncio.CancelledError("it was cancelled"))
    elif error := done.exception():
        question.fail(error)
    else:
        question.answer(done.result())


def _waker(loop: weakref.ref[AbstractEventLoop], port: weakref.ref[Port]) -> Callable[[], None]:
    def wake() -> None:
        to_wake, to_settle = loop(), port()
        if to_wake is not None and to_settle is not None:
            # The loop may be closed: then nobody waits any more.
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
    with _lock:
        ports = [port for ref in _ports.values() if (port := ref())]
    for port in ports:
        port.stop(0)
    for port in ports:
        port.stop(_GRACE)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew)
atexit.register(_stop_all)


def running_port() -> Port:
    """The port of the event loop that runs on this thread."""
    loop = asyncio.get_running_loop()
    known = _ports.get(loop)
    port = known() if known else None
    if port is None:
        port = Port(loop)
        with _lock:
            _ports[loop] = weakref.ref(port)
    return port


async def run(native: Client, call: Call[_Given]) -> _Given:
    """What ``call`` of this client comes to."""
    given: _Given = await running_port().run(native.begin, call)
    return given
