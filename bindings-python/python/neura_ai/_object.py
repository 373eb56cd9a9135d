"""JSON objects whose keys are attributes too."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Set
from typing import TYPE_CHECKING, Any

from ._native import may_lack

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._dump import DictArguments, DumpArguments
    from ._response import ResponseInfo


class Object(dict[str, Any]):
    """A JSON object of a reply: a dict whose keys are attributes too, at every depth.

    ``reply.choices[0].message.content`` and ``reply["choices"][0]["message"]["content"]``
    are the same, also in lists, also when set or deleted. A key that is the name of a
    dict's method (``items``, ``keys``, ``values``, ``get``, ``pop``, ``update``, ...) or
    that begins with two underscores is reached by ``[]`` alone.

    What the API leaves out of an object where there is nothing to say (``content`` of a
    chunk's ``delta``, ``tool_calls`` of a message, ``usage`` of a completion, ...) is None
    as its attribute, as in the OpenAI SDK; another attribute without a key is an
    ``AttributeError``.

    >>> import neura_ai
    >>> models = neura_ai.Client().models.list()
    >>> models.data[0].id == models["data"][0]["id"]
    True

    ``_response`` of an object that a call returned has the facts of the HTTP reply: status,
    headers, request id, attempts, rate limit. It is not among the keys, so that
    ``dict(...)``, ``==`` and ``json.dumps`` do not see it; objects inside have None.
    """

    __slots__ = ("_response",)

    _response: ResponseInfo | None

    def __getattr__(self, name: str) -> Any:
        # Reached only by names that are neither methods nor a slot that is set.
        if name == "_response":
            return None
        if name in self and not name.startswith("__"):
            return self[name]
        if may_lack(self.keys(), name):
            return None
        keys = ", ".join(self.keys()) or "none"
        raise AttributeError(f"this object has no {name!r}; its keys are: {keys}")

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("_response", "_request_id"):
            super().__setattr__(name, value)
        elif hasattr(dict, name) or name.startswith("__"):
            raise AttributeError(f"{name!r} is reserved by Python: set it with [{name!r}]")
        else:
            self[name] = value

    @property
    def _request_id(self) -> str | None:
        """``_response.request_id``, by the name that the SDK's objects have for it."""
        reply = self._response
        return reply.request_id if reply else None

    def __delattr__(self, name: str) -> None:
        if name not in self or hasattr(dict, name):
            raise AttributeError(f"this object has no {name!r} to delete")
        del self[name]

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.keys()]

    async def __aiter__(self) -> AsyncIterator[Any]:
        raise TypeError(
            "this is a whole reply, not a stream of chunks: give stream=True to create to have one"
        )
        yield  # Which makes it an iterator.

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), dict(self), self._response)

    def copy(self) -> Object:
        """A shallow copy, with its ``_response``."""
        from copy import copy

        return copy(self)

    def to_dict(
        self,
        *,
        exclude_defaults: bool = False,
        exclude_none: bool = False,
        **more: Unpack[DictArguments],
    ) -> dict[str, Any]:
        """The same as plain dicts and lists, at every depth.

        :param exclude_none: leaves out members that are None, at every depth.
        :param exclude_defaults: the same of those that the API may leave out itself.
        :param more: arguments of the SDK's method of this name that change nothing here:
            ``mode``, ``use_api_names``, ``exclude_unset``, ``warnings``.
        """
        from . import _dump

        _dump.check(_dump.DictArguments, more)
        found: dict[str, Any] = _dump.plain(self, exclude_none, exclude_defaults)
        return found

    def to_json(self, *, indent: int | None = 2, **arguments: Any) -> str:
        """``to_dict(...)`` as JSON text, in the form of the SDK's method of this name."""
        from . import _dump

        return _dump.text(self.to_dict(**arguments), indent)

    def model_dump(
        self,
        *,
        include: Set[str] | None = None,
        exclude: Set[str] | None = None,
        exclude_defaults: bool = False,
        exclude_none: bool = False,
        **more: Unpack[DumpArguments],
    ) -> dict[str, Any]:
        """``to_dict(...)``, by the name that the SDK's objects have for it.

        A message that is to go back to the model: ``message.model_dump(exclude_none=True)``.

        :param include: the members to dump, by name; None for all.
        :param exclude: members to be left out.
        :param more: arguments of the SDK's method of this name that change nothing here, as
            ``mode``, ``by_alias`` and ``exclude_unset``.
        """
        from . import _dump

        _dump.check(_dump.DumpArguments, more)
        found = self.to_dict(exclude_defaults=exclude_defaults, exclude_none=exclude_none)
        if (wanted := _dump.names(include, "include")) is not None:
            found = {name: value for name, value in found.items() if name in wanted}
        unwanted = _dump.names(exclude, "exclude") or ()
        return {name: value for name, value in found.items() if name not in unwanted}

    def model_dump_json(
        self, *, indent: int | None = None, ensure_ascii: bool = False, **arguments: Any
    ) -> str:
        """``model_dump(...)`` as JSON text."""
        from . import _dump

        return _dump.text(self.model_dump(**arguments), indent, ensure_ascii)


class ObjectList(Object):
    """The reply of a call that lists things: iterating goes over ``data``, as in the SDK.

    A number or a slice in ``[]`` is one of ``data`` too. All else is the dict's, ``len`` and
    ``in`` included.

    >>> import neura_ai
    >>> models = neura_ai.Client().models.list()
    >>> [model.id for model in models][0], models[0].id
    ('gpt-5', 'gpt-5')

    :ivar data: what is listed.
    """

    __slots__ = ()

    data: list[Object]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._listed())

    async def __aiter__(self) -> AsyncIterator[Any]:
        for item in self._listed():
            yield item

    def __getitem__(self, key: str | int | slice) -> Any:
        if isinstance(key, (int, slice)):
            return self._listed()[key]
        return super().__getitem__(key)

    def _listed(self) -> list[Any]:
        listed = self.get("data")
        if not isinstance(listed, list):
            from ._errors import DecodeError

            raise DecodeError(f"the reply has no list: its data is {type(listed).__name__}")
        found: list[Any] = listed
        return found


def _restore(of: type[Object], members: dict[str, Any], reply: ResponseInfo | None) -> Object:
    """An object from ``pickle`` or ``copy``."""
    made = of(members)
    if reply is not None:
        made._response = reply
    return made
