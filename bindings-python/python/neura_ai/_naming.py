"""Errors of arguments, in the names of the calls that a program makes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from sys import _getframe  # pyright: ignore[reportPrivateUsage]
from typing import Any, ParamSpec, TypeVar

from ._native import near_miss, quoted

_P = ParamSpec("_P")
_T = TypeVar("_T")
#: The attribute of a function that holds the names of its ``**options``.
_OPTIONS = "_options"
#: That of the names of all its arguments.
_KNOWN = "_known"
#: ``inspect.CO_COROUTINE``, without the import of it.
_COROUTINE = 0x80


def called_as(
    name: str | None, function: Callable[_P, _T], /, *arguments: _P.args, **options: _P.kwargs
) -> _T:
    """What ``function`` returns; if it does not take these arguments, the error names the
    public call, and what a mistyped argument was probably meant to be. Without a name the call
    is the one that the program made.

    :raises TypeError: the arguments are not those of ``function``.
    """
    try:
        known: frozenset[str] | None = getattr(function, _KNOWN, None)
        if known is not None and not known.issuperset(options):
            raise TypeError
        return function(*arguments, **options)
    except TypeError as error:
        # One from within the function has the function's own frame below this one.
        if error.__traceback__ is None or error.__traceback__.tb_next is not None:
            raise
        more: Iterable[str] = ()
        if name is None:
            name, more = _made_call(function.__name__), getattr(arguments[0], "_more_arguments", ())
        raise TypeError(_explained(name, function, list(options), str(error), more)) from None
    finally:
        # Tools that report errors print the variables of each frame.
        del arguments, options


def with_options(names: Iterable[str]) -> Callable[[Callable[_P, _T]], Callable[_P, _T]]:
    """Says which names a function takes as its ``**options``, for ``called_as``."""

    def marked(function: Callable[_P, _T]) -> Callable[_P, _T]:
        setattr(function, _OPTIONS, tuple(names))
        setattr(function, _KNOWN, frozenset(_names(function)))
        return function

    return marked


def named_for_class(init: Callable[..., None]) -> Callable[..., None]:
    """An ``__init__`` whose errors of arguments name the class of the package that is made."""

    @wraps(init)
    def named(self: Any, /, *arguments: Any, **options: Any) -> None:
        try:
            called_as(_class_of(self), init, self, *arguments, **options)
        finally:
            del arguments, options

    return named


def named_for_call(function: Callable[..., Any]) -> Callable[..., Any]:
    """A method whose errors of arguments name the call that the program made: ``get``, say,
    which hands its arguments on to ``request``. What else a client takes is in its
    ``_more_arguments``."""

    @wraps(function)
    def named(self: Any, /, *arguments: Any, **options: Any) -> Any:
        try:
            return called_as(None, function, self, *arguments, **options)
        finally:
            del arguments, options

    @wraps(function)
    async def named_async(self: Any, /, *arguments: Any, **options: Any) -> Any:
        try:
            made = called_as(None, function, self, *arguments, **options)
        finally:
            del arguments, options
        return await made

    return named_async if function.__code__.co_flags & _COROUTINE else named


def _made_call(name: str) -> str:
    """The function of the package that the program called: the outermost in a row."""
    frame = _getframe(2)  # that of `named`
    while frame.f_back is not None and _is_ours(frame.f_back.f_globals.get("__name__")):
        frame = frame.f_back
        name = frame.f_code.co_name
    return name


def _is_ours(module: Any) -> bool:
    return isinstance(module, str) and module.partition(".")[0] == __package__


def _class_of(made: object) -> str:
    """A subclass of the program's own hands its arguments on to a class of the package."""
    ours = (of for of in type(made).__mro__ if _is_ours(of.__module__))
    return next(ours, type(made)).__name__


def _explained(
    name: str, function: Any, given: Iterable[str], otherwise: str, more: Iterable[str]
) -> str:
    unknown = _unknown(function, given)
    if unknown is None:
        return otherwise.replace(f"{function.__qualname__}()", f"{name}()")
    known = (option for option in _names(function) if option != "self")
    # The native half takes no half of a surrogate pair.
    unknown = unknown.encode("utf-8", "backslashreplace").decode()
    meant = near_miss(unknown, [*known, *more])
    hint = "" if meant is None else f": did you mean {meant!r}?"
    return f"{name}() got an unexpected keyword argument '{quoted(unknown)}'{hint}"


def _unknown(function: Any, given: Iterable[str]) -> str | None:
    known = _names(function)
    return next((option for option in given if option not in known), None)


def _names(function: Any) -> tuple[str, ...]:
    """The names of the arguments that a function takes."""
    code = function.__code__
    own = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    return (*own, *getattr(function, _OPTIONS, ()))
