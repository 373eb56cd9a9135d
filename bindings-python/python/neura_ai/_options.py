"""The options of a client, which ``resolve`` and ``diagnose`` take too."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from ._arguments import pairs
from ._client_arguments import DEFAULTS, ClientArguments
from ._naming import with_options
from ._native import ClientOptions

if TYPE_CHECKING:
    from typing_extensions import Unpack

#: A key, several of which the first is preferred, or a callable that returns one.
ApiKey: TypeAlias = str | list[str] | tuple[str, ...] | Callable[[], str]
#: The same for an ``AsyncClient``, whose callable may return what is awaited for the key.
AsyncApiKey: TypeAlias = ApiKey | Callable[[], Awaitable[str]]


@with_options(DEFAULTS)
def client_options(api_key: Any = None, **options: Unpack[ClientArguments]) -> ClientOptions:
    """The arguments of ``Client`` as the native half takes them."""
    try:
        arguments: dict[str, Any] = {**options}
        arguments["headers"] = pairs(options.get("headers"), "headers")
        return ClientOptions(api_key=api_key, **arguments)
    finally:
        # Tools that report errors print the variables of each frame.
        arguments = {}
        del api_key, options
