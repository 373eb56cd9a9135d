"""A server of scripted replies that lives as long as a ``with`` block."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias

from .._headers import Headers
from ._server import Server

#: A text is a chat's answer, a number an HTTP status. For a dict see the README of neura-sandbox.
Reply: TypeAlias = str | int | Mapping[str, Any]

#: Any key is good here, and none should be a real one.
_KEY = "nk-replay-not-a-secret"


class ReceivedRequest(NamedTuple):
    """A request as it was received.

    :ivar method: as ``POST``.
    :ivar target: the path and the query, as ``/v1/chat/completions``.
    :ivar headers: as of a ``Response``, the key included.
    :ivar body: as text, up to 1 MiB. A body that is not UTF-8 is in base64.
    """

    method: str
    target: str
    headers: Headers
    body: str

    @property
    def path(self) -> str:
        """The target without the query."""
        return self.target.partition("?")[0]

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Replies(Server):
    """What ``replies`` returns: a server that gives its replies in turn."""

    _program = "neura-replay"
    _told = ("base_url", "control_url")

    def __init__(self, replies: Iterable[Reply]) -> None:
        if isinstance(replies, (str, Mapping)):
            raise TypeError(f"replies takes a list of replies, not {type(replies).__name__}")
        script = [{"chat": reply} if isinstance(reply, str) else reply for reply in replies]
        text = json.dumps({"replies": script, "after": "error"})
        super().__init__("--script", "-", script=text.encode())
        self._count = len(script)
        self._report: dict[str, Any] = {"requests": [], "problems": []}

    @property
    def api_key(self) -> str:
        """A key that works; so does any other."""
        return _KEY

    @property
    def requests(self) -> list[ReceivedRequest]:
        """What came so far, in order; after the end all that came."""
        self._ask()
        return [
            ReceivedRequest(
                each["method"],
                each["target"],
                Headers(map(tuple, each["headers"])),
                each.get("body", each.get("body_base64")),
            )
            for each in self._report["requests"]
        ]

    def close(self) -> None:
        """Ends the program. Closing twice is fine; ``start`` may follow.

        :raises AssertionError: replies are left over, more requests came than there are replies,
            or a reply did not fit its request.
        """
        was_running = self._facts is not None
        try:
            self._ask()
        finally:
            super().close()
        requests, problems = self._report["requests"], [*self._report["problems"]]
        if len(requests) < self._count:
            problems.append(f"never asked for: replies[{len(requests)}:]")
        if was_running and problems:
            asked = ", ".join(f"{each['method']} {each['target']}" for each in requests)
            raise AssertionError(f"{'; '.join(problems)}. The requests: {asked or 'none'}")

    def __exit__(self, *raised: object) -> None:
        # An error of the block itself is the one to see.
        with contextlib.suppress(*((Exception,) if raised[0] else ())):
            self.close()

    def _ask(self) -> None:
        if self._facts is not None:
            from .._client import Client

            control = self._fact("control_url")
            with Client(_KEY, base_url=control, proxy=False, max_retries=0) as client:
                self._report = client.get("/report").json()


def replies(replies: Iterable[Reply]) -> Replies:
    """A server on this machine that gives these replies in turn, one to each request.

    It runs the program ``neura-replay`` of the package ``neura-sandbox``
    (``pip install neura-ai[testing]``), or the one that ``NEURA_REPLAY_BIN`` names. At the end of
    the block it is an ``AssertionError`` if replies are left over or more requests came.

    >>> import neura_ai
    >>> slow_down = {"error": {"status": 429, "message": "Slow down.", "retry_after": 0}}
    >>> with neura_ai.testing.replies([slow_down, "Hello!"]) as server:
    ...     reply = server.client().chat.completions.create(model="gpt-5", messages=[])
    >>> reply.choices[0].message.content, reply._response.attempts
    ('Hello!', 2)
    >>> server.requests[0].json()["model"]
    'gpt-5'

    :param replies: a text is the answer of a chat, as a stream if the request asks for one; a
        number is a status; a mapping is a reply as the README of ``neura-sandbox`` has them:
        ``{"chat": {"tool_calls": [...]}}``, ``{"stream": ["Hel", "lo"]}``, ``{"error": {...}}``,
        ``{"json": ...}``, ``{"then": "close"}``, and ``delay_before_ms`` beside any of them.
    :raises TypeError: a reply cannot be written as JSON.
    """
    return Replies(replies)
