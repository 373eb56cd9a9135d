"""The verbs of clients: declared here, run by the native half.

Made from core/src/option_table/rows.rs and core/src/sourcegen by `make options`; edit there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ._arguments import DEFAULT
from ._native import method

if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike
    from typing import Literal

    from ._arguments import (
        Data,
        Default,
        Files,
        HeaderArgument,
        Params,
        Progress,
        QueryPairs,
        Timeout,
    )
    from ._logging import Attempt

_Key = TypeVar("_Key")
_Reply = TypeVar("_Reply")
_Events = TypeVar("_Events")


class Verbs(Generic[_Key, _Reply, _Events]):
    """What a client is made of, and the requests that it sends."""

    @method
    def __init__(
        self,
        api_key: _Key | None = None,
        *,
        profile: str | None = None,
        env_file: str | PathLike[str] | Literal[False] | None = None,
        base_url: str | None = None,
        timeout: Timeout = DEFAULT,
        connect_timeout: float | None = DEFAULT,
        idle_timeout: float | None = DEFAULT,
        max_retries: int | None = None,
        replay_unsent_only: bool = False,
        max_in_flight: int | None = None,
        headers: HeaderArgument | None = None,
        default_headers: HeaderArgument | None = None,
        default_query: QueryPairs | None = None,
        proxy: str | Literal[False] | None = None,
        ca_file: str | PathLike[str] | None = None,
        client_cert: str | PathLike[str] | None = None,
        client_key: str | PathLike[str] | None = None,
        max_body_bytes: int | None = None,
        max_event_bytes: int | None = None,
        max_header_bytes: int | None = None,
        allow_http: bool = False,
        on_attempt: Callable[[Attempt], object] | None = None,
        default: Default | None = None,
    ) -> None:
        """Arguments, and where each has its value from if it is left out.

        :param api_key: the key; or a list or tuple of keys, the first preferred: after a 401
            the next is used; or a callable that returns the key, called at the first request
            and again after a 401, on the thread that makes the call. Left out, the key is
            looked for in ``NEURA_API_KEY``, the file that ``NEURA_API_KEY_FILE`` names, what the
            program of ``NEURA_API_KEY_COMMAND`` prints, the nearest ``.env`` file, and the
            credentials file, in this order.
        :param profile: Which of several keys of the environment and the files to use. The profile
            ``staging`` reads ``NEURA_API_KEY_STAGING``, ``NEURA_API_KEY_STAGING_FILE``,
            ``.env.staging``, and the table ``[staging]`` of the credentials file. A profile never
            falls back to the key without one. Default: ``NEURA_PROFILE``, else none.
        :param env_file: The one ``.env`` file to read, which must exist; False for none. Default:
            the nearest one, from the working directory upwards.
        :param base_url: Where requests go. Plain http is for loopback hosts, unless ``allow_http``
            is set. Default: ``NEURA_BASE_URL``, else the URL in the key's own file, else
            ``https://api.neura-ai.app/v1``.
        :param timeout: One deadline for a whole call: all attempts, the waits (also for a turn
            under ``max_in_flight``) and the body; for a stream it ends with the headers. A pair
            ``(connect, read)``, as in ``requests``, sets ``connect_timeout`` and ``idle_timeout``
            instead; the second also limits the wait for the reply. In seconds; None is no limit.
            Default: 600 s.
        :param connect_timeout: The limit for opening a connection: looking up the name, connecting,
            the proxy and the TLS handshake together. In seconds; None is no limit. Default: 5 s.
        :param idle_timeout: The limit between two pieces of a body, after the headers. In seconds;
            None is no limit. Default: 300 s.
        :param max_retries: How many times a failed request is sent again; 0 sends it once. Default:
            2.
        :param replay_unsent_only: Whether only a request that certainly never reached the server is
            sent again. Default: False.
        :param max_in_flight: How many calls of an ``AsyncClient`` run at a time; more wait in
            order. 0 is a ``ConfigError``. A ``Client`` makes a call on the thread that asks for it,
            and needs no limit. Default: 1,024, shared by all clients that do not set this.
        :param headers: Headers of every request; each replaces the client's own of that name. An
            invalid one is a ``ConfigError``.
        :param default_headers: As ``headers``, which win: the name that the OpenAI SDK has for
            them.
        :param default_query: Parameters of the query of every request; one of a request replaces
            that of the same name.
        :param proxy: The proxy on the way to the service: ``http://``, ``https://``, ``socks5://``
            or ``socks5h://``, with ``user:password@``, percent-encoded, if it requires them; False
            or an empty text for none. Default: the proxy of the environment, by curl's rules:
            ``https_proxy``, ``HTTPS_PROXY``, ``http_proxy``, ``all_proxy``, ``ALL_PROXY`` and
            ``no_proxy``; never for a loopback host.
        :param ca_file: A PEM file with the certificates of the authorities to trust, or a folder of
            such files; no others are trusted then. Default: the file or folder in
            ``SSL_CERT_FILE``, else in ``REQUESTS_CA_BUNDLE``, else in ``CURL_CA_BUNDLE``, else the
            system's authorities.
        :param client_cert: A PEM file with the client's certificate for a server that asks for one,
            followed by those of its issuers. The key is in the same file unless ``client_key``
            names another.
        :param client_key: A PEM file with the key of ``client_cert``, unencrypted. Default: the
            file of ``client_cert``.
        :param max_body_bytes: The largest body of a reply in bytes, unpacked; a larger one is a
            ``BodyTooLargeError``. Default: 256 MiB.
        :param max_event_bytes: The largest event of a stream in bytes; a larger one is a
            ``BodyTooLargeError``. Default: 64 MiB.
        :param max_header_bytes: The largest head of a reply in bytes; a larger one, or one of more
            than 128 headers, is a ``ProtocolError``. Default: 64 KiB.
        :param allow_http: Whether the key may be sent over plain http to a host that is not
            loopback. Default: False.
        :param on_attempt: A function that is called after each attempt of a call, on the thread of
            the call (of an ``AsyncClient`` its event loop's), with its status or the kind of its
            error, the wait before it and the key's fingerprint, never the key. An exception that it
            raises goes to ``sys.unraisablehook`` or the event loop's exception handler;
            KeyboardInterrupt and SystemExit end the call.
        :param default: called with each value of a JSON body that JSON has no form for, as in
            ``json.dumps``: what it returns is sent in its place.
        :raises MissingAPIKeyError: no key was given and none found; the message names every
            place.
        :raises MalformedAPIKeyError: no key can look like the one given or found.
        :raises ConfigError: another option or a file is wrong. A callable that fails raises it
            from the call that needs the key, with the exception as its ``__cause__``.
        """
        raise NotImplementedError

    @method
    def request(
        self,
        method: str,
        path: str,
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
    ) -> _Reply:
        """Sends any request and returns the reply, whatever its status.

        :param path: below the base URL, as ``/chat/completions``.
        :param json: the body, as a value to be written as JSON.
        :param data: the body, as bytes, text, a mapping (sent as a form), a file, or an
            iterable of bytes. The last two are read while they go out: a file from where it
            stands, and again for a retry; an iterable once, so that it is not tried again. An
            ``AsyncClient`` also takes what is iterated asynchronously.
        :param files: a form with files (``multipart/form-data``) and the fields of ``data``, which
            is a mapping or pairs then: a mapping or pairs of names and open files, bytes, text,
            or tuples ``(filename, file[, content_type[, headers]])``. They are read while they go
            out, as ``data`` is.
        :param params: the query, as a mapping or pairs of text, numbers, booleans (``true``,
            ``false``), lists (repeated), None (left out) and whatever else ``str`` has a text
            for; or as one text, with its escapes.
        :param headers: headers that go before the client's.
        :param stream: returns when the headers came; the body is read by ``iter_content``,
            ``iter_lines``, ``iter_events`` or ``content`` (of an ``AsyncClient`` by
            ``aiter_content``, ``aiter_lines``, ``aiter_events`` or ``aread``), and ``timeout``
            ends with the headers. The words of an error are waited for, 2 s at most.
        :param progress: called with the bytes that were sent or have come, and with their sum
            (None if it is not known): those of ``data`` and ``files`` if there are any, else those
            of the reply's body as they come over the network. At first, then at most 20 times a
            second, and at the end; another attempt begins at 0. It runs where ``on_attempt`` does.
            True shows a bar of ``tqdm``.
        :param default: as in ``Client``.
        :param timeout: One deadline for a whole call: all attempts, the waits (also for a turn
            under ``max_in_flight``) and the body; for a stream it ends with the headers. A pair
            ``(connect, read)``, as in ``requests``, sets ``connect_timeout`` and ``idle_timeout``
            instead; the second also limits the wait for the reply. In seconds; None is no limit.
            Default: the client's.
        :param max_retries: How many times a failed request is sent again; 0 sends it once. Default:
            the client's.
        :param idempotency_key: A unique name of the request, such as a UUID, sent as
            ``Idempotency-Key``, the same on every attempt.
        :raises NeuraError: for no reply at all; see ``Response.raise_for_status``.
        """
        raise NotImplementedError

    @method
    def get(
        self,
        path: str,
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
    ) -> _Reply:
        """``request("GET", path, ...)``."""
        raise NotImplementedError

    @method
    def options(
        self,
        path: str,
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
    ) -> _Reply:
        """``request("OPTIONS", path, ...)``."""
        raise NotImplementedError

    @method
    def head(
        self,
        path: str,
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
    ) -> _Reply:
        """``request("HEAD", path, ...)``."""
        raise NotImplementedError

    @method
    def post(
        self,
        path: str,
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
    ) -> _Reply:
        """``request("POST", path, ...)``."""
        raise NotImplementedError

    @method
    def put(
        self,
        path: str,
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
    ) -> _Reply:
        """``request("PUT", path, ...)``."""
        raise NotImplementedError

    @method
    def patch(
        self,
        path: str,
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
    ) -> _Reply:
        """``request("PATCH", path, ...)``."""
        raise NotImplementedError

    @method
    def delete(
        self,
        path: str,
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
    ) -> _Reply:
        """``request("DELETE", path, ...)``."""
        raise NotImplementedError

    @method
    def stream(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        data: Data | None = None,
        files: Files | None = None,
        params: Params | None = None,
        headers: HeaderArgument | None = None,
        default: Default | None = None,
        timeout: Timeout = DEFAULT,
        max_retries: int | None = None,
        idempotency_key: str | None = None,
    ) -> _Events:
        """Sends a request and returns the events of its reply, to iterate over.

        A ``Client`` sends it at once, an ``AsyncClient`` with ``async for`` or ``async with``.
        Arguments as in ``request``; ``timeout`` ends with the reply's headers.

        :raises NeuraError: also for a status outside 200 to 299.
        """
        raise NotImplementedError
