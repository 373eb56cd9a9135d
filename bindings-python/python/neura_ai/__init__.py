"""Client of the NeuraAI API.

The shortest use, with the key in ``NEURA_API_KEY``; it is the sandbox that answers here.

>>> import neura_ai
>>> client = neura_ai.Client()
>>> reply = client.chat.completions.create(
...     model="gpt-5", messages=[{"role": "user", "content": "Hello!"}]
... )
>>> print(reply.choices[0].message.content)
You said: Hello!
"""

import os as _os

try:
    from . import _native
except ImportError:
    if _os.path.isdir(__path__[0]):
        raise
    raise ImportError(
        "neura_ai cannot be imported from a zip archive: Python loads no native module from one. "
        "Install it beside the zipapp, or use a tool that unpacks the archive, as shiv or pex"
    ) from None

# For type checkers, completion and tools that follow imports; without `typing`, which costs more
# than all of this. At run time `__getattr__` imports a module when the first of its names is used,
# so that `import neura_ai` costs a program next to nothing.
# This is always False, but not written so: Jedi ignores what is below `if False`.
TYPE_CHECKING = _native is None
if TYPE_CHECKING:
    from . import exceptions as exceptions, testing as testing, types as types
    from ._async_client import AsyncClient as AsyncClient
    from ._async_stream import (
        AsyncChatCompletionStream as AsyncChatCompletionStream,
        AsyncEventStream as AsyncEventStream,
    )
    from ._client import Client as Client
    from ._codes import codes as codes
    from ._default import auth_headers as auth_headers
    from ._diagnose import Report as Report, diagnose as diagnose, resolve as resolve
    from ._errors import *
    from ._headers import Headers as Headers
    from ._logging import Attempt as Attempt
    from ._module_verbs import *
    from ._native import Event as Event
    from ._object import Object as Object, ObjectList as ObjectList
    from ._omitted import (
        NOT_GIVEN as NOT_GIVEN,
        NotGiven as NotGiven,
        Omit as Omit,
        not_given as not_given,
        omit as omit,
    )
    from ._response import (
        RequestInfo as RequestInfo,
        Response as Response,
        ResponseInfo as ResponseInfo,
    )
    from ._session import Session as Session
    from ._stream import ChatCompletionStream as ChatCompletionStream, EventStream as EventStream
    from ._usage import Usage as Usage
    from .exceptions import (
        ConnectionError as ConnectionError,
        ConnectTimeout as ConnectTimeout,
        HTTPError as HTTPError,
        JSONDecodeError as JSONDecodeError,
        ReadTimeout as ReadTimeout,
        RequestException as RequestException,
        Timeout as Timeout,
        TooManyRedirects as TooManyRedirects,
    )

    APIError = NeuraError
    OpenAIError = NeuraError
    AsyncOpenAI = AsyncClient
    OpenAI = Client
    session = Session

__version__: str = _native.VERSION

# Where each name is: a test holds this and the imports above together.
_NAMES = {
    "_async_client": "AsyncClient",
    "_async_stream": "AsyncChatCompletionStream AsyncEventStream",
    "_client": "Client",
    "_default": "auth_headers",
    "_diagnose": "Report diagnose resolve",
    "_errors": """
        APIConnectionError APIStatusError APITimeoutError AuthenticationError BadRequestError
        BodyTooLargeError CancelledError ConfigError ConflictError DecodeError
        ExpiredAPIKeyError IncompleteStreamError InternalError InternalServerError
        InvalidAPIKeyError InvalidArgumentError MalformedAPIKeyError MissingAPIKeyError
        NeuraError NotFoundError OutOfMemoryError PayloadTooLargeError PaymentRequiredError
        PermissionDeniedError ProtocolError ProxyError QuotaExceededError RateLimitError
        RedirectError RequestTimeoutError RevokedAPIKeyError TLSError UnprocessableEntityError
    """,
    "_headers": "Headers",
    "_logging": "Attempt",
    "_module_verbs": "delete get head options patch post put request",
    "_native": "Event",
    "_object": "Object ObjectList",
    "_response": "RequestInfo Response ResponseInfo",
    "_session": "Session",
    "_stream": "ChatCompletionStream EventStream",
    "_usage": "Usage",
}
# Known to programs that write `import neura_ai as requests` or `import neura_ai as openai`. Not
# among `__all__`: a star would hide Python's own ConnectionError.
_MORE_NAMES = {
    "_codes": "codes",
    "_omitted": "NOT_GIVEN NotGiven Omit not_given omit",
    "exceptions": """
        ConnectTimeout ConnectionError HTTPError JSONDecodeError ReadTimeout RequestException
        Timeout TooManyRedirects
    """,
}
_RENAMED = {
    "APIError": "NeuraError",
    "AsyncOpenAI": "AsyncClient",
    "OpenAI": "Client",
    "OpenAIError": "NeuraError",
    "session": "Session",
}


def _homes(table: dict[str, str]) -> dict[str, str]:
    return {name: module for module, names in table.items() for name in names.split()}


if TYPE_CHECKING:
    __all__: list[str] = ["AsyncChatCompletionStream", "AsyncClient", "AsyncEventStream", "Attempt"]
    __all__ += ["ChatCompletionStream", "Client", "Event", "EventStream", "Headers", "Object"]
    __all__ += ["ObjectList", "Report", "RequestInfo", "Response", "ResponseInfo", "Session"]
    __all__ += ["Usage"]
    __all__ += ["__version__", "auth_headers", "diagnose", "resolve"]
    __all__ += ["APIConnectionError", "APIStatusError", "APITimeoutError", "AuthenticationError"]
    __all__ += ["BadRequestError", "BodyTooLargeError", "CancelledError", "ConfigError"]
    __all__ += ["ConflictError", "DecodeError", "ExpiredAPIKeyError", "IncompleteStreamError"]
    __all__ += ["InternalError", "InternalServerError", "InvalidAPIKeyError"]
    __all__ += ["InvalidArgumentError", "MalformedAPIKeyError", "MissingAPIKeyError", "NeuraError"]
    __all__ += ["NotFoundError", "OutOfMemoryError", "PayloadTooLargeError", "PaymentRequiredError"]
    __all__ += ["PermissionDeniedError", "ProtocolError", "ProxyError", "QuotaExceededError"]
    __all__ += ["RateLimitError", "RedirectError", "RequestTimeoutError", "RevokedAPIKeyError"]
    __all__ += ["TLSError", "UnprocessableEntityError", "delete", "get", "head", "options", "patch"]
    __all__ += ["post", "put", "request"]
else:
    __all__ = ["__version__", *_homes(_NAMES)]
_HOMES = {**_homes(_NAMES), **_homes(_MORE_NAMES)}
_ALIASES = {**_homes(_MORE_NAMES), **_RENAMED}
# Modules that `neura_ai.NAME` reaches without an import of their own.
_MODULES = ("exceptions", "testing", "types")


def __getattr__(name: str) -> object:
    from importlib import import_module

    if name in _MODULES or name in _NAMES:
        return import_module(f".{name}", __name__)
    own_name = _RENAMED.get(name, name)
    if own_name not in _HOMES:
        of_client = name in ("chat", "embeddings", "models")
        hint = f". Make a client: {__name__}.Client().{name}" if of_client else ""
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}{hint}")
    value: object = getattr(import_module(f".{_HOMES[own_name]}", __name__), own_name)
    # Kept, so that the next look finds it without a call.
    globals()[name] = value
    return value


# What calls import when they first need it, beside what stands behind the names above.
_LATER = (
    *("._body", "._dump", "._files", "._json_error", "._lines", "._links", "._pickling", "._raw"),
    *("._progress", "._source", ".exceptions", ".types"),
)
_LATER_OF_PYTHON = ("copy", "datetime", "json", "mimetypes", "urllib.parse")


def _finish_imports() -> None:
    """Waits for the modules that another thread imports just now, or is about to: a child of a
    fork would wait for them for ever."""
    import sys
    from importlib import import_module

    begun = [name for name in sys.modules if name.startswith(f"{__name__}.")]
    if len(begun) > 1:  # more than the native half
        # Not asyncio, which no call of a Client needs: it registers what a fork calls, too late
        # for this one.
        begun += [f".{name}" for name in _NAMES if not name.startswith("_async")]
        begun += (*_LATER, *_LATER_OF_PYTHON)
    for name in begun:
        import_module(name, __name__)


def _write_usage_of_child() -> None:
    """Has a child of multiprocessing write its usage at its end, where atexit is not called."""
    import sys

    util = sys.modules.get("multiprocessing.util")
    if util is None:
        return

    def at_end(write: object) -> None:
        util.Finalize(None, write, exitpriority=-1)

    util.register_after_fork(_native.write_usage, at_end)


if hasattr(_os, "register_at_fork"):
    _os.register_at_fork(before=_finish_imports, after_in_child=_write_usage_of_child)
    _os.register_at_fork(before=_native.before_fork)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_ALIASES, *_MODULES})
