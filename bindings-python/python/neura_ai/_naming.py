"""Errors of arguments, in the names of the calls that a program makes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from ._native import near_miss

_P = ParamSpec("_P")
_T = TypeVar("_T")


def called_as(
    name: str, function: Callable[_P, _T], /, *arguments: _P.args, **options: _P.kwargs
) -> _T:
    """What ``function`` returns; if it does not take these arguments, the error names the
    public call, and what a mistyped argument was probably meant to be.

    :raises TypeError: the arguments are not those of ``function``.
    """
    try:
        return function(*arguments, **options)
    except TypeError as error:
        # One from within the function has the function's own frame below this one.
        if error.__traceback__ is None or error.__traceback__.tb_next is not None:
            raise
        raise TypeError(_told(name, function, list(options), str(error))) from None
    finally:
        # Tools that report errors print the variables of each frame.
        del arguments, options


def named_for_class(init: Callable[..., None]) -> Callable[..., None]:
    """An ``__init__`` whose errors of arguments name the class of the package that is made."""

    @wraps(init)
    def named(self: Any, /, *arguments: Any, **options: Any) -> None:
        try:
            called_as(_class_of(self), init, self, *arguments, **options)
        finally:
            del arguments, options

    return named


def _class_of(made: object) -> str:
    """A subclass of the program's own hands its arguments on to a class of the package."""
    ours = (of for of in type(made).__mro__ if of.__module__.partition(".")[0] == __package__)
    return next(ours, type(made)).__name__


def _told(name: str, function: Any, given: Iterable[str], otherwise: str) -> str:
    code = function.__code__
    known = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    unknown = next((option for option in given if option not in known), None)
    if unknown is None:
        return otherwise.replace(f"{function.__qualname__}()", f"{name}()")
    meant = near_miss(unknown, [option for option in known if option != "self"])
    hint = "" if meant is None else f": did you mean {meant!r}?"
    return f"{name}() got an unexpected keyword argument {unknown!r}{hint}"
