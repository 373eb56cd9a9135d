"""What ``requests`` can be asked for and this package does not do: refused, with what to do
instead, and taken where it asks for nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any, NoReturn

from ._errors import ConfigError
from ._native import instead

#: The attributes of a session that stay as they are.
_ATTRIBUTES = (
    *("auth", "cert", "cookies", "hooks", "max_redirects", "proxies", "stream", "trust_env"),
    "verify",
)
#: Whatever they say is so: there is nothing to follow.
_MOOT = ("allow_redirects", "max_redirects")
#: What is so in any case.
_ALWAYS = ("trust_env", "verify")


def is_refused(name: str, value: Any) -> bool:
    """Whether a session's attribute stays as it is: it is one of these, and asks for nothing.

    :raises ConfigError: it asks for something.
    """
    known = name in _ATTRIBUTES
    if known and not asks_nothing(name, value):
        del value
        refuse(name)
    return known


def refuse(name: str) -> NoReturn:
    """Says what to do instead."""
    raise ConfigError(f"{name}: {instead(name)}")


def asks_nothing(name: str, value: Any) -> bool:
    """Whether an argument of this name and value asks for nothing."""
    if name in _MOOT or value is None:
        return True
    if name in _ALWAYS:
        return value is True
    if name == "hooks" and isinstance(value, Mapping):
        return not any(value.values())
    return not value


class Nothing(MutableMapping[str, Any]):
    """An attribute of a session that is always empty: putting something in is a ``ConfigError``."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getitem__(self, key: str) -> Any:
        raise KeyError(key)

    def __setitem__(self, key: str, value: Any) -> None:
        del value
        refuse(self._name)

    def set(self, name: str, value: Any, **more: Any) -> None:
        """As of the cookies of ``requests``."""
        del value, more
        refuse(self._name)

    def __delitem__(self, key: str) -> None:
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return "{}"
