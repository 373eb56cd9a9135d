"""``httpx2`` over this package: its clients with our keys, connections and errors' reasons.

``NeuraTransport`` and ``NeuraAsyncTransport`` go where a client takes a transport::

    import httpx2
    from neura_ai.httpx2 import NeuraTransport

    transport = NeuraTransport()  # the key: as for neura_ai.Client
    with httpx2.Client(transport=transport, base_url=transport.client.base_url) as client:
        print(client.get("/models").json())

All else is as ``neura_ai.httpx`` says of the library before this one.

Made from bindings-python/python/neura_ai/httpx.py by `make options`; edit there.
"""

from __future__ import annotations

from typing import Any

from ._adapter import missing
from ._httpx_transport import AsyncTransport, SyncTransport

try:
    import httpx2
except ModuleNotFoundError as _error:
    raise missing(__name__, "httpx2", _error) from _error

__all__ = ["NeuraAsyncTransport", "NeuraTransport"]


class NeuraTransport(SyncTransport, httpx2.BaseTransport):
    """A transport for ``httpx2.Client``.

    ``client`` is the ``neura_ai.Client`` that sends. ::

        client = httpx2.Client(transport=NeuraTransport(profile="staging"))
    """

    _library: Any = httpx2


class NeuraAsyncTransport(AsyncTransport, httpx2.AsyncBaseTransport):
    """A transport for ``httpx2.AsyncClient`` on asyncio; ``client`` is the
    ``neura_ai.AsyncClient`` that sends. A task that is cancelled closes its connection. ::

        client = httpx2.AsyncClient(transport=NeuraAsyncTransport())
    """

    _library: Any = httpx2
