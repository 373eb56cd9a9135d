from . import exceptions as exceptions
from . import testing as testing
from ._async_client import AsyncClient
from ._async_stream import AsyncChatCompletionStream, AsyncEventStream
from ._client import Client
from ._codes import codes as codes
from ._default import (
    auth_headers,
    delete,
    get,
    head,
    options,
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
    OutOfMemoryError,
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
from ._omitted import (
    NOT_GIVEN as NOT_GIVEN,
)
from ._omitted import (
    NotGiven as NotGiven,
)
from ._omitted import (
    Omit as Omit,
)
from ._omitted import (
    not_given as not_given,
)
from ._omitted import (
    omit as omit,
)
from ._response import RequestInfo, ResponseInfo
from ._session import Session
from ._stream import (
    ChatCompletionStream,
    EventStream,
)
from ._usage import Usage
from .exceptions import (
    ConnectionError as ConnectionError,
)
from .exceptions import (
    ConnectTimeout as ConnectTimeout,
)
from .exceptions import (
    HTTPError as HTTPError,
)
from .exceptions import (
    JSONDecodeError as JSONDecodeError,
)
from .exceptions import (
    ReadTimeout as ReadTimeout,
)
from .exceptions import (
    RequestException as RequestException,
)
from .exceptions import (
    Timeout as Timeout,
)
from .exceptions import (
    TooManyRedirects as TooManyRedirects,
)

# By the names of requests and of the OpenAI SDK.
APIError = NeuraError
AsyncOpenAI = AsyncClient
OpenAI = Client
OpenAIError = NeuraError
session = Session

__version__: str

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
    "OutOfMemoryError",
    "PayloadTooLargeError",
    "PaymentRequiredError",
    "PermissionDeniedError",
    "ProtocolError",
    "ProxyError",
    "QuotaExceededError",
    "RateLimitError",
    "RedirectError",
    "Report",
    "RequestInfo",
    "RequestTimeoutError",
    "Response",
    "ResponseInfo",
    "RevokedAPIKeyError",
    "Session",
    "TLSError",
    "UnprocessableEntityError",
    "Usage",
    "__version__",
    "auth_headers",
    "delete",
    "diagnose",
    "get",
    "head",
    "options",
    "patch",
    "post",
    "put",
    "request",
    "resolve",
]
