"""The keyword arguments of any call that are plain values.

Made from core/src/option_table/rows.rs by `make options`; edit there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from ._arguments import Timeout

#: Each with its default; ``...`` stands for that of a time limit.
REQUEST_DEFAULTS: dict[str, Any] = {
    "timeout": ...,
    "max_retries": None,
    "idempotency_key": None,
}


class PlainArguments(TypedDict, total=False):
    """The arguments of any call that need no code of their own."""

    timeout: Timeout
    """One deadline for a whole call: all attempts, the waits (also for a turn under
    ``max_in_flight``) and the body; for a stream it ends with the headers. A pair ``(connect,
    read)``, as in ``requests``, sets ``connect_timeout`` and ``idle_timeout`` instead; the second
    also limits the wait for the reply. In seconds; None is no limit. Default: the client's."""

    max_retries: int | None
    """How many times a failed request is sent again; 0 sends it once. Default: the client's."""

    idempotency_key: str | None
    """A unique name of the request, such as a UUID, sent as ``Idempotency-Key``, the same on every
    attempt."""
