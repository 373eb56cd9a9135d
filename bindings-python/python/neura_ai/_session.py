"""A client in the manner of ``requests.Session``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._arguments import pairs
from ._client import Client
from ._native import Response

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._arguments import RequestArguments


class Session(Client):
    """A ``Client`` whose ``headers`` may be changed: they go out with every request of a verb.

    For programs written for ``requests``; the key is found as a ``Client`` finds it, and an
    ``Authorization`` among the headers goes out in its place. ::

        with neura_ai.Session() as session:
            session.headers["X-Team"] = "search"
            print(session.get("/models").json())
    """

    def _connect(self) -> None:
        super()._connect()
        #: The headers of every request, by name.
        self.headers: dict[str, str] = {}

    def request(self, method: str, path: str, **arguments: Unpack[RequestArguments]) -> Response:
        """``Client.request``, with the session's headers beneath the request's own."""
        own = pairs(arguments.get("headers"))
        known = {str(name).lower() for name, _ in own}
        beneath: list[Any] = [
            (name, value) for name, value in self.headers.items() if name.lower() not in known
        ]
        arguments["headers"] = beneath + own
        return super().request(method, path, **arguments)
