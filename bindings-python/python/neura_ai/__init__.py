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
    from ._async_client import AsyncClient
    from ._async_stream import AsyncChatCompletionStream, AsyncEventStream

__version__: str = _native.VERSION

#: What stands on asyncio, which costs more to import than all the rest.
_ASYNC = {
    "AsyncChatCompletionStream": "_async_stream",
    "AsyncClient": "_async_client",
    "AsyncEventStream": "_async_stream",
}


def __getattr__(name: str) -> Any:
    if name in _ASYNC:
        from importlib import import_module

        value = getattr(import_module(f"{__name__}.{_ASYNC[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_ASYNC})


__all__ = [
    "APIConnectionError",
    "APIStatusError",
    "APITimeoutError",
    "AsyncChatCompletionStream",
    "AsyncClient",
    "AsyncEventStream",
    "AuthenticationError",
    "BadRequestError",
    "BodyTooLargeError",
    "CancelledError",
    "ChatCompletionStream",
    "Client",
    "ConfigError",
    "ConflictError",
    "DecodeError",
    "Event",
    "EventStream",
    "ExpiredAPIKeyError",
    "Headers",
    "IncompleteStreamError",
    "InternalError",
    "InternalServerError",
    "InvalidAPIKeyError",
    "InvalidArgumentError",
    "MalformedAPIKeyError",
    "MissingAPIKeyError",
    "NeuraError",
    "NotFoundError",
    "Object",
    "ObjectList",
    "PayloadTooLargeError",
    "PaymentRequiredError",
    "PermissionDeniedError",
    "ProtocolError",
    "ProxyError",
    "QuotaExceededError",
    "RateLimitError",
    "RedirectError",
    "Report",
    "RequestTimeoutError",
    "Response",
    "ResponseInfo",
    "RevokedAPIKeyError",
    "TLSError",
    "UnprocessableEntityError",
    "Usage",
    "__version__",
    "auth_headers",
    "delete",
    "diagnose",
    "get",
    "head",
    "patch",
    "post",
    "put",
    "request",
    "resolve",
]
