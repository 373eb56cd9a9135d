"""Errors of ours that another library's ``except`` clauses catch as well."""

from __future__ import annotations

from types import BuiltinMethodType
from typing import Any

from ._errors import NeuraError

#: What the libraries keep in an error that may hold a secret, as its headers.
_UNKEPT = ("request", "_request")
#: The classes that were made so far.
_known: dict[tuple[Any, ...], Any] = {}


def joined(error: NeuraError, *theirs: type[Exception]) -> Any:
    """The error as one of another library's classes too; it says what it did before."""
    made = _made(type(error), theirs, error.args)
    made.__dict__.update(vars(error))
    return made


def _made(ours: Any, theirs: tuple[type[Exception], ...], args: Any) -> Any:
    of = _known.get((ours, theirs)) or _known.setdefault((ours, theirs), _class(ours, theirs))
    # Not by the classes' own ways, which do not know of each other.
    made: Any = _layout(of).__new__(of)
    made.args = args
    return made


def _layout(of: Any) -> Any:
    """The built-in class that lays out the objects of ``of``: Python lets no other make one.

    Each class has its layout from its ``__base__``, while ``__new__`` is looked up in the order
    of the bases, where another built-in class may stand before.
    """
    layout: Any = of
    while not isinstance(layout.__dict__.get("__new__"), BuiltinMethodType):
        layout = layout.__base__
    return layout


def _class(ours: Any, theirs: tuple[type[Exception], ...]) -> Any:
    def reduce(error: NeuraError) -> tuple[Any, ...]:
        state = {name: None if name in _UNKEPT else value for name, value in vars(error).items()}
        return _made, (ours, theirs, error.args), state

    # A traceback names ours, which is the one that says more.
    names = {name: getattr(ours, name) for name in ("__module__", "__qualname__", "__doc__")}
    return type(ours.__name__, (ours, *theirs), {**names, "__reduce__": reduce})
