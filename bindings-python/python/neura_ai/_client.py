"""The client."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any

from . import _call
from ._arguments import (
    BodyArguments,
    CallArguments,
    Data,
    Default,
    HeaderArgument,
    JsonArguments,
    Params,
    QueryArguments,
    RequestArguments,
    call_options,
)
from ._base import ClientBase
from ._chat import Chat
from ._models import Embeddings, Models
from ._naming import called_as, named_for_call, with_options
from ._native import Call, Response
from ._object import Object
from ._options import ApiKey
from ._request_arguments import REQUEST_DEFAULTS, PlainArguments
from ._stream import EventStream

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack


class Client(ClientBase[ApiKey]):
    """A client of the NeuraAI API. Any number of threads may use one at once.

    :param api_key: the key; or a list or tuple of keys, the first preferred: after a 401
        the next is used; or a callable that returns the key, called at the first request
        and again after a 401, on the thread that makes the call. Left out, the key is
        looked for in ``NEURA_API_KEY``, the file that ``NEURA_API_KEY_FILE`` names, what the
        program of ``NEURA_API_KEY_COMMAND`` prints, the nearest ``.env`` file, and the
        credentials file, in this order.
    :param profile: Which of several keys of the environment and the files to use. The profile
        ``staging`` reads ``NEURA_API_KEY_STAGING``, ``NEURA_API_KEY_STAGING_FILE``,
        ``.env.staging``, and the table ``[staging]`` of the credentials file. A profile never falls
        back to the key without one. Default: ``NEURA_PROFILE``, else none.
    :param env_file: The one ``.env`` file to read, which must exist; False for none. Default: the
        nearest one, from the working directory upwards.
    :param base_url: Where requests go. Plain http is for loopback hosts, unless ``allow_http`` is
        set. Default: ``NEURA_BASE_URL``, else the URL in the key's own file, else
        ``https://api.neura-ai.app/v1``.
    :param timeout: One deadline for a whole call: all attempts, the waits (also for a turn under
        ``max_in_flight``) and the body; for a stream it ends with the headers. A pair ``(connect,
        read)``, as in ``requests``, sets ``connect_timeout`` and ``idle_timeout`` instead; the
        second also limits the wait for the reply. In seconds; None is no limit. Default: 600 s.
    :param connect_timeout: The limit for opening a connection: looking up the name, connecting, the
        proxy and the TLS handshake together. In seconds; None is no limit. Default: 5 s.
    :param idle_timeout: The limit between two pieces of a body, after the headers. In seconds; None
        is no limit. Default: 300 s.
    :param max_retries: How many times a failed request is sent again; 0 sends it once. Default: 2.
    :param replay_unsent_only: Whether only a request that certainly never reached the server is
        sent again. Default: False.
    :param max_in_flight: How many calls of an ``AsyncClient`` run at a time; more wait in order. 0
        is a ``ConfigError``. A ``Client`` makes a call on the thread that asks for it, and needs no
        limit. Default: 1,024, shared by all clients that do not set this.
    :param headers: Headers of every request; each replaces the client's own of that name. An
        invalid one is a ``ConfigError``.
    :param proxy: The proxy on the way to the service: ``http://``, ``https://``, ``socks5://`` or
        ``socks5h://``, with ``user:password@``, percent-encoded, if it requires them; False or an
        empty text for none. Default: the proxy of the environment, by curl's rules:
        ``https_proxy``, ``HTTPS_PROXY``, ``http_proxy``, ``all_proxy``, ``ALL_PROXY`` and
        ``no_proxy``; never for a loopback host.
    :param ca_file: A PEM file with the certificates of the authorities to trust, or a folder of
        such files; no others are trusted then. Default: the file or folder in ``SSL_CERT_FILE``,
        else in ``REQUESTS_CA_BUNDLE``, else in ``CURL_CA_BUNDLE``, else the system's authorities.
    :param client_cert: A PEM file with the client's certificate for a server that asks for one,
        followed by those of its issuers. The key is in the same file unless ``client_key`` names
        another.
    :param client_key: A PEM file with the key of ``client_cert``, unencrypted. Default: the file of
        ``client_cert``.
    :param max_body_bytes: The largest body of a reply in bytes, unpacked; a larger one is a
        ``BodyTooLargeError``. Default: 256 MiB.
    :param max_event_bytes: The largest event of a stream in bytes; a larger one is a
        ``BodyTooLargeError``. Default: 64 MiB.
    :param max_header_bytes: The largest head of a reply in bytes; a larger one, or one of more than
        128 headers, is a ``ProtocolError``. Default: 64 KiB.
    :param allow_http: Whether the key may be sent over plain http to a host that is not loopback.
        Default: False.
    :param default: called with each value of a JSON body that JSON has no form for, as in
        ``json.dumps``: what it returns is sent in its place.
    :raises MissingAPIKeyError: no key was given and none found; the message names every
        place.
    :raises MalformedAPIKeyError: no key can look like the one given or found.
    :raises ConfigError: another option or a file is wrong. A callable that fails raises it
        from the call that needs the key, with the exception as its ``__cause__``.
    """

    _is_async = False

    def _connect(self) -> None:
        self.chat: Chat = Chat(self._native, self._default)
        self.models: Models = Models(self._native)
        self.embeddings: Embeddings = Embeddings(self._native, self._default)

    def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        data: Data | None = None,
        params: Params | None = None,
        headers: HeaderArgument | None = None,
        stream: bool = False,
        default: Default | None = None,
        **options: Unpack[PlainArguments],
    ) -> Response:
        """Sends any request and returns the reply, whatever its status.

        :param path: below the base URL, as ``/chat/completions``.
        :param json: the body, as a value to be written as JSON.
        :param data: the body, as bytes, text, a mapping (sent as a form), a file, or an
            iterable of bytes. The last two are read while they go out: a file from where it
            stands, and again for a retry; an iterable once, so that it is not tried again.
        :param params: the query, as a mapping or pairs of text, numbers, booleans (``true``,
            ``false``), lists (repeated), None (left out) and whatever else ``str`` has a text
            for; or as one text, with its escapes.
        :param headers: headers that go before the client's.
        :param stream: returns when the headers came; the body is read by ``iter_content``,
            ``iter_lines``, ``iter_events`` or ``content``, and ``timeout`` ends with the
            headers. ``raise_for_status`` waits 2 s at most for the words of an error.
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
        try:
            return self._native.run(
                _call.request(
                    Call.open if stream else Call.send,
                    method,
                    path,
                    json=json,
                    data=data,
                    params=params,
                    headers=headers,
                    default=default or self._default,
                    options=options,
                )
            )
        finally:
            # Tools that report errors print the variables of each frame.
            del headers

    if not TYPE_CHECKING:
        request = named_for_call(with_options(REQUEST_DEFAULTS)(request))

    def get(
        self, path: str, params: Params | None = None, **arguments: Unpack[QueryArguments]
    ) -> Response:
        """``request("GET", path, ...)``."""
        try:
            return self.request("GET", path, params=params, **arguments)
        finally:
            del arguments

    def options(self, path: str, **arguments: Unpack[RequestArguments]) -> Response:
        """``request("OPTIONS", path, ...)``."""
        try:
            return self.request("OPTIONS", path, **arguments)
        finally:
            del arguments

    def head(self, path: str, **arguments: Unpack[RequestArguments]) -> Response:
        """``request("HEAD", path, ...)``."""
        try:
            return self.request("HEAD", path, **arguments)
        finally:
            del arguments

    def post(
        self,
        path: str,
        data: Data | None = None,
        json: Any = None,
        **arguments: Unpack[JsonArguments],
    ) -> Response:
        """``request("POST", path, ...)``."""
        try:
            return self.request("POST", path, data=data, json=json, **arguments)
        finally:
            del arguments

    def put(
        self, path: str, data: Data | None = None, **arguments: Unpack[BodyArguments]
    ) -> Response:
        """``request("PUT", path, ...)``."""
        try:
            return self.request("PUT", path, data=data, **arguments)
        finally:
            del arguments

    def patch(
        self, path: str, data: Data | None = None, **arguments: Unpack[BodyArguments]
    ) -> Response:
        """``request("PATCH", path, ...)``."""
        try:
            return self.request("PATCH", path, data=data, **arguments)
        finally:
            del arguments

    def delete(self, path: str, **arguments: Unpack[RequestArguments]) -> Response:
        """``request("DELETE", path, ...)``."""
        try:
            return self.request("DELETE", path, **arguments)
        finally:
            del arguments

    def stream(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        data: Data | None = None,
        params: Params | None = None,
        headers: HeaderArgument | None = None,
        default: Default | None = None,
        **options: Unpack[PlainArguments],
    ) -> EventStream:
        """Sends a request at once and returns the events of its reply, to iterate over.

        Arguments as in ``request``; ``timeout`` ends with the reply's headers.

        :raises NeuraError: also for a status outside 200 to 299.
        """
        try:
            call = _call.request(
                Call.events,
                method,
                path,
                json=json,
                data=data,
                params=params,
                headers=headers,
                default=default or self._default,
                options=options,
            )
            return EventStream(self._native.run(call))
        finally:
            del headers

    if not TYPE_CHECKING:
        stream = named_for_call(with_options(REQUEST_DEFAULTS)(stream))

    def check(self, **arguments: Unpack[CallArguments]) -> Object:
        """Asks ``GET /models`` whether the key works; raises no error of the service.

        :returns: ``ok``, ``kind`` (of the error, or None), ``status``, ``message``,
            ``key`` (source and mask), ``latency_ms``, ``request_id`` and ``models`` (how
            many).
        """
        try:
            return self._native.run(Call.check(called_as("check", call_options, **arguments)))
        finally:
            del arguments

    def auth_headers(self) -> dict[str, str]:
        """The header that proves who asks, for another tool. It holds the key itself."""
        return {"Authorization": self._native.run(Call.auth_header(call_options()))}

    def close(self) -> None:
        """Closes the client: calls that run end as they would, later ones are refused."""
        self._native.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
