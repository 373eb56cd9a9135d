"""What is logged: one record for each attempt of a call.

Records go to the logger ``neura_ai`` of the standard ``logging``: INFO for a reply of 200
to 299, WARNING for any other reply and for none. Nothing in them is secret, and nothing is
printed unless the program sets up ``logging``::

    logging.basicConfig(level=logging.INFO)

Beside its text each record has the attributes ``method``, ``path`` (without the query),
``status`` (None where no reply came), ``kind`` (of the error that came instead, or None),
``attempt`` (counted from 1), ``wait`` (seconds before it), ``request_id``,
``key_fingerprint`` and ``elapsed`` (seconds).

A call of a ``Client`` makes its records on its own thread, and waits for the handlers: a
KeyboardInterrupt or SystemExit that one of them raises ends the call. One
of an ``AsyncClient`` makes them on a thread of the package, in the context of the task, so a
handler that is slow does not hold up the event loop; what a handler raises there goes to
``sys.unraisablehook``.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import logging


class Attempt(NamedTuple):
    """One attempt of a call, for ``on_attempt``: what a record of the log has, too.

    :ivar method: as ``POST``.
    :ivar path: without the query.
    :ivar status: None where no reply came.
    :ivar kind: of the error that came instead, or None.
    :ivar attempt: counted from 1.
    :ivar wait: seconds before it.
    :ivar request_id: the service's name for the request, or None.
    :ivar key_fingerprint: of the key that was sent.
    :ivar elapsed: seconds up to the headers of the reply.
    """

    method: str
    path: str
    status: int | None
    kind: str | None
    attempt: int
    wait: float
    request_id: str | None
    key_fingerprint: str | None
    elapsed: float


#: None until `logging` is there: it is imported by the program, never by a call, which might
#: be importing it when the process forks.
_logger: logging.Logger | None = None
_silent: logging.Handler | None = None
_INFO = 20
_WARNING = 30


def _found() -> logging.Logger | None:
    global _logger, _silent
    module: Any = sys.modules.get("logging")
    # Its last name: another thread may be importing it.
    if _logger is None and hasattr(module, "captureWarnings"):
        logger: logging.Logger = module.getLogger("neura_ai")
        # Else `logging` itself prints warnings of which the program said nothing.
        silent: logging.Handler = module.NullHandler()
        logger.addHandler(silent)
        _silent = silent
        _logger = logger
    return _logger


def known() -> tuple[logging.Logger, logging.Handler] | None:
    """The package's logger and the handler that it always has; None before `logging` is there."""
    logger = _logger or _found()
    return None if logger is None or _silent is None else (logger, _silent)


def listens() -> bool | None:
    """Whether replies of 200 to 299 are listened to; None where nothing is."""
    logger = _logger or _found()
    if logger is None or not logger.isEnabledFor(_WARNING) or not _is_heard(logger):
        return None
    return logger.isEnabledFor(_INFO)


def _is_heard(logger: Any) -> bool:
    """Whether a record of this logger comes to any handler but our own."""
    while logger is not None:
        if any(handler is not _silent for handler in logger.handlers):
            return True
        logger = logger.parent if logger.propagate else None
    return False


def tell(ok: bool, given: dict[str, object]) -> None:
    """Makes the record of an attempt; ``ok``: its status was one of 200 to 299."""
    if _logger is None:
        return
    _logger.log(
        _INFO if ok else _WARNING,
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
