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

from . import _native

__version__ = _native.VERSION

# Where each name lives. A module is imported when the first of its names is used, so that
# `import neura_ai` costs a program next to nothing; `__init__.pyi` says the same to type
# checkers, and stubtest holds the two together.
_NAMES = {
    "_async_client": "AsyncClient",
    "_async_stream": "AsyncChatCompletionStream AsyncEventStream",
    "_client": "Client",
    "_default": "auth_headers delete get head options patch post put request",
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
    "_native": "Event Response",
    "_object": "Object ObjectList",
    "_response": "RequestInfo ResponseInfo",
    "_session": "Session",
    "_stream": "ChatCompletionStream EventStream",
    "_usage": "Usage",
}
_HOMES = {name: module for module, names in _NAMES.items() for name in names.split()}

# What programs say that write `import neura_ai as requests` or `import neura_ai as openai`.
# Not among `__all__`: a star would hide Python's own ConnectionError.
_ALIASES = {
    "APIError": ("_errors", "NeuraError"),
    "AsyncOpenAI": ("_async_client", "AsyncClient"),
    "ConnectTimeout": ("exceptions", "ConnectTimeout"),
    "ConnectionError": ("exceptions", "ConnectionError"),
    "HTTPError": ("exceptions", "HTTPError"),
    "JSONDecodeError": ("exceptions", "JSONDecodeError"),
    "NOT_GIVEN": ("_omitted", "NOT_GIVEN"),
    "NotGiven": ("_omitted", "NotGiven"),
    "Omit": ("_omitted", "Omit"),
    "OpenAI": ("_client", "Client"),
    "OpenAIError": ("_errors", "NeuraError"),
    "ReadTimeout": ("exceptions", "ReadTimeout"),
    "RequestException": ("exceptions", "RequestException"),
    "Timeout": ("exceptions", "Timeout"),
    "TooManyRedirects": ("exceptions", "TooManyRedirects"),
    "codes": ("_codes", "codes"),
    "not_given": ("_omitted", "not_given"),
    "omit": ("_omitted", "omit"),
    "session": ("_session", "Session"),
}

# Modules that `neura_ai.NAME` reaches without an import of their own.
_MODULES = ("exceptions", "testing")

__all__ = ["__version__", *_HOMES]  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> object:
    from importlib import import_module

    if name in _MODULES or name in _NAMES:
        return import_module(f".{name}", __name__)
    home, own_name = _ALIASES.get(name) or (_HOMES.get(name), name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f".{home}", __name__), own_name)
    # Kept, so that the next look finds it without a call.
    globals()[name] = value
    return value


# What calls import when they first need it, beside what stands behind the names above.
_LATER = ("._body", "._dump", "._json_error", "._lines", "._links", ".exceptions")
_LATER_OF_PYTHON = ("copy", "datetime", "json", "urllib.parse")


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


if hasattr(_os, "register_at_fork"):
    _os.register_at_fork(before=_finish_imports)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_ALIASES, *_MODULES})
