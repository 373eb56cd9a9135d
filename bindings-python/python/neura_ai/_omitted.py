"""What stands for an argument that is left out, in the words of the OpenAI SDK."""

from __future__ import annotations

from typing import ClassVar, TypeAlias

__all__ = ["NOT_GIVEN", "NotGiven", "Omit", "not_given", "omit"]


class _Marker:
    __slots__ = ()

    _name: ClassVar[str]

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return self._name


class NotGiven(_Marker):
    """The type of ``NOT_GIVEN``: an argument that counts as left out.

    >>> import neura_ai
    >>> client = neura_ai.Client(timeout=neura_ai.NOT_GIVEN)
    >>> bool(neura_ai.NOT_GIVEN)
    False
    """

    __slots__ = ()

    _name = "NOT_GIVEN"


class Omit(_Marker):
    """The type of ``omit``: a member that is left out of a request's body.

    >>> import neura_ai
    >>> neura_ai.Client().chat.completions.create(
    ...     model="gpt-5",
    ...     messages=[{"role": "user", "content": "Hello!"}],
    ...     temperature=neura_ai.omit,
    ... ).model
    'gpt-5'
    """

    __slots__ = ()

    _name = "omit"


Omitted: TypeAlias = NotGiven | Omit

NOT_GIVEN: NotGiven = NotGiven()
not_given: NotGiven = NOT_GIVEN
omit: Omit = Omit()
