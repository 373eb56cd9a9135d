"""The client."""

from __future__ import annotations

from os import PathLike
from types import TracebackType
from typing import TYPE_CHECKING, Any, NoReturn

from . import _native
from ._arguments import (
    DEFAULT,
    CallArguments,
    Data,
    HeaderArgument,
    Params,
    RequestArguments,
    Timeout,
    body,
    call_options,
    request_options,
)
from ._calls import Chat, Embeddings, Models
from ._native import Response
from ._object import Object
from ._options import ApiKey, EnvFile, Proxy, client_options
from ._stream import EventStream
from ._usage import Usage

if TYPE_CHECKING:
    from typing_extensions import Unpack


class Client:
    """A client of the NeuraAI API. Any number of threads may use one at once.

    :param api_key: the key; or a list or tuple of keys, the first preferred: after a 401
        the next is used; or a callable that returns the key, called at the first request
        and again after a 401, on the thread that makes the call. Left out, the key is
        looked for in ``NEURA_API_KEY``, the file that ``NEURA_API_KEY_FILE`` names, the
        nearest ``.env`` file, and the credentials file, in this order.
    :param profile: which of several keys to look for, as ``staging``; left out,
        ``NEURA_PROFILE``, else none. It never falls back to a key without a profile.
    :param env_file: the one ``.env`` file to read in place of the nearest; False for none.
    :param base_url: left out, ``NEURA_BASE_URL``, else what the file of the key says, else
        the service's own address.
    :param timeout: seconds for a whole call with its retries and waits, 600 unless
        given; for a stream the time to its headers. A pair ``(connect, idle)``, as in
        ``requests``, sets the two limits below in its place. None is no limit, here and
        below.
    :param connect_timeout: seconds to be connected, 5 unless given.
    :param idle_timeout: seconds between two pieces of a reply, 300 unless given.
    :param max_retries: how often a call that failed is tried again, 2 unless given.
    :param replay_unsent_only: try again only what certainly never reached the server.
    :param headers: headers of every request.
    :param proxy: the URL of the proxy on the way to the service: ``http``, ``https``,
        ``socks5`` or ``socks5h``, with ``user:password@`` where it wants them; False or an
        empty text for none. Left out, ``https_proxy``, ``HTTPS_PROXY``, ``http_proxy``,
        ``all_proxy``, ``ALL_PROXY`` and ``no_proxy`` say, by curl's rules.
    :param ca_file: certificates (PEM) to trust in place of the system's.
    :param client_cert: a file (PEM) with the certificate to show to a server that asks for
        one, its issuers' behind it.
    :param client_key: a file (PEM) with the certificate's key, not encrypted; left out, the
        key stands in the file of ``client_cert``.
    :param max_body_bytes: the largest body that is read, unpacked, 256 MiB unless given;
        beyond it a call raises ``BodyTooLargeError``.
    :param max_event_bytes: the same for one event of a stream, 64 MiB unless given.
    :param max_header_bytes: the largest head of a reply, 64 KiB unless given; beyond it a
        call raises ``ProtocolError``.
    :param allow_http: lets the key go over plain HTTP to hosts that are not loopback.
    :raises MissingAPIKeyError: no key was given and none found; the message names every
        place.
    :raises MalformedAPIKeyError: no key can look like the one given or found.
    :raises ConfigError: another option or a file is wrong. A callable that fails raises it
        from the call that needs the key, with the exception as its ``__cause__``.
    """

    def __init__(
        self,
        api_key: ApiKey | None = None,
        *,
        profile: str | None = None,
        env_file: EnvFile | None = None,
        base_url: str | None = None,
        timeout: Timeout = DEFAULT,
        connect_timeout: float | None = DEFAULT,
        idle_timeout: float | None = DEFAULT,
        max_retries: int | None = None,
        replay_unsent_only: bool = False,
        headers: HeaderArgument | None = None,
        proxy: Proxy | None = None,
        ca_file: str | PathLike[str] | None = None,
        client_cert: str | PathLike[str] | None = None,
        client_key: str | PathLike[str] | None = None,
        max_body_bytes: int | None = None,
        max_event_bytes: int | None = None,
        max_header_bytes: int | None = None,
        allow_http: bool = False,
    ) -> None:
        try:
            options = client_options(
                api_key,
                profile=profile,
                env_file=env_file,
                base_url=base_url,
                timeout=timeout,
                connect_timeout=connect_timeout,
                idle_timeout=idle_timeout,
                max_retries=max_retries,
                replay_unsent_only=replay_unsent_only,
                headers=headers,
                proxy=proxy,
                ca_file=ca_file,
                client_cert=client_cert,
                client_key=client_key,
                max_body_bytes=max_body_bytes,
                max_event_bytes=max_event_bytes,
                max_header_bytes=max_header_bytes,
                allow_http=allow_http,
            )
            self._native = _native.Client(options)
        finally:
            # Tools that report errors print the variables of each frame.
            del api_key, headers, proxy
        self.chat: Chat = Chat(self._native)
        self.models: Models = Models(self._native)
        self.embeddings: Embeddings = Embeddings(self._native)

    def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        data: Data | None = None,
        params: Params | None = None,
        headers: HeaderArgument | None = None,
        timeout: Timeout = DEFAULT,
        max_retries: int | None = None,
        idempotency_key: str | None = None,
    ) -> Response:
        """Sends any request and returns the reply, whatever its status.

        :param path: below the base URL, as ``/chat/completions``.
        :param json: the body, as a value to be written as JSON.
        :param data: the body, as bytes, text, or a mapping (sent as a form).
        :param params: the query: text, numbers, booleans (``true``, ``false``), lists
            (repeated), None (left out).
        :param headers: headers that go before the client's.
        :param timeout: as in ``Client``.
        :param max_retries: as in ``Client``.
        :param idempotency_key: sent as ``Idempotency-Key``, the same on every attempt.
        :raises NeuraError: for no reply at all; see ``Response.raise_for_status``.
        """
        text, raw, all_headers = body(json, data, headers)
        options = request_options(all_headers, params, timeout, max_retries, idempotency_key)
        return self._native.send(method, path, text, raw, options)

    def get(self, path: str, **arguments: Unpack[RequestArguments]) -> Response:
        """``request("GET", path, ...)``."""
        return self.request("GET", path, **arguments)

    def head(self, path: str, **arguments: Unpack[RequestArguments]) -> Response:
        """``request("HEAD", path, ...)``."""
        return self.request("HEAD", path, **arguments)

    def post(self, path: str, **arguments: Unpack[RequestArguments]) -> Response:
        """``request("POST", path, ...)``."""
        return self.request("POST", path, **arguments)

    def put(self, path: str, **arguments: Unpack[RequestArguments]) -> Response:
        """``request("PUT", path, ...)``."""
        return self.request("PUT", path, **arguments)

    def patch(self, path: str, **arguments: Unpack[RequestArguments]) -> Response:
        """``request("PATCH", path, ...)``."""
        return self.request("PATCH", path, **arguments)

    def delete(self, path: str, **arguments: Unpack[RequestArguments]) -> Response:
        """``request("DELETE", path, ...)``."""
        return self.request("DELETE", path, **arguments)

    def stream(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        data: Data | None = None,
        params: Params | None = None,
        headers: HeaderArgument | None = None,
        timeout: Timeout = DEFAULT,
        max_retries: int | None = None,
        idempotency_key: str | None = None,
    ) -> EventStream:
        """Sends a request at once and returns the events of its reply, to iterate over.

        Arguments as in ``request``; ``timeout`` ends with the reply's headers.

        :raises NeuraError: also for a status outside 200 to 299.
        """
        text, raw, all_headers = body(json, data, headers)
        options = request_options(all_headers, params, timeout, max_retries, idempotency_key)
        return EventStream(self._native.stream(method, path, text, raw, options))

    def check(self, **arguments: Unpack[CallArguments]) -> Object:
        """Asks ``GET /models`` whether the key works; raises no error of the service.

        :returns: ``ok``, ``kind`` (of the error, or None), ``status``, ``message``,
            ``key`` (source and mask), ``latency_ms``, ``request_id`` and ``models`` (how
            many).
        """
        return self._native.check(call_options(**arguments))

    def auth_headers(self) -> dict[str, str]:
        """The header that proves who asks, for another tool. It holds the key itself."""
        return {"Authorization": self._native.auth_header()}

    def set_api_key(self, key: str) -> None:
        """Uses ``key`` from the next request on; those in flight end with the old one.

        :raises MalformedAPIKeyError: no key can look like this; the old one stays.
        :raises ConfigError: the base URL came from the file of the old key, and goes with
            that file's keys alone; the old key stays.
        """
        try:
            self._native.set_api_key(key)
        finally:
            del key

    def usage(self) -> Usage:
        """How much each key was used that this client ever held: requests, refusals, tokens."""
        return Usage(self._native.usage()["keys"])

    @property
    def base_url(self) -> str:
        """The address that paths are joined to."""
        return self._native.base_url

    def close(self) -> None:
        """Closes the client: calls that run end as they would, later ones are refused."""
        self._native.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        # Debuggers also show a client whose making failed, or that is closed.
        native = getattr(self, "_native", None)
        shown = native.shown if native else None
        if shown is None:
            return "Client(closed)"
        base_url, key = shown
        return f"Client(base_url={base_url!r}, api_key={key!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "a Client holds a key and is never pickled or copied: make one where it is needed"
        )
