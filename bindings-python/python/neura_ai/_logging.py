"""What a program's log is told: one record for each attempt of a call.

Records go to the logger ``neura_ai`` of the standard ``logging``: INFO for a reply of 200
to 299, WARNING for any other reply and for none. Nothing in them is secret, and nothing is
printed unless the program sets up ``logging``::

    logging.basicConfig(level=logging.INFO)

Beside its text each record has the attributes ``method``, ``path`` (without the query),
``status`` (None where no reply came), ``kind`` (of the error that came instead, or None),
``attempt`` (counted from 1), ``wait`` (seconds before it), ``request_id``,
``key_fingerprint`` and ``elapsed`` (seconds).

A call of a ``Client`` makes its records on its own thread, and waits for the handlers. One
of an ``AsyncClient`` makes them on a thread of the package, in the context of the task, so a
handler that is slow does not hold up the event loop.
"""

from __future__ import annotations

import logging
from typing import TypeAlias

#: Whether the status is one of 200 to 299, and then the attributes in their order.
Facts: TypeAlias = tuple[
    bool, str, str, int | None, str | None, int, float, str | None, str | None, float
]

_NAMES = (
    "method",
    "path",
    "status",
    "kind",
    "attempt",
    "wait",
    "request_id",
    "key_fingerprint",
    "elapsed",
)

_logger = logging.getLogger("neura_ai")
# Else `logging` itself prints warnings of which the program said nothing.
_logger.addHandler(logging.NullHandler())


def listens() -> bool | None:
    """Whether replies of 200 to 299 are listened to; None where nothing is."""
    if _logger.isEnabledFor(logging.INFO):
        return True
    return False if _logger.isEnabledFor(logging.WARNING) else None


def tell(facts: Facts) -> None:
    """Makes the record of an attempt."""
    ok, *told = facts
    given = dict(zip(_NAMES, told, strict=True))
    _logger.log(
        logging.INFO if ok else logging.WARNING,
        "%s %s: %s, attempt %d after a wait of %.3f s, took %.3f s, request %s, key %s",
        given["method"],
        given["path"],
        given["kind"] or given["status"],
        given["attempt"],
        given["wait"],
        given["elapsed"],
        given["request_id"] or "-",
        given["key_fingerprint"] or "-",
        extra=given,
    )
