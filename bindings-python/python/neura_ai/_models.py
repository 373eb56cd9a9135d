"""``client.models`` and ``client.embeddings``, as the OpenAI SDK names them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from . import _call
from ._arguments import (
    DEFAULT,
    CallArguments,
    Default,
    HeaderArgument,
    QueryPairs,
    Timeout,
    call_options,
)
from ._naming import called_as
from ._native import Call

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._native import Client
    from ._object import Object, ObjectList


class Models:
    """``client.models``."""

    def __init__(self, native: Client) -> None:
        self._native = native

    def list(self, **arguments: Unpack[CallArguments]) -> ObjectList:
        """The models that the key may use: iterate over them, or see ``.data``."""
        try:
            options = called_as("models.list", call_options, **arguments)
            return _call.listing(self._native.run(Call.models(options)))
        finally:
            del arguments

    def retrieve(self, model: str, **arguments: Unpack[CallArguments]) -> Object:
        """One model by its id; a ``NotFoundError`` where there is none."""
        try:
            options = called_as("models.retrieve", call_options, **arguments)
            return _call.answer(self._native.run(Call.model(model, options)))
        finally:
            del arguments


class Embeddings:
    """``client.embeddings``."""

    def __init__(self, native: Client, default: Default | None) -> None:
        self._native = native
        self._default = default

    def create(
        self,
        *,
        model: str,
        input: str | Sequence[Any],
        extra_body: Mapping[str, Any] | None = None,
        extra_headers: HeaderArgument | None = None,
        extra_query: QueryPairs | None = None,
        timeout: Timeout = DEFAULT,
        max_retries: int | None = None,
        idempotency_key: str | None = None,
        default: Default | None = None,
        **more: Any,
    ) -> Object:
        """The vectors of a text, or of several; arguments as in a chat's ``create``."""
        try:
            options = call_options(
                extra_headers=extra_headers,
                extra_query=extra_query,
                timeout=timeout,
                max_retries=max_retries,
                idempotency_key=idempotency_key,
                **_call.options_in(more),
            )
        finally:
            # Tools that report errors print the variables of each frame.
            del extra_headers
        named = {"model": model, "input": input}
        members = _call.members(named, more, extra_body)
        extra = _call.unchecked(extra_body)
        return _call.answer(
            self._native.run(Call.embeddings(members, default or self._default, options, extra))
        )
