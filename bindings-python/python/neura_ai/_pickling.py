"""How a client was made, for it to be made again in another process."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn

from ._client_arguments import PATHS

#: Parts of the names of headers that may hold a credential.
_SECRET = ("auth", "cookie", "credential", "key", "password", "secret", "signature", "token")
#: How a credential begins in a header of any name.
_SCHEMES = ("basic ", "bearer ", "digest ", "token ")
_INSTEAD = (
    "make the client where it is needed, or let it find its key itself: in NEURA_API_KEY, a "
    ".env file, the credentials file, or with a callable"
)


class Origin:
    """The arguments of a client without a secret, or why they cannot be had. ``api_key`` says
    whether there is a key as text; a callable goes with the last client that asks it.

    A client and its copies share one, as they share the key.
    """

    def __init__(
        self,
        arguments: Mapping[str, Any],
        is_secret: Callable[[str], bool],
        of: Origin | None = None,
    ) -> None:
        #: That of the client whose ``with_options`` had these arguments.
        self._of = of
        self._why_not = _secret_in(arguments) or _key_in(arguments, is_secret)
        self._arguments = {} if self._why_not else _elsewhere(arguments)

    def has_key(self) -> None:
        """The client was given another key, as text."""
        if self._of:
            self._of.has_key()
        self._why_not = "it was given a key as text by set_api_key()"
        self._arguments = {}

    def arguments(self, name: str, is_secret: Callable[[str], bool]) -> dict[str, Any]:
        """The arguments for another process; ``name`` is the client's class, for the error,
        and ``is_secret`` knows the secrets of the client.

        :raises TypeError: a secret is among them.
        """
        # A callable's key is known only once it was asked.
        why_not = self._why_not or _key_in(self._arguments, is_secret)
        if why_not:
            raise TypeError(f"this {name} cannot be pickled, because {why_not}: {_INSTEAD}")
        if self._of is None:
            return self._arguments
        found = self._of.arguments(name, is_secret)
        return {**found, "changes": [*found.get("changes", ()), self._arguments]}

    def __reduce__(self) -> NoReturn:
        raise TypeError("the arguments of a client cannot be pickled separately")


def _secret_in(arguments: Mapping[str, Any]) -> str | None:
    """What is never written down, in words; no value is quoted."""
    if arguments.get("api_key"):
        return "it was given its key as text"
    for what, name, value in _pairs_of(arguments):
        if may_prove(name, value):
            return f"its {what} {name} may hold a secret"
    if "@" in (arguments.get("proxy") or ""):
        return "the URL of its proxy may hold a password"
    return None


def _key_in(arguments: Mapping[str, Any], is_secret: Callable[[str], bool]) -> str | None:
    """The header that holds the client's own key, in words."""
    for what, name, value in _pairs_of(arguments):
        if is_secret(value):
            return f"its {what} {name} holds a key"
    return None


def _pairs_of(arguments: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Each header and parameter: what it is, its name, its value."""
    for of in ("headers", "default_headers", "default_query"):
        for name, value in arguments.get(of) or ():
            what = "parameter" if of == "default_query" else "header"
            yield what, str(name), str(value)


def may_prove(name: str, value: str) -> bool:
    """Whether this header may hold a credential."""
    return any(part in name.lower() for part in _SECRET) or value.lower().startswith(_SCHEMES)


def _elsewhere(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments for a process that may work in another folder."""
    found = {name: value for name, value in arguments.items() if name != "api_key"}
    for name in PATHS:
        path: Any = found.get(name)
        if path is not None and path is not False:
            found[name] = os.path.abspath(path)
    return found
