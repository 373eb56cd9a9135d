"""The body of a reply, as ``requests`` reads it from ``urllib3``."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from http.client import HTTPMessage
from typing import Any

from requests import PreparedRequest
from urllib3 import HTTPResponse

# Where it has been in every version, unlike the package itself.
from urllib3._collections import HTTPHeaderDict

from . import _adapter
from ._errors import NeuraError
from ._requests_errors import fail
from ._response import Response


class Head:
    """What ``requests`` asks of the reply below that of ``urllib3``: cookies, and to close it."""

    def __init__(self, pairs: list[tuple[str, str]], reply: Response) -> None:
        self.msg = HTTPMessage()
        for name, value in pairs:
            self.msg.add_header(name, value)
        self._reply = reply

    def isclosed(self) -> bool:
        """Whether no connection is held."""
        return not self._reply._is_open

    def close(self) -> None:
        """Closes the connection."""
        self._reply.close()


class Raw(HTTPResponse):
    """A reply of ours as one of ``urllib3``: ``response.raw``. Its body is unpacked already."""

    def __init__(self, reply: Response, request: PreparedRequest) -> None:
        method = request.method or "GET"
        pairs = _adapter.reply_headers(reply, method)
        head: Any = Head(pairs, reply)
        super().__init__(
            headers=HTTPHeaderDict(pairs),
            status=reply.status_code,
            version=11,
            reason=reply.reason,
            preload_content=False,
            decode_content=False,
            original_response=head,
            enforce_content_length=False,
            request_method=method,
            request_url=request.url,
        )
        self.version_string = "HTTP/1.1"
        self._reply = reply
        self._request = request
        self._pieces = self._arriving()
        self._left = b""
        self._position = 0

    def _arriving(self) -> Iterator[bytes]:
        try:
            yield from self._reply.iter_content(None)
        except NeuraError as error:
            fail(error, self._request, in_body=True)

    def _next(self, most: int | None) -> bytes:
        """The bytes that have arrived, at most ``amt``; waits for the first. Empty at the end, and
        once closed, as that of ``urllib3``."""
        if self._shut:
            return b""
        piece = self._left or next(self._pieces, b"")
        most = len(piece) if most is None else most
        piece, self._left = piece[:most], piece[most:]
        self._position += len(piece)
        return piece

    def read(
        self,
        amt: int | None = None,
        decode_content: bool | None = None,
        cache_content: bool = False,
    ) -> bytes:
        """So many bytes, fewer only at the end; all that are left where ``amt`` is None."""
        found = bytearray()
        whole = amt is None or amt < 0
        while whole or len(found) < (amt or 0):
            piece = self._next(None if whole else (amt or 0) - len(found))
            if not piece:
                break
            found += piece
        body = bytes(found)
        if cache_content:
            self._body = body
        return body

    def read1(self, amt: int | None = None, decode_content: bool | None = None) -> bytes:
        """The bytes that have arrived, at most ``amt``; waits for the first."""
        return b"" if amt == 0 else self._next(None if amt is None or amt < 0 else amt)

    def stream(
        self, amt: int | None = 2**16, decode_content: bool | None = None
    ) -> Generator[bytes, None, None]:
        """The body in pieces of at most ``amt`` bytes, each as soon as it is there."""
        while piece := self.read1(amt or None):
            yield piece

    def read_chunked(
        self, amt: int | None = None, decode_content: bool | None = None
    ) -> Generator[bytes, None, None]:
        """As ``stream``: chunks of the transfer are not seen."""
        return self.stream(amt, decode_content)

    @property
    def data(self) -> bytes:
        """The whole body."""
        if not isinstance(self._body, bytes):
            self.read(cache_content=True)
        body: Any = self._body
        return bytes(body)

    def tell(self) -> int:
        """How many bytes were read."""
        return self._position

    def readable(self) -> bool:
        """It is."""
        return True

    def isclosed(self) -> bool:
        """Whether no connection is held, and nothing is left to read."""
        return not self._left and not self._reply._is_open

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._shut

    #: As a class's own: files are asked before they are made whole.
    _shut = False

    def close(self) -> None:
        """Closes the connection, unless the body was read to its end."""
        self._shut = True
        self._left = b""
        if "_reply" in vars(self):
            self._reply.close()

    def release_conn(self) -> None:
        """The connection goes back by itself when the body was read to its end."""

    def drain_conn(self) -> None:
        """Closes it, without waiting for what is not read."""
        self.close()
