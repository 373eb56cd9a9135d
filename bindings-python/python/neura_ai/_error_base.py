"""The base of every error, and how the native half makes one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._object import Object

if TYPE_CHECKING:
    from ._response import RequestInfo, Response


class NeuraError(Exception):
    """Base of every error of this package. ``str(error)`` is the message. A test can make one;
    what it does not give, ``response`` says.

    :ivar kind: what failed, as data: the same word in every language.
    :ivar message: what failed, where the key came from, what to do next.
    :ivar status_code: HTTP status, None where no reply came.
    :ivar code: the server's code; for a malformed key what is wrong with it.
    :ivar type: the server's type of error, or None.
    :ivar param: the parameter that the server complains of, or None.
    :ivar request_id: the service's name for the request, or None.
    :ivar retry_after: seconds that the server asks to wait, or None.
    :ivar retryable: whether the same request may succeed later.
    :ivar attempts: how often the request was sent; 0 where it never was.
    :ivar rate_limit: what the server said of its limits, or None.
    :ivar body: the server's body as text, or None.
    :ivar response: the reply, whose ``raise_for_status`` raised it, or that a named call or a
        stream was refused by, without any key; None where no whole reply came. Of an error
        inside a stream its body is the event.
    :ivar request: what was asked, ``method`` and ``url``; None where nothing was sent.

    >>> import neura_ai
    >>> try:
    ...     neura_ai.Client("nk-wrong-key-0000000000").models.list()
    ... except neura_ai.NeuraError as error:
    ...     print(type(error).__name__, error.kind, error.status_code, error.retryable)
    InvalidAPIKeyError invalid_api_key 401 False
    """

    kind: str = "internal"
    response: Response | None = None
    request: RequestInfo | None = None
    #: Whether nothing of the request went out, which other libraries have a class for.
    _unsent: bool = False

    def __init__(
        self,
        message: str,
        *,
        status_code: int | None = None,
        code: str | None = None,
        type: str | None = None,
        param: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        retryable: bool = False,
        attempts: int = 0,
        rate_limit: Object | None = None,
        body: str | None = None,
        response: Response | None = None,
    ) -> None:
        # The message alone is in `args`: `pickle` and `copy` call the class with
        # `args` and lay the attributes back from `__dict__`.
        # Not by super(): a class of Python's beside this one may want more.
        Exception.__init__(self, message)
        self.message = message
        self.status_code = status_code
        self.code = code
        self.type = type
        self.param = param
        self.request_id = request_id
        self.retry_after = retry_after
        self.retryable = retryable
        self.attempts = attempts
        self.rate_limit = rate_limit
        self.body = body
        if response is not None:
            unset = {"retryable": False, "attempts": 0}
            given = {name: it for name, it in vars(self).items() if it != unset.get(name)}
            vars(self).update(self._told(response) | given, response=response)

    def _told(self, response: Response) -> dict[str, Any]:
        """What a reply says of itself, where a test makes an error of it."""
        try:
            response.raise_for_status()
        except NeuraError as told:
            # A class for several kinds, as APIStatusError, leaves it to the reply.
            more = {"kind": told.kind} if isinstance(told, type(self)) else {}
            return vars(told) | more
        except Exception:  # noqa: S110 - another library's reply
            pass
        found = {name: getattr(response, name, None) for name in _OF_A_REPLY}
        return {name: value for name, value in found.items() if value is not None}


_OF_A_REPLY = ("status_code", "request_id", "attempts", "rate_limit")
#: The class for each kind, and for whether nothing of the request went out.
_classes: dict[tuple[str, bool], type[NeuraError]] = {}


def register(
    classes: dict[str, type[NeuraError]], unsent: type[NeuraError], sent: type[NeuraError]
) -> None:
    """Takes the class for each kind, and the two for a time limit that passed."""
    for kind, of_kind in classes.items():
        _classes[kind, False] = _classes[kind, True] = of_kind
    _classes["timeout", True], _classes["timeout", False] = unsent, sent
    # A traceback names the place that an `except` clause names.
    for of_kind in {*classes.values(), *_classes.values()}:
        for public in of_kind.__mro__:
            if issubclass(public, NeuraError):
                public.__module__ = "neura_ai"


def error(
    kind: str,
    message: str,
    *,
    unsent: bool = False,
    json_at: tuple[int, int, int] | None = None,
    **details: Any,
) -> NeuraError:
    """The exception for an error of the core; called by the native half.

    :param unsent: nothing of the request went out.
    :param json_at: where JSON that was asked for stops to be JSON: index, line, column.
    """
    if kind == "decode" and json_at is not None:
        from ._json_error import not_json

        return not_json(json_at, message, **details)
    made = _classes[kind, unsent](message, **details)
    if unsent:
        made._unsent = True
    return made
