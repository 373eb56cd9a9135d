"""The transports for ``httpx`` and for ``httpx2``, whose classes have the same names."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import TYPE_CHECKING, Any, NoReturn

from . import _adapter
from ._arguments import DEFAULT
from ._async_client import AsyncClient
from ._client import Client
from ._errors import ConfigError, NeuraError
from ._native import Call, Response
from ._options import ApiKey, AsyncApiKey, ClientArguments
from ._port import run

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


class _Sending:
    """What the transports for threads and for event loops have in common."""

    #: The module that asks, and its kind of body.
    _library: Any
    _body: Any
    _max_retries: int
    _options: Callable[[], ClientArguments]

    client: Any

    def again(self, api_key: Any, base_url: str | None) -> Any:
        """Another transport with these options, but another key."""
        kind: Any = type(self)
        try:
            address = base_url or self.client.base_url
            return kind(api_key, **{**self._options(), "base_url": address})
        finally:
            del api_key

    def __repr__(self) -> str:
        # Debuggers also show one whose making failed.
        return f"{type(self).__name__}({getattr(self, 'client', None)!r})"

    def _call(self, request: Any, body: bytes) -> Call[Response]:
        limits: dict[str, Any] = request.extensions.get("timeout") or {}
        url = request.url
        # Not the whole of it: user information there is the library's to read.
        text = b"".join((url.raw_scheme, b"://", url.netloc, url.raw_path)).decode("ascii")
        return _adapter.call(
            request.method,
            text,
            list(_texts(request.headers.raw)),
            body,
            connect=limits.get("connect", DEFAULT),
            read=limits.get("read", DEFAULT),
            max_retries=self._max_retries,
        )

    def _reply(self, request: Any, reply: Response) -> Any:
        return self._library.Response(
            status_code=reply.status_code,
            headers=[
                (name.encode(), value.encode())
                for name, value in _adapter.reply_headers(reply, request.method)
            ],
            stream=self._body(reply, request),
            extensions={"http_version": b"HTTP/1.1", "reason_phrase": reply.reason.encode()},
        )


class SyncTransport(_Sending):
    """A transport for threads, once it is told of its library."""

    #: The client that sends: for ``set_api_key``, ``usage`` and the like.
    client: Client

    def __init__(self, api_key: ApiKey | None = None, **options: Unpack[ClientArguments]) -> None:
        try:
            self._max_retries = options.get("max_retries") or 0
            self.client = Client(api_key, **_alone(options))
            self._options = _kept(options)
        finally:
            # Tools that report errors print the variables of each frame.
            del api_key, options

    def handle_request(self, request: Any) -> Any:
        """Sends one request, for the library."""
        try:
            reply = self.client._native.run(self._call(request, request.read()))
        except NeuraError as error:
            _raise(self._library, error, request)
        return self._reply(request, _adapter.told(reply))

    def close(self) -> None:
        """Closes the client that sends."""
        self.client.close()


class AsyncTransport(_Sending):
    """A transport for event loops, once it is told of its library."""

    #: The client that sends: for ``set_api_key``, ``usage`` and the like.
    client: AsyncClient

    def __init__(
        self, api_key: AsyncApiKey | None = None, **options: Unpack[ClientArguments]
    ) -> None:
        try:
            self._max_retries = options.get("max_retries") or 0
            self.client = AsyncClient(api_key, **_alone(options))
            self._options = _kept(options)
        finally:
            # Tools that report errors print the variables of each frame.
            del api_key, options

    async def handle_async_request(self, request: Any) -> Any:
        """Sends one request, for the library."""
        body = await request.aread()
        try:
            reply = await run(self.client._native, self._call(request, body))
        except NeuraError as error:
            _raise(self._library, error, request)
        return self._reply(request, _adapter.told(reply))

    async def aclose(self) -> None:
        """Closes the client that sends."""
        await self.client.close()


class SyncBody:
    """The body of a reply, piece by piece as it comes."""

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
            self._reply.close()  # Whoever stops in its midst does not come back.

    def close(self) -> None:
        """Closes the connection, unless the body was read to its end."""
        self._reply.close()


class AsyncBody:
    """The same for event loops."""

    _library: Any

    def __init__(self, reply: Response, request: Any) -> None:
        self._reply = reply
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for piece in self._reply.aiter_content(None):
                yield piece
        except NeuraError as error:
            _raise(self._library, error, self._request)
        finally:
            self._reply.close()  # Also where a task is cancelled between two pieces.

    async def aclose(self) -> None:
        """Closes the connection, unless the body was read to its end."""
        self._reply.close()


def _texts(headers: list[tuple[bytes, bytes]]) -> Iterator[tuple[str, str]]:
    for name, value in headers:
        # What is no text comes to the core as what it refuses, and is not quoted.
        yield name.decode(errors="surrogateescape"), value.decode(errors="surrogateescape")


def _kept(options: ClientArguments) -> Callable[[], ClientArguments]:
    # Not as they are: a proxy's password is among what an attribute would show.
    return lambda: options


def _alone(options: ClientArguments) -> ClientArguments:
    """The options of a client whose limits the library sets: none for a whole call."""
    return {"timeout": None, **options}


def _raise(library: Any, error: NeuraError, request: Any) -> NoReturn:
    """Raises the library's error for ours, which is its cause; ours where the request or the
    configuration is wrong, for which the library has no class."""
    name = _CLASSES.get(error.kind)
    if error.kind == "timeout":
        name = "ConnectTimeout" if error._unsent else "ReadTimeout"
    elif error.kind == "connection":
        name = "ConnectError" if error._unsent else "ReadError"
    elif isinstance(error, ConfigError) and request.url.scheme not in ("http", "https"):
        name = "UnsupportedProtocol"
    if name is None:
        raise error
    raise getattr(library, name)(error.message, request=request) from error
