"""A part of a client, as ``client.models``, and what clients and parts have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from ._native import Client


class Explained:
    """What says, of an attribute that it has not, what to do instead."""

    _instead: ClassVar[str]

    # Type checkers would take it for an object with any attribute.
    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            text = f"{type(self).__name__!r} object has no attribute {name!r}"
            raise AttributeError(text if name.startswith("_") else f"{text}. {self._instead}")


class SdkNames(Explained):
    """A client or a part of one, which has a part of what the OpenAI SDK has."""

    _instead = (
        "If the OpenAI SDK has it: neura_ai.openai.OpenAI and AsyncOpenAI are the SDK itself over "
        "this package (pip install openai)"
    )

    @property
    def with_raw_response(self) -> Any:
        """The same calls, as the OpenAI SDK has them: they return the status and the headers of
        the reply (``status_code``, ``headers``, ``request_id``, ...), and its ``parse()`` gives
        what they return otherwise. ::

            raw = client.chat.completions.with_raw_response.create(model=..., messages=...)
            print(raw.headers["x-request-id"], raw.parse().choices[0].message.content)
        """
        from ._raw import Raw

        return Raw(self)


class Part(SdkNames):
    """It holds the handle of its client, not the client, which holds it."""

    def __init__(self, native: Client) -> None:
        self._native = native
