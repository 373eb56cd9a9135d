"""The options of a client, which ``resolve`` and ``diagnose`` take too."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from os import PathLike
from typing import Any, Literal, TypeAlias, TypedDict

from ._arguments import DEFAULT, HeaderArgument, Timeout, pairs
from ._native import ClientOptions

#: A key, several of which the first is preferred, or a callable that returns one.
ApiKey: TypeAlias = str | list[str] | tuple[str, ...] | Callable[[], str]
#: The same for an ``AsyncClient``, whose callable may return what is awaited for the key.
AsyncApiKey: TypeAlias = ApiKey | Callable[[], Awaitable[str]]
#: A ``.env`` file, or False for none.
EnvFile: TypeAlias = str | PathLike[str] | Literal[False]
#: The URL of a proxy, or False for none.
Proxy: TypeAlias = str | Literal[False]


class ClientArguments(TypedDict, total=False):
    """The keyword arguments of ``Client`` beside the key; ``Client`` explains them."""

    profile: str | None
    env_file: EnvFile | None
    base_url: str | None
    timeout: Timeout
    connect_timeout: float | None
    idle_timeout: float | None
    max_retries: int | None
    replay_unsent_only: bool
    max_in_flight: int | None
    headers: HeaderArgument | None
    proxy: Proxy | None
    ca_file: str | PathLike[str] | None
    client_cert: str | PathLike[str] | None
    client_key: str | PathLike[str] | None
    max_body_bytes: int | None
    max_event_bytes: int | None
    max_header_bytes: int | None
    allow_http: bool


def client_options(
    api_key: Any = None,
    *,
    profile: str | None = None,
    env_file: EnvFile | None = None,
    base_url: str | None = None,
    timeout: Timeout = DEFAULT,
    connect_timeout: float | None = DEFAULT,
    idle_timeout: float | None = DEFAULT,
    max_retries: int | None = None,
    replay_unsent_only: bool = False,
    max_in_flight: int | None = None,
    headers: HeaderArgument | None = None,
    proxy: Proxy | None = None,
    ca_file: str | PathLike[str] | None = None,
    client_cert: str | PathLike[str] | None = None,
    client_key: str | PathLike[str] | None = None,
    max_body_bytes: int | None = None,
    max_event_bytes: int | None = None,
    max_header_bytes: int | None = None,
    allow_http: bool = False,
) -> ClientOptions:
    """The arguments of ``Client``, by name, as the native half takes them."""
    try:
        return ClientOptions(
            api_key=api_key,
            profile=profile,
            env_file=env_file,
            base_url=base_url,
            timeout=timeout,
            connect_timeout=connect_timeout,
            idle_timeout=idle_timeout,
            max_retries=max_retries,
            replay_unsent_only=replay_unsent_only,
            max_in_flight=max_in_flight,
            headers=pairs(headers, "headers"),
            proxy=proxy,
            ca_file=ca_file,
            client_cert=client_cert,
            client_key=client_key,
            max_body_bytes=max_body_bytes,
            max_event_bytes=max_event_bytes,
            max_header_bytes=max_header_bytes,
            allow_http=allow_http,
        )
    finally:
        # Tools that report errors print the variables of each frame.
        del api_key, headers, proxy
