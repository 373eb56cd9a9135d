"""``httpx`` over this package: its clients with our keys, connections and errors' reasons.

``NeuraTransport`` and ``NeuraAsyncTransport`` go where a client takes a transport::

    import httpx
    from neura_ai.httpx import NeuraTransport

    transport = NeuraTransport()  # the key: as for neura_ai.Client
    with httpx.Client(transport=transport, base_url=transport.client.base_url) as client:
        print(client.get("/models").json())

What holds for both:

- They take the arguments of ``neura_ai.Client``. The key goes to the base URL's origin alone;
  a request to any other raises ``neura_ai.ConfigError`` before any connection.
- The key goes out in place of any Authorization header that the library, an SDK above it or the
  caller sets, and ``api-key``, ``x-api-key``, ``x-goog-api-key``, ``OpenAI-Organization``,
  ``OpenAI-Project`` and ``Proxy-Authorization`` are dropped: an SDK takes a key of another
  service from the environment, and no such key reaches this one. ``keep_authorization=True``
  sends these headers as they are. Headers given to the transport itself always go out.
- A request is sent once: ``max_retries`` is 0 unless given. After a 401 the next key of a
  list, a key that a callable gives anew or a file that changed is tried all the same.
- Any status is a reply. What fails on the way raises the library's own class
  (``ConnectError``, ``ConnectTimeout``, ``ReadTimeout``, ``ReadError``, ``ProxyError``, ...) with
  the error of this package as its ``__cause__``; what is wrong with the key, the configuration
  or the request itself raises the error of this package, which is a ``TransportError`` too.
- ``connect`` of a library's timeout is our limit for connecting, ``read`` how long the server may
  do nothing: while it takes the request, before its answer and within it. Where one is 0 it has
  passed, and nothing is sent. ``write`` and ``pool`` have no meaning here. ``timeout``, given to
  the transport, ends the time to the reply's headers in all; unless given there is no such limit.
- The body of a request that is not in memory is read as it goes out, that of a reply comes as
  the server sends it, unpacked: so its headers never say that it is packed, and of the codings
  that a library accepts the server only sees gzip.
- Libraries put replies into their errors. So a secret of the client that a server echoes is
  ``[redacted]`` in the URL, the headers and the body, in events of a stream too; a reply to
  anything but HEAD then has no ``content-length``, nor has one whose body is streamed.
- HTTP/1.1, and GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS. Redirects are the library's
  affair (``follow_redirects``), never past the origin.
"""

from __future__ import annotations

from typing import Any

from ._adapter import missing
from ._httpx_transport import AsyncTransport, SyncTransport

try:
    import httpx
except ModuleNotFoundError as _error:
    raise missing(__name__, "httpx", _error) from _error

__all__ = ["NeuraAsyncTransport", "NeuraTransport"]


class NeuraTransport(SyncTransport, httpx.BaseTransport):
    """A transport for ``httpx.Client``.

    ``client`` is the ``neura_ai.Client`` that sends. ::

        client = httpx.Client(transport=NeuraTransport(profile="staging"))
    """

    _library: Any = httpx


class NeuraAsyncTransport(AsyncTransport, httpx.AsyncBaseTransport):
    """A transport for ``httpx.AsyncClient`` on asyncio; ``client`` is the
    ``neura_ai.AsyncClient`` that sends. A task that is cancelled closes its connection. ::

        client = httpx.AsyncClient(transport=NeuraAsyncTransport())
    """

    _library: Any = httpx
