"""Client of the NeuraAI API.

The shortest use, with the key in ``NEURA_API_KEY``::

    import neura_ai

    client = neura_ai.Client()
    reply = client.chat.completions.create(
        model="gpt-5", messages=[{"role": "user", "content": "Hello!"}]
    )
    print(reply.choices[0].message.content)
"""

from typing import TYPE_CHECKING, Any

from . import _native
from ._client import Client
from ._default import (
    auth_headers,
    delete,
    get,
    head,
    patch,
    post,
    put,
    request,
)
from ._diagnose import Report, diagnose, resolve
from ._errors import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    BadRequestError,
    BodyTooLargeError,
    CancelledError,
    ConfigError,
    ConflictError,
    DecodeError,
    ExpiredAPIKeyError,
    IncompleteStreamError,
    InternalError,
    InternalServerError,
    InvalidAPIKeyError,
    InvalidArgumentError,
    MalformedAPIKeyError,
    MissingAPIKeyError,
    NeuraError,
    NotFoundError,
    PayloadTooLargeError,
    PaymentRequiredError,
    PermissionDeniedError,
    ProtocolError,
    ProxyError,
    QuotaExceededError,
    RateLimitError,
    RedirectError,
    RequestTimeoutError,
    RevokedAPIKeyError,
    TLSError,
    UnprocessableEntityError,
)
from ._headers import Headers
from ._native import (
    Event,
    Response,
)
from ._object import Object, ObjectList
from ._response import ResponseInfo
from ._stream import (
    ChatCompletionStream,
    EventStream,
)
from ._usage import Usage

if TYPE_CHECKING:
    from . import exceptions
    from ._async_client import AsyncClient
    from ._async_client import AsyncClient as AsyncOpenAI
    from ._async_stream import AsyncChatCompletionStream, AsyncEventStream
    from ._client import Client as OpenAI
    from ._errors import NeuraError as APIError
    from ._errors import NeuraError as OpenAIError
    from ._session import Session
    from .exceptions import (
        ConnectionError,
        ConnectTimeout,
        HTTPError,
        JSONDecodeError,
        ReadTimeout,
        RequestException,
        Timeout,
        TooManyRedirects,
    )

__version__: str = _native.VERSION

#: Imported when they are first asked for, from this module by this name: what stands on
#: asyncio, which costs more to import than all the rest, and the names by which programs
#: know things that say ``import neura_ai as requests`` or ``import neura_ai as openai``.
_LATER = {
    "APIError": ("_errors", "NeuraError"),
    "AsyncChatCompletionStream": ("_async_stream", "AsyncChatCompletionStream"),
    "AsyncClient": ("_async_client", "AsyncClient"),
    "AsyncEventStream": ("_async_stream", "AsyncEventStream"),
    "AsyncOpenAI": ("_async_client", "AsyncClient"),
    "ConnectTimeout": ("exceptions", "ConnectTimeout"),
    "ConnectionError": ("exceptions", "ConnectionError"),
    "HTTPError": ("exceptions", "HTTPError"),
    "JSONDecodeError": ("exceptions", "JSONDecodeError"),
    "OpenAI": ("_client", "Client"),
    "OpenAIError": ("_errors", "NeuraError"),
    "ReadTimeout": ("exceptions", "ReadTimeout"),
    "RequestException": ("exceptions", "RequestException"),
    "Session": ("_session", "Session"),
    "Timeout": ("exceptions", "Timeout"),
    "TooManyRedirects": ("exceptions", "TooManyRedirects"),
    "exceptions": ("exceptions", ""),
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module, attribute = _LATER[name]
    value: Any = import_module(f"{__name__}.{module}")
    if attribute:
        value = getattr(value, attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER})


__all__ = [
    "APIConnectionError",
    "APIError",
    "APIStatusError",
    "APITimeoutError",
    "AsyncChatCompletionStream",
    "AsyncClient",
    "AsyncEventStream",
    "AsyncOpenAI",
    "AuthenticationError",
    "BadRequestError",
    "BodyTooLargeError",
    "CancelledError",
    "ChatCompletionStream",
    "Client",
    "ConfigError",
    "ConflictError",
    "ConnectTimeout",
    "ConnectionError",
    "DecodeError",
    "Event",
    "EventStream",
    "ExpiredAPIKeyError",
    "HTTPError",
    "Headers",
    "IncompleteStreamError",
    "InternalError",
    "InternalServerError",
    "InvalidAPIKeyError",
    "InvalidArgumentError",
    "JSONDecodeError",
    "MalformedAPIKeyError",
    "MissingAPIKeyError",
    "NeuraError",
    "NotFoundError",
    "Object",
    "ObjectList",
    "OpenAI",
    "OpenAIError",
    "PayloadTooLargeError",
    "PaymentRequiredError",
    "PermissionDeniedError",
    "ProtocolError",
    "ProxyError",
    "QuotaExceededError",
    "RateLimitError",
    "ReadTimeout",
    "RedirectError",
    "Report",
    "RequestException",
    "RequestTimeoutError",
    "Response",
    "ResponseInfo",
    "RevokedAPIKeyError",
    "Session",
    "TLSError",
    "Timeout",
    "TooManyRedirects",
    "UnprocessableEntityError",
    "Usage",
    "__version__",
    "auth_headers",
    "delete",
    "diagnose",
    "exceptions",
    "get",
    "head",
    "patch",
    "post",
    "put",
    "request",
    "resolve",
]
