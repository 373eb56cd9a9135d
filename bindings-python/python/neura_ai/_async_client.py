"""The client for asyncio."""

from __future__ import annotations

from collections.abc import Coroutine
from types import TracebackType
from typing import TYPE_CHECKING, Any

# The native half uses it: a call imports nothing, for it may be made in a child of a fork.
from . import _port as _port
from ._arguments import AsyncApiKey
from ._async_stream import AsyncEventStream
from ._client import ClientBase
from ._create import AsyncEmbeddings
from ._models import AsyncChat, AsyncModels
from ._native import method
from ._response import Response

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from ._arguments import CallArguments
    from ._native import Client as NativeClient
    from ._object import Object
    from ._pickling import Origin
    from ._raw_calls import RawAsyncClient


class AsyncClient(ClientBase[AsyncApiKey, Coroutine[Any, Any, Response], AsyncEventStream]):
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

    :ivar chat: as of a ``Client``, and so are ``models`` and ``embeddings``.
    :ivar models: see there.
    :ivar embeddings: see there.
    """

    _is_async = True

    # For those who look at the class; each client has its own.
    chat: AsyncChat = AsyncChat()
    models: AsyncModels = AsyncModels()
    embeddings: AsyncEmbeddings = AsyncEmbeddings()

    if TYPE_CHECKING:

        @property
        def with_raw_response(self) -> RawAsyncClient: ...

    def _connect(self, native: NativeClient, origin: Origin) -> None:
        super()._connect(native, origin)
        self.chat = AsyncChat(native)
        self.models = AsyncModels(native)
        self.embeddings = AsyncEmbeddings(native)

    async def check(self, **arguments: Unpack[CallArguments]) -> Object:
        """As ``Client.check``."""
        raise NotImplementedError

    async def auth_headers(self) -> dict[str, str]:
        """The ``Authorization`` header, for another tool. It holds the key itself."""
        raise NotImplementedError

    # Type checkers know an `async def` alone for what it is.
    if not TYPE_CHECKING:
        check, auth_headers = method(check), method(auth_headers)

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
        self._native.close()
