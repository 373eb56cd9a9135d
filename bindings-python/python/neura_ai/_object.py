"""JSON objects whose keys are attributes too."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Set
from typing import TYPE_CHECKING, Any, ClassVar, cast

from ._native import AttributeDict, MemberNames, class_within

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from ._dump import DictArguments, DumpArguments
    from ._response import ResponseInfo


class Object(AttributeDict):
    """A JSON object of a reply: a dict whose keys are attributes too, at every depth.

    ``reply.choices[0].message.content`` and ``reply["choices"][0]["message"]["content"]``
    are the same, also in lists, also when set or deleted. A key that is the name of a
    dict's method (``items``, ``keys``, ``values``, ``get``, ``pop``, ``update``, ...) or
    that begins with two underscores is reached by ``[]`` alone.

    A dict that is put into it becomes an ``Object`` as well, also one in a list or a tuple,
    which is copied then: ``reply.metadata = {"a": {"b": 1}}``, then ``reply.metadata.a.b``.

    What a call returns is of a class of ``neura_ai.types``, and so is what stands in it. Of
    these, what the API leaves out where there is nothing to say (``content`` of a chunk's
    ``delta``, ``tool_calls`` of a message, ``usage`` of a completion, ...) is None as an
    attribute, as in the OpenAI SDK. Another attribute without a key is an ``AttributeError``.

    >>> import neura_ai
    >>> models = neura_ai.Client().models.list()
    >>> models.data[0].id == models["data"][0]["id"]
    True

    ``_response`` of an object that a call returned has the facts of the HTTP reply: status,
    headers, request id, attempts, rate limit. It is not among the keys, so that
    ``dict(...)``, ``==`` and ``json.dumps`` do not see it; objects inside have None.
    """

    __slots__ = ("_response",)

    if TYPE_CHECKING:
        _response: ResponseInfo | None
    #: Its number among the types of the API's answers.
    _shape: ClassVar[int | None] = None

    def __init__(self, /, *arguments: Any, **members: Any) -> None:
        super().__init__()
        self.update(*arguments, **members)

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, _as_objects(value, class_within(type(self), key)))

    def setdefault(self, key: str, default: Any = None) -> Any:
        """As of a dict."""
        if key not in self:
            self[key] = default
        return self[key]

    def update(self, /, *arguments: Any, **members: Any) -> None:
        """As of a dict."""
        for key, value in dict(*arguments, **members).items():
            self[key] = value

    def __or__(self, other: dict[str, Any]) -> Self:  # type: ignore[override]
        joined: Self = _joined(self, self, other)
        return joined

    def __ror__(self, other: dict[str, Any]) -> Self:  # type: ignore[override]
        joined: Self = _joined(self, other, self)
        return joined

    def __ior__(self, other: Any) -> Self:  # type: ignore[misc, override]
        self.update(other)
        return self

    @property
    def _request_id(self) -> str | None:
        """``_response.request_id``, by the name that the SDK's objects have for it."""
        reply = self._response
        return reply.request_id if reply else None

    def __dir__(self) -> list[str]:
        names: list[Any] = list(self.keys())
        return [*super().__dir__(), *(name for name in names if isinstance(name, str))]

    def __reduce_ex__(self, protocol: Any) -> Any:
        if type(self).__reduce__ is not object.__reduce__:
            return self.__reduce__()
        # Older protocols know neither slots nor objects that stand in themselves.
        made: Any = super().__reduce_ex__(2)
        return made[0], made[1], (dict(self), made[2])

    def __setstate__(self, state: tuple[dict[str, Any], Any]) -> None:
        members, own = state
        super().update(members)
        attributes, slots = cast("Any", own) if isinstance(own, tuple) else (own, None)
        if attributes:
            self.__dict__.update(attributes)
        if slots:
            for name, value in slots.items():
                setattr(self, name, value)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """A field of pydantic's: an object as it is, or one made of a dict."""
        from pydantic_core import core_schema

        def validated(value: Any, as_dict: Any) -> Any:
            return value if isinstance(value, cls) else cls(as_dict(value))

        keys = core_schema.str_schema()
        return core_schema.no_info_wrap_validator_function(
            validated, core_schema.dict_schema(keys_schema=keys)
        )

    def copy(self) -> Self:
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


#: What no member's attribute hides.
RESERVED = frozenset(dir(Object))


class Answer(Object):
    """An object whose members type checkers know."""

    __slots__ = ()

    if TYPE_CHECKING:
        # Another attribute is an error.
        __getattribute__: None  # type: ignore[assignment, misc]
        __setattr__: None  # type: ignore[assignment, misc]


class WholeAnswer(Answer):
    """An answer that create also streams: iterating goes over its names, as of any dict, and an
    error in a loop for chunks says what it goes over."""

    __slots__ = ()

    def __iter__(self) -> Iterator[str]:
        return MemberNames(self.keys())


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

    data: list[Any]

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


def _as_objects(value: Any, of: type[Object]) -> Any:
    """The value, with an object of the class ``of`` for each dict in it."""
    if isinstance(value, dict):
        if isinstance(value, Object):
            return value
        made = of.__new__(of)
        for key, inner in value.items():
            super(Object, made).__setitem__(key, _as_objects(inner, class_within(of, key)))
        return made
    if type(value) not in (list, tuple):
        return value
    items = [_as_objects(item, of) for item in value]
    if all(new is old for new, old in zip(items, value, strict=True)):
        return value
    return items if type(value) is list else tuple(items)


def _joined(like: Any, *parts: Any) -> Any:
    """The members of all parts, in an object like one of them."""
    if not all(isinstance(part, dict) for part in parts):
        return NotImplemented
    made = like.copy()
    made.clear()
    for part in parts:
        made.update(part)
    return made
