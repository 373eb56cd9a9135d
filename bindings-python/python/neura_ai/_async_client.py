"""The client for asyncio."""

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
from ._async_chat import AsyncChat
from ._async_models import AsyncEmbeddings, AsyncModels
from ._async_source import pieces_of, sending
from ._async_stream import AsyncEventStream
from ._base import ClientBase
from ._naming import called_as, named_for_call, with_options
from ._native import Call, Response
from ._object import Object
from ._options import AsyncApiKey
from ._port import run
from ._request_arguments import REQUEST_DEFAULTS, PlainArguments

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack


class AsyncClient(ClientBase[AsyncApiKey]):
    """The client for programs on asyncio: the calls of ``Client`` as coroutines.

    Any number of tasks, event loops and threads may use one at once. Options as in
    ``Client``; ``api_key`` may also be a callable whose result is awaited. A callable is
    called on the event loop of the call that needs the key, so it must not block.

    A task that is cancelled closes its call's connection at once. ::

        async with neura_ai.AsyncClient() as client:
            reply = await client.chat.completions.create(
                model="gpt-5", messages=[{"role": "user", "content": "Hello!"}]
            )
            print(reply.choices[0].message.content)
    """

    _is_async = True

    def _connect(self) -> None:
        self.chat: AsyncChat = AsyncChat(self._native, self._default)
        self.models: AsyncModels = AsyncModels(self._native)
        self.embeddings: AsyncEmbeddings = AsyncEmbeddings(self._native, self._default)

    async def request(
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
        """As ``Client.request``; with ``stream`` the body is read by ``aiter_content``,
        ``aiter_lines``, ``aiter_events`` or ``aread``; a status outside 200 to 299 is returned
        with the words of its error, which are waited for 2 s at most. ``data`` may also be iterated
        asynchronously; a file or another iterable is read by a thread of the client's."""
        try:
            data = pieces_of(data, "data")
            call = _call.request(
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
            return await sending(data, lambda: run(self._native, call))
        finally:
            # Tools that report errors print the variables of each frame.
            del headers

    if not TYPE_CHECKING:
        request = named_for_call(with_options(REQUEST_DEFAULTS)(request))

    async def get(
        self, path: str, params: Params | None = None, **arguments: Unpack[QueryArguments]
    ) -> Response:
        """``request("GET", path, ...)``."""
        try:
            return await self.request("GET", path, params=params, **arguments)
        finally:
            del arguments

    async def options(self, path: str, **arguments: Unpack[RequestArguments]) -> Response:
        """``request("OPTIONS", path, ...)``."""
        try:
            return await self.request("OPTIONS", path, **arguments)
        finally:
            del arguments

    async def head(self, path: str, **arguments: Unpack[RequestArguments]) -> Response:
        """``request("HEAD", path, ...)``."""
        try:
            return await self.request("HEAD", path, **arguments)
        finally:
            del arguments

    async def post(
        self,
        path: str,
        data: Data | None = None,
        json: Any = None,
        **arguments: Unpack[JsonArguments],
    ) -> Response:
        """``request("POST", path, ...)``."""
        try:
            return await self.request("POST", path, data=data, json=json, **arguments)
        finally:
            del arguments

    async def put(
        self, path: str, data: Data | None = None, **arguments: Unpack[BodyArguments]
    ) -> Response:
        """``request("PUT", path, ...)``."""
        try:
            return await self.request("PUT", path, data=data, **arguments)
        finally:
            del arguments

    async def patch(
        self, path: str, data: Data | None = None, **arguments: Unpack[BodyArguments]
    ) -> Response:
        """``request("PATCH", path, ...)``."""
        try:
            return await self.request("PATCH", path, data=data, **arguments)
        finally:
            del arguments

    async def delete(self, path: str, **arguments: Unpack[RequestArguments]) -> Response:
        """``request("DELETE", path, ...)``."""
        try:
            return await self.request("DELETE", path, **arguments)
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
    ) -> AsyncEventStream:
        """The events of a reply, for ``async for`` or ``async with``, which send the request.

        Arguments as in ``Client.request``; ``timeout`` ends with the reply's headers. Both
        raise a ``NeuraError``, also for a status outside 200 to 299.
        """
        try:
            data = pieces_of(data, "data")
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
            return AsyncEventStream(
                opening=lambda begun: sending(data, lambda: run(self._native, call, begun))
            )
        finally:
            del headers

    if not TYPE_CHECKING:
        stream = named_for_call(with_options(REQUEST_DEFAULTS)(stream))

    async def check(self, **arguments: Unpack[CallArguments]) -> Object:
        """As ``Client.check``."""
        try:
            return await run(
                self._native, Call.check(called_as("check", call_options, **arguments))
            )
        finally:
            del arguments

    async def auth_headers(self) -> dict[str, str]:
        """The header that proves who asks, for another tool. It holds the key itself."""
        return {"Authorization": await run(self._native, Call.auth_header(call_options()))}

    async def close(self) -> None:
        """Closes the client: calls that run end as they would, later ones are refused."""
        self._native.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()
