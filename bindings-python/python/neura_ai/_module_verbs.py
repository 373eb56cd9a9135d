"""The verbs of the module: declared here, run by the native half.

Made from core/src/option_table/rows.rs and core/src/sourcegen by `make options`; edit there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._arguments import DEFAULT
from ._native import method

if TYPE_CHECKING:
    from ._arguments import Data, Default, Files, HeaderArgument, Params, Progress, Timeout
    from ._response import Response

__all__: list[str] = ["delete", "get", "head", "options", "patch", "post", "put", "request"]


@method
def request(
    method: str,
    url: str,
    *,
    json: Any = None,
    data: Data | None = None,
    files: Files | None = None,
    params: Params | None = None,
    headers: HeaderArgument | None = None,
    stream: bool = False,
    progress: Progress | None = None,
    default: Default | None = None,
    timeout: Timeout = DEFAULT,
    max_retries: int | None = None,
    idempotency_key: str | None = None,
    allow_redirects: bool | None = None,
    auth: Any = None,
    cert: Any = None,
    cookies: Any = None,
    hooks: Any = None,
    proxies: Any = None,
    verify: Any = None,
) -> Response:
    """``Client.request`` on the default client, whose options the environment gives.

    >>> import neura_ai
    >>> neura_ai.request("GET", "/models").status_code
    200
    """
    raise NotImplementedError


@method
def get(
    url: str,
    params: Params | None = None,
    *,
    json: Any = None,
    data: Data | None = None,
    files: Files | None = None,
    headers: HeaderArgument | None = None,
    stream: bool = False,
    progress: Progress | None = None,
    default: Default | None = None,
    timeout: Timeout = DEFAULT,
    max_retries: int | None = None,
    idempotency_key: str | None = None,
    allow_redirects: bool | None = None,
    auth: Any = None,
    cert: Any = None,
    cookies: Any = None,
    hooks: Any = None,
    proxies: Any = None,
    verify: Any = None,
) -> Response:
    """``Client.get`` on the default client."""
    raise NotImplementedError


@method
def options(
    url: str,
    *,
    json: Any = None,
    data: Data | None = None,
    files: Files | None = None,
    params: Params | None = None,
    headers: HeaderArgument | None = None,
    stream: bool = False,
    progress: Progress | None = None,
    default: Default | None = None,
    timeout: Timeout = DEFAULT,
    max_retries: int | None = None,
    idempotency_key: str | None = None,
    allow_redirects: bool | None = None,
    auth: Any = None,
    cert: Any = None,
    cookies: Any = None,
    hooks: Any = None,
    proxies: Any = None,
    verify: Any = None,
) -> Response:
    """``Client.options`` on the default client."""
    raise NotImplementedError


@method
def head(
    url: str,
    *,
    json: Any = None,
    data: Data | None = None,
    files: Files | None = None,
    params: Params | None = None,
    headers: HeaderArgument | None = None,
    stream: bool = False,
    progress: Progress | None = None,
    default: Default | None = None,
    timeout: Timeout = DEFAULT,
    max_retries: int | None = None,
    idempotency_key: str | None = None,
    allow_redirects: bool | None = None,
    auth: Any = None,
    cert: Any = None,
    cookies: Any = None,
    hooks: Any = None,
    proxies: Any = None,
    verify: Any = None,
) -> Response:
    """``Client.head`` on the default client."""
    raise NotImplementedError


@method
def post(
    url: str,
    data: Data | None = None,
    json: Any = None,
    *,
    files: Files | None = None,
    params: Params | None = None,
    headers: HeaderArgument | None = None,
    stream: bool = False,
    progress: Progress | None = None,
    default: Default | None = None,
    timeout: Timeout = DEFAULT,
    max_retries: int | None = None,
    idempotency_key: str | None = None,
    allow_redirects: bool | None = None,
    auth: Any = None,
    cert: Any = None,
    cookies: Any = None,
    hooks: Any = None,
    proxies: Any = None,
    verify: Any = None,
) -> Response:
    """``Client.post`` on the default client."""
    raise NotImplementedError


@method
def put(
    url: str,
    data: Data | None = None,
    *,
    json: Any = None,
    files: Files | None = None,
    params: Params | None = None,
    headers: HeaderArgument | None = None,
    stream: bool = False,
    progress: Progress | None = None,
    default: Default | None = None,
    timeout: Timeout = DEFAULT,
    max_retries: int | None = None,
    idempotency_key: str | None = None,
    allow_redirects: bool | None = None,
    auth: Any = None,
    cert: Any = None,
    cookies: Any = None,
    hooks: Any = None,
    proxies: Any = None,
    verify: Any = None,
) -> Response:
    """``Client.put`` on the default client."""
    raise NotImplementedError


@method
def patch(
    url: str,
    data: Data | None = None,
    *,
    json: Any = None,
    files: Files | None = None,
    params: Params | None = None,
    headers: HeaderArgument | None = None,
    stream: bool = False,
    progress: Progress | None = None,
    default: Default | None = None,
    timeout: Timeout = DEFAULT,
    max_retries: int | None = None,
    idempotency_key: str | None = None,
    allow_redirects: bool | None = None,
    auth: Any = None,
    cert: Any = None,
    cookies: Any = None,
    hooks: Any = None,
    proxies: Any = None,
    verify: Any = None,
) -> Response:
    """``Client.patch`` on the default client."""
    raise NotImplementedError


@method
def delete(
    url: str,
    *,
    json: Any = None,
    data: Data | None = None,
    files: Files | None = None,
    params: Params | None = None,
    headers: HeaderArgument | None = None,
    stream: bool = False,
    progress: Progress | None = None,
    default: Default | None = None,
    timeout: Timeout = DEFAULT,
    max_retries: int | None = None,
    idempotency_key: str | None = None,
    allow_redirects: bool | None = None,
    auth: Any = None,
    cert: Any = None,
    cookies: Any = None,
    hooks: Any = None,
    proxies: Any = None,
    verify: Any = None,
) -> Response:
    """``Client.delete`` on the default client."""
    raise NotImplementedError
