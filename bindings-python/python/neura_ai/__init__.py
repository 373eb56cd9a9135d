"""Client of the NeuraAI API.

The shortest use, with the key in ``NEURA_API_KEY``::

    import neura_ai

    client = neura_ai.Client()
    reply = client.chat.completions.create(
        model="gpt-5", messages=[{"role": "user", "content": "Hello!"}]
    )
    print(reply.choices[0].message.content)
"""

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
from ._object import Object
from ._response import ResponseInfo
from ._stream import (
    ChatCompletionStream,
    EventStream,
)
from ._usage import Usage

__version__: str = _native.VERSION

__all__ = [
    "APIConnectionError",
    "APIStatusError",
    "APITimeoutError",
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
