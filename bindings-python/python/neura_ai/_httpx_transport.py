"""The transports for ``httpx`` and for ``httpx2``, whose classes have the same names."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from . import _adapter
from ._adapter_errors import joined
from ._arguments import DEFAULT, ApiKey, AsyncApiKey
from ._async_client import AsyncClient
from ._async_source import AsyncPieces
from ._client import Client
from ._client_arguments import ClientArguments
from ._errors import APITimeoutError, NeuraError
from ._native import Call, library_call
from ._port import run
from ._response import Response
from ._source import Pieces, Source

if TYPE_CHECKING:
    from typing_extensions import Unpack

#: The library's class for each kind of error, but for those that have two.
_CLASSES = {
    "tls": "ConnectError",
    "proxy": "ProxyError",
    "protocol": "RemoteProtocolError",
    "decode": "DecodingError",
    "body_too_large": "ReadError",
    "cancelled": "ReadError",
}
#: How messages name the body of a request.
_BODY = "the body"
#: Classes that an error of ours is to be of as well, as a request's extension.
ALSO = "neura_ai.also"
#: Our reply, as the extension of a library's reply that is an error.
REPLY = "neura_ai.reply"


class _Transport:
    """What the transports for threads and for event loops have in common."""

    #: The library, its name for a body, and the class of the client that sends.
    _library: Any
    _stream: ClassVar[str]
    _sends: ClassVar[type[Any]]
    _body: Any

    client: Any

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if library := vars(cls).get("_library"):
            cls._body = type("Body", (_Body, getattr(library, cls._stream)), {"_library": library})

    def __init__(
        self, api_key: Any = None, *, keep_authorization: bool = False, **options: Any
    ) -> None:
        try:
            self._keep_authorization = keep_authorization
            self._max_retries = options.get("max_retries") or 0
            # The library sets the limits: there is none for a whole call.
            self.client = self._sends(api_key, **{"timeout": None, **options})
            self._options = _kept(options)
        finally:
            # Tools that report errors print the variables of each frame.
            del api_key, options

    def again(self, api_key: Any, base_url: str | None) -> Any:
        """Another transport with these options, but another key."""
        kind: Any = type(self)
        try:
            options = {**self._options(), "base_url": base_url or self.client.base_url}
            return kind(api_key, keep_authorization=self._keep_authorization, **options)
        finally:
            del api_key

    def __repr__(self) -> str:
        # Debuggers also show one whose making failed.
        return f"{type(self).__name__}({getattr(self, 'client', None)!r})"

    def _in_memory(self, request: Any) -> bool:
        """Whether the body is there already: another is read as it goes out."""
        return isinstance(request.stream, self._library.ByteStream)

    def _call(self, request: Any, body: bytes | Source) -> Call[Response]:
        limits: dict[str, Any] = request.extensions.get("timeout") or {}
        url = request.url
        # Not the whole of it: user information there is the library's to read.
        text = b"".join((url.raw_scheme, b"://", url.netloc, url.raw_path)).decode("ascii")
        return library_call(
            request.method,
            text,
            request.headers.raw,
            body,
            (_limit(limits, "connect"), _limit(limits, "read")),
            self._max_retries,
            self._keep_authorization,
        )

    def _reply(self, request: Any, reply: Response) -> Any:
        reply = reply._without_secrets()
        http: dict[str, Any] = {
            "http_version": b"HTTP/1.1",
            "reason_phrase": reply.reason.encode(),
        }
        pairs = _adapter.reply_headers(reply, request.method)
        return self._library.Response(
            status_code=reply.status_code,
            headers=[(name.encode(), value.encode()) for name, value in pairs],
            stream=self._body(reply, request),
            extensions=http if reply.ok else {**http, REPLY: reply},
        )

    def _fail(self, error: NeuraError, request: Any, body: bytes | Source) -> NoReturn:
        if _adapter.is_of_body(error, body):
            raise error
        _raise(self._library, error, request)


class _Body:
    """The body of a reply, piece by piece as it comes, for threads and for event loops."""

    _library: Any

    def __init__(self, reply: Response, request: Any) -> None:
        self._reply = reply
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._reply.iter_content(None)
        except NeuraError as error:
            _raise(self._library, error, self._request)
        finally:
            self._reply.close()  # A reader that stops before the end does not come back.

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for piece in self._reply.aiter_content(None):
                yield piece
        except NeuraError as error:
            _raise(self._library, error, self._request)
        finally:
            self._reply.close()  # Also if a task is cancelled between two pieces.

    def close(self) -> None:
        """Closes the connection, unless the body was read to its end."""
        self._reply.close()

    async def aclose(self) -> None:
        """As ``close``."""
        self._reply.close()


class SyncTransport(_Transport):
    """A transport for threads, once it knows its library."""

    _stream = "SyncByteStream"
    _sends = Client
    #: The client that sends: for ``set_api_key``, ``usage`` and the like.
    client: Client

    if TYPE_CHECKING:

        def __init__(
            self,
            api_key: ApiKey | None = None,
            *,
            keep_authorization: bool = False,
            **options: Unpack[ClientArguments],
        ) -> None: ...

    def handle_request(self, request: Any) -> Any:
        """Sends one request, for the library."""
        given = request.read() if self._in_memory(request) else Pieces(request.stream, _BODY)
        body = _adapter.watched(given)
        try:
            reply = self.client._native.run(self._call(request, body))
        except NeuraError as error:
            self._fail(error, request, body)
        return self._reply(request, reply)

    def close(self) -> None:
        """Closes the connections that rest. As with the library's own transports, a request
        that follows connects anew; ``client.close`` ends it all."""
        self.client._native.close_idle()


class AsyncTransport(_Transport):
    """A transport for event loops, once it knows its library."""

    _stream = "AsyncByteStream"
    _sends = AsyncClient
    #: The client that sends: for ``set_api_key``, ``usage`` and the like.
    client: AsyncClient

    if TYPE_CHECKING:

        def __init__(
            self,
            api_key: AsyncApiKey | None = None,
            *,
            keep_authorization: bool = False,
            **options: Unpack[ClientArguments],
        ) -> None: ...

    async def handle_async_request(self, request: Any) -> Any:
        """Sends one request, for the library."""
        pieces = () if self._in_memory(request) else (AsyncPieces(request.stream, _BODY),)
        body = _adapter.watched(pieces[0] if pieces else await request.aread())
        try:
            reply = await run(self.client._native, self._call(request, body), pieces)
        except NeuraError as error:
            self._fail(error, request, body)
        return self._reply(request, reply)

    async def aclose(self) -> None:
        """As ``close`` of a ``NeuraTransport``."""
        self.client._native.close_idle()


def _limit(limits: dict[str, Any], name: str) -> Any:
    limit = limits.get(name, DEFAULT)
    if limit == 0:
        # As of a deadline that has passed: for the libraries it is a limit, for the core none.
        error = APITimeoutError(f"the {name} timeout is 0: there is no time for the request")
        error._unsent = name == "connect"
        raise error
    return limit


def _kept(options: dict[str, Any]) -> Callable[[], dict[str, Any]]:
    # Not as they are: a proxy's password is among what an attribute would show.
    return lambda: options


def _raise(library: Any, error: NeuraError, request: Any) -> NoReturn:
    """Raises the library's error for ours, which is its cause; where the request or the
    configuration is wrong, ours that is of the library too."""
    name = _CLASSES.get(error.kind)
    if error.kind == "timeout":
        name = "ConnectTimeout" if error._unsent else "ReadTimeout"
    elif error.kind == "connection":
        name = "ConnectError" if error._unsent else "ReadError"
    if name is not None:
        raise getattr(library, name)(error.message, request=request) from error
    spoken = request.url.scheme in ("http", "https")
    theirs = library.TransportError if spoken else library.UnsupportedProtocol
    made = joined(error, theirs, *request.extensions.get(ALSO, ()))
    made.request = request
    raise made from error.__cause__
