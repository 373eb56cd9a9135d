"""Objects as plain dicts and lists, by the arguments of the OpenAI SDK's objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from typing import Any, TypedDict

from ._native import near_miss


class DumpArguments(TypedDict, total=False):
    """Arguments of ``model_dump`` that change nothing here: a reply holds nothing but JSON, in
    the names of the API, and what did not come is not in it."""

    mode: str
    context: Any
    by_alias: bool | None
    exclude_unset: bool
    exclude_computed_fields: bool
    round_trip: bool
    warnings: bool | str
    fallback: Callable[[Any], Any] | None
    serialize_as_any: bool
    polymorphic_serialization: bool | None


class DictArguments(TypedDict, total=False):
    """The same of ``to_dict``."""

    mode: str
    use_api_names: bool
    exclude_unset: bool
    warnings: bool


def check(of: type[Any], arguments: Mapping[str, Any]) -> None:
    """Refuses what the SDK's methods do not take either."""
    for name in arguments:
        if name not in of.__annotations__:
            meant = near_miss(name, list(of.__annotations__))
            hint = f". Did you mean {meant!r}?" if meant else ""
            raise TypeError(f"unexpected keyword argument {name!r}{hint}")


def names(given: Set[str] | None, argument: str) -> Set[str] | None:
    """``include=`` and ``exclude=``: names of members of the object itself."""
    if given is not None and not isinstance(given, Set):
        kind = type(given).__name__
        raise TypeError(f"{argument} must be a set of names of members, or None, not {kind}")
    return given


def plain(value: Any, exclude_none: bool = False, exclude_defaults: bool = False) -> Any:
    """A value as plain dicts and lists, at every depth."""
    if isinstance(value, dict):
        members: dict[str, Any] = value

        def is_excluded(name: str) -> bool:
            is_default = getattr(type(value), name, name) is None
            return exclude_none or (exclude_defaults and is_default)

        return {
            name: plain(inner, exclude_none, exclude_defaults)
            for name, inner in members.items()
            if inner is not None or not is_excluded(name)
        }
    if isinstance(value, list):
        items: list[Any] = value
        return [plain(item, exclude_none, exclude_defaults) for item in items]
    if type(value) is tuple:
        return tuple(plain(item, exclude_none, exclude_defaults) for item in value)
    return value


def text(value: Any, indent: int | None, ensure_ascii: bool = False) -> str:
    """JSON text in the form of the SDK's: without spaces where it is on one line."""
    import json

    separators = (",", ":") if indent is None else None
    return json.dumps(value, indent=indent, ensure_ascii=ensure_ascii, separators=separators)
