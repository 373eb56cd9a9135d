"""The verbs of a session: declared here, run by the native half.

Made from core/src/option_table/rows.rs and core/src/sourcegen by `make options`; edit there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._arguments import DEFAULT
from ._native import method

if TYPE_CHECKING:
    from ._arguments import Data, Default, Files, HeaderArgument, Params, Progress, Timeout
    from ._response import Response


class SessionVerbs:
    """Those of a client, with the arguments that those of ``requests`` have."""

    @method
    def request(
        self,
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
        """``Client.request``, with the session's headers and params beneath the request's own.

        What of ``requests`` is taken besides, and what is refused, ``Session`` says.
        """
        raise NotImplementedError

    @method
    def get(
        self,
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
        """``request("GET", url, ...)``."""
        raise NotImplementedError

    @method
    def options(
        self,
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
        """``request("OPTIONS", url, ...)``."""
        raise NotImplementedError

    @method
    def head(
        self,
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
        """``request("HEAD", url, ...)``."""
        raise NotImplementedError

    @method
    def post(
        self,
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
        """``request("POST", url, ...)``."""
        raise NotImplementedError

    @method
    def put(
        self,
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
        """``request("PUT", url, ...)``."""
        raise NotImplementedError

    @method
    def patch(
        self,
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
        """``request("PATCH", url, ...)``."""
        raise NotImplementedError

    @method
    def delete(
        self,
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
        """``request("DELETE", url, ...)``."""
        raise NotImplementedError
