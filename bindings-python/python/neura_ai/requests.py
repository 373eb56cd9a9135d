"""``requests`` over this package: our key, and our connections where they are wanted.

``NeuraAdapter`` sends what begins with the base URL through this package::

    import requests
    from neura_ai.requests import NeuraAdapter

    adapter = NeuraAdapter()  # the key: as for neura_ai.Client
    base_url = adapter.client.base_url
    with requests.Session() as session:
        session.mount(base_url, adapter)
        print(session.get(f"{base_url}/models").json())

``NeuraAuth`` adds the key to what ``requests`` sends by itself::

    auth = NeuraAuth()
    requests.get(f"{auth.client.base_url}/models", auth=auth)

Both take the arguments of ``neura_ai.Client``. The key goes to the base URL's origin alone: a
request to any other raises ``neura_ai.ConfigError`` before any connection. It goes out in place
of any Authorization header that the session, a ``.netrc`` or the caller sets, and ``api-key``,
``x-api-key``, ``x-goog-api-key``, ``OpenAI-Organization`` and ``OpenAI-Project`` are dropped, by
the adapter ``Proxy-Authorization`` as well: no key of another service reaches this one.
``keep_authorization=True`` sends these headers as they are. What is wrong with the key, the
configuration or the request itself raises the error of this package, which is a
``requests.RequestException`` too once there is a request.

What holds for ``NeuraAdapter``:

- A request is sent once: ``max_retries`` is 0 unless given. After a 401 the next key of a
  list, a key that a callable gives anew or a file that changed is tried all the same. A
  ``Retry`` of ``urllib3`` is refused: the client has its own rule of what is sent again.
- What fails on the way raises the class of ``requests.exceptions`` with the error of this
  package as its ``__cause__``.
- ``timeout`` of a request is the time to connect and how long the server may do nothing; a
  pair is one for each, and so is a ``urllib3.Timeout``, whose ``total`` shortens both. Without
  one the adapter's own limits hold, because ``requests`` does not distinguish None from nothing:
  5 s, and 300 s within an answer that has begun. The adapter's ``timeout`` (600 s) ends the time
  to the reply's headers in all.
- ``verify``, ``cert`` and ``proxies`` of a session or a request are ``ca_file``,
  ``client_cert`` and ``proxy`` of the adapter: others than it has raise
  ``neura_ai.ConfigError``. Of variables those of ``neura_ai.Client`` count, in its order:
  ``SSL_CERT_FILE`` goes before ``REQUESTS_CA_BUNDLE``. Verification is never off.
- The body of a request that is a file or an iterable is read as it goes out, so a monitor of
  ``requests_toolbelt`` shows the progress; that of a reply comes as the server sends it,
  unpacked. Redirects are the session's affair.
- A secret of the client that a server echoes is ``[redacted]`` in a reply, which then has no
  ``Content-Length`` of its body, and none if it is streamed.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NoReturn

from . import _adapter
from ._arguments import DEFAULT, ApiKey
from ._client import Client
from ._client_arguments import ClientArguments
from ._errors import ConfigError, InvalidArgumentError, NeuraError
from ._native import FOREIGN_CREDENTIALS, library_call, quoted
from ._source import source_of

try:
    from requests import PreparedRequest, Response
except ModuleNotFoundError as _error:
    raise _adapter.missing(__name__, "requests", _error) from _error

from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from requests.utils import get_environ_proxies, select_proxy
from urllib3.util import Retry, Timeout

from ._requests_errors import fail
from ._requests_raw import Raw

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["NeuraAdapter", "NeuraAuth"]


class NeuraAuth(AuthBase):
    """Adds the key to requests to the base URL's origin, for ``auth=``. ::

        requests.get(url, auth=NeuraAuth(profile="staging"))

    Of several keys it adds the first, and a callable is called once: ``requests`` does not
    report a 401 to it. ``client.set_api_key`` gives it another. As with every ``auth`` of
    ``requests``, the header stays with the request, as ``response.request.headers``.

    :ivar client: the client that knows the key.
    """

    client: Client

    def __init__(
        self,
        api_key: ApiKey | None = None,
        *,
        keep_authorization: bool = False,
        **options: Unpack[ClientArguments],
    ) -> None:
        try:
            self._dropped = () if keep_authorization else FOREIGN_CREDENTIALS
            self.client = Client(api_key, **options)
        finally:
            # Tools that report errors print the variables of each frame.
            del api_key, options

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        """Adds the header, for ``requests``."""
        try:
            self.client._native.url(r.url or "")  # Refuses another origin.
            for name in self._dropped:
                r.headers.pop(name, None)
            if "Authorization" not in r.headers:
                r.headers.update(self.client.auth_headers())
        except NeuraError as error:
            fail(error, r)
        return r

    def __repr__(self) -> str:
        return f"NeuraAuth({getattr(self, 'client', None)!r})"


class NeuraAdapter(HTTPAdapter):
    """Sends a session's requests through this package, for ``session.mount``. ::

        session.mount(base_url, NeuraAdapter(base_url=base_url))

    :ivar client: the client that sends: for ``set_api_key``, ``usage`` and the like.
    """

    client: Client
    _retries: int

    def __init__(
        self,
        api_key: ApiKey | None = None,
        *,
        keep_authorization: bool = False,
        **options: Unpack[ClientArguments],
    ) -> None:
        super().__init__()
        try:
            retries: Any = options.get("max_retries") or 0
            self.max_retries = retries
            self._keep_authorization = keep_authorization
            self._bundle = _bundle()
            self._ca_file = options.get("ca_file")
            self._cert = options.get("client_cert"), options.get("client_key")
            # It may hold a password, which `vars` must not show.
            self._proxy = hash(options.get("proxy"))
            self.client = Client(api_key, **options)
        finally:
            del api_key, options

    if not TYPE_CHECKING:  # Of requests' own it is a Retry.

        @property
        def max_retries(self) -> int:
            """How many times a failed request is sent again; a ``Retry`` is refused."""
            return self._retries

        @max_retries.setter
        def max_retries(self, retries: Any) -> None:
            # The first is set by HTTPAdapter itself.
            if isinstance(retries, Retry) and hasattr(self, "_retries"):
                raise TypeError(
                    "max_retries must be a whole number, not a Retry of urllib3: give its total. "
                    "What is sent again and when is the client's rule: lost connections, 408, 409, "
                    "429 and 5xx, after the wait that the server names"
                )
            self._retries = retries

    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> Response:
        """Sends one request, for ``requests``."""
        # What a caller's own iterable raises is the caller's.
        body = _adapter.watched(source_of(request.body, "the body"))
        url = request.url or ""
        try:
            self._check(verify, cert)
            self._check_proxy(url, proxies)
            call = library_call(
                request.method or "GET",
                url,
                list(request.headers.items()),
                body,
                _limits(timeout),
                self._retries,
                self._keep_authorization,
            )
            reply = self.client._native.run(call)
        except NeuraError as error:
            if _adapter.is_of_body(error, body):
                raise
            fail(error, request)
        finally:
            # Tools that report errors print the variables of each frame.
            del proxies
        return self.build_response(request, Raw(reply._without_secrets(), request))

    def _check(self, verify: Any, cert: Any) -> None:
        """Refuses what the session wants otherwise than the client was made."""
        if verify is False:
            raise ConfigError(
                "verify=False: the server's certificate is always checked, or the key could go to "
                "a stranger. To trust your own certificate, give NeuraAdapter its ca_file"
            )
        given = None if verify in (True, None) else os.fspath(verify)
        if given not in (None, self._bundle, self._ca_file and os.fspath(self._ca_file)):
            raise ConfigError(f"verify={quoted(given)!r}: give NeuraAdapter this ca_file instead")
        pair = tuple(cert) if isinstance(cert, (tuple, list)) else (cert, None)
        if cert is not None and pair != self._cert:
            raise ConfigError("cert: give NeuraAdapter client_cert and client_key instead")

    def _check_proxy(self, url: str, proxies: Any) -> None:
        try:
            proxy = select_proxy(url, proxies)
            known = (self._proxy, hash(select_proxy(url, get_environ_proxies(url))))
            if proxy and hash(proxy) not in known:
                raise ConfigError("proxies: give NeuraAdapter this proxy instead")
        finally:
            proxy = None
            del proxies

    def close(self) -> None:
        """Closes the connections that rest. As with the adapters of ``requests``, a request
        that follows connects anew; ``client.close`` ends it all."""
        super().close()
        self.client._native.close_idle()

    def __repr__(self) -> str:
        # Debuggers also show one whose making failed.
        return f"NeuraAdapter({getattr(self, 'client', None)!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a NeuraAdapter holds a key and cannot be pickled: make one where needed")


def _bundle() -> str | None:
    """What ``requests`` makes ``verify`` of by itself. It is no wish of the caller's: which
    variable counts is a rule of the client."""
    return os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or None


def _limits(timeout: Any) -> tuple[Any, Any]:
    """The limits to connect and to read, which without a timeout are the client's own."""
    if timeout is None:
        return DEFAULT, DEFAULT
    if isinstance(timeout, Timeout):
        # Not by its properties, of which one wants a clock that runs already.
        return _within(timeout, timeout._connect), _within(timeout, timeout._read)
    if not isinstance(timeout, tuple):
        return timeout, timeout
    if len(timeout) != 2:
        raise InvalidArgumentError("a timeout tuple must be (connect, read)")
    return timeout


def _within(timeout: Timeout, limit: Any) -> Any:
    """One of the limits of a ``Timeout``, which its total shortens."""
    total, unset = timeout.total, Timeout.DEFAULT_TIMEOUT
    if total is None or total is unset:
        return DEFAULT if limit is unset else limit
    return total if limit is None or limit is unset else min(limit, total)
