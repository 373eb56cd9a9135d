"""What ``inspect.signature`` and ``help`` show of a client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from ._client_arguments import DEFAULTS, ClientArguments

if TYPE_CHECKING:
    from inspect import Parameter, Signature


class ClientSignature:
    """The ``__signature__`` of a client's class: every option with its default. It is made when
    a tool asks for it, so that a program that makes clients does not load ``inspect``."""

    def __init__(self, init: Callable[..., None]) -> None:
        self._init = init

    def __get__(self, made: object, of: type[Any]) -> Signature:
        # A subclass with an `__init__` of its own has a signature of its own.
        if made is not None or of.__init__ is not self._init:
            raise AttributeError("__signature__")
        import inspect

        own = inspect.signature(self._init)
        _, *parameters = own.parameters.values()
        return own.replace(parameters=list(_each(parameters)))


def _each(parameters: list[Parameter]) -> Iterator[Parameter]:
    """The parameters with an option each in place of ``**options``, which are last."""
    *others, options = parameters
    yield from (it for it in others if it.kind is not it.KEYWORD_ONLY)
    for name, default in DEFAULTS.items():
        annotation = ClientArguments.__annotations__[name]
        yield options.replace(
            name=name,
            kind=options.KEYWORD_ONLY,
            default=default,
            annotation=getattr(annotation, "__forward_arg__", annotation),
        )
    yield from (it for it in others if it.kind is it.KEYWORD_ONLY)
