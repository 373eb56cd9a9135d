"""The OpenAI SDK's clients, with our keys and our transport below them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

import openai

from ._adapter_errors import joined
from ._arguments import ApiKey, AsyncApiKey
from ._client import Client
from ._client_arguments import ConnectionArguments
from ._errors import ConfigError, NeuraError
from ._httpx_transport import ALSO, REPLY, AsyncTransport, SyncTransport

if TYPE_CHECKING:
    from typing_extensions import Unpack

#: What the SDK holds in place of the key, which it never sees. It is never sent.
_HELD = "held-by-neura-ai"
#: The library that the SDK stands on, which has changed: ``httpx`` or ``httpx2``.
_library: Any = import_module(
    next(
        name
        for kind in openai.DefaultHttpxClient.__mro__
        if (name := kind.__module__.partition(".")[0]).startswith("httpx")
    )
)
_ours: Any = import_module(f"{__package__}.{_library.__name__}")
#: Marks a client of that library that was made here.
_OWN = "_neura_made"
#: What a client of that library needs.
_NEEDED = f"http_client must use NeuraTransport or NeuraAsyncTransport of {_ours.__name__}"
#: What is for our transport and not for the SDK.
_FOR_TRANSPORT = (*ConnectionArguments.__annotations__, "keep_authorization")
#: Credentials and addresses of the SDK that are not for this service.
_FOR_OPENAI = ("admin_api_key", "data_residency", "provider", "workload_identity")


class Arguments(ConnectionArguments, total=False):
    """The keyword arguments of ``OpenAI`` and ``AsyncOpenAI`` beside the key."""

    base_url: Any
    timeout: float | openai.Timeout | openai.NotGiven | None
    max_retries: int
    default_headers: Mapping[str, str] | None
    default_query: Mapping[str, object] | None
    organization: str | None
    project: str | None
    webhook_secret: str | None
    websocket_base_url: Any
    http_client: Any
    keep_authorization: bool


class _Neura:
    """What both clients change of the SDK's."""

    #: Our transport, and the client of the SDK's library that it goes into.
    _transports: Any
    _senders: Any
    _client: Any

    def __init__(self, *, api_key: Any = None, **options: Any) -> None:
        try:
            rest = self._with_sender(api_key, options)
        except NeuraError as error:
            raise joined(error, openai.OpenAIError) from error.__cause__
        finally:
            # Tools that report errors print the variables of each frame.
            del api_key, options
        init: Any = super().__init__
        init(api_key=_HELD, **rest)
        # The SDK takes these from variables that are for OpenAI; they are not sent here.
        sdk: Any = self
        sdk.admin_api_key = None
        sdk.organization = rest.get("organization")
        sdk.project = rest.get("project")
        sdk._custom_headers = rest.get("default_headers") or {}
        sdk._ambient_authorizations = frozenset()

    def _with_sender(self, api_key: Any, options: dict[str, Any]) -> dict[str, Any]:
        """The SDK's own arguments, with the client of its library that sends by ours."""
        rest = {name: options[name] for name in options if name not in _FOR_TRANSPORT}
        ours = {name: options[name] for name in _FOR_TRANSPORT if name in options}
        try:
            for name in _FOR_OPENAI:
                if rest.get(name) is not None:
                    raise ConfigError(f"{name} is for OpenAI's own service: leave it out")
            sender = self._sender_for(api_key, rest.get("base_url"), rest.get("http_client"), ours)
        finally:
            del api_key, options, ours
        transport = _transport(sender)
        if rest.get("base_url") in (None, openai.NOT_GIVEN):
            # Without a key, the address is looked for without a file: it goes with the file's key.
            known = transport.client if transport else Client(_HELD, env_file=False)
            rest["base_url"] = known.base_url
        rest["http_client"] = sender
        return rest

    def _sender_for(self, api_key: Any, given: Any, sender: Any, ours: dict[str, Any]) -> Any:
        base_url = None if given in (None, openai.NOT_GIVEN) else str(given)
        keyed = api_key not in (None, _HELD)
        try:
            if sender is None:
                return self._sender(self._transports(api_key, base_url=base_url, **ours))
            transport = _transport(sender)
            if keyed and transport and hasattr(sender, _OWN):
                # `with_options(api_key=...)`: another key goes with connections of its own.
                return self._sender(transport.again(api_key, base_url))
            if not ours and not (keyed and transport):
                return sender
        finally:
            del api_key, ours
        raise ConfigError(
            "http_client already has the key and the options of its transport: give them to "
            "the transport, or leave http_client out"
        )

    def _sender(self, transport: Any) -> Any:
        # A redirect is a reply like any other, as everywhere in this package.
        sender = self._senders(transport=transport, follow_redirects=False)
        setattr(sender, _OWN, True)
        return sender

    @property
    def api_key(self) -> str:
        """A word in place of the key, which is never shown. Another key may be set: it counts
        from the next request on."""
        return _HELD

    @api_key.setter
    def api_key(self, key: str) -> None:
        try:
            if key != _HELD and (transport := _transport(self._client)):
                transport.client.set_api_key(key)
        except NeuraError as error:
            raise joined(error, openai.OpenAIError) from error.__cause__
        finally:
            del key

    @property
    def auth_headers(self) -> dict[str, str]:
        """None: the transport adds the key, and keeps it from all that is above."""
        return {}

    def _auth_headers(self, security: Any) -> dict[str, str]:
        return {}

    def _build_request(self, *arguments: Any, **options: Any) -> Any:
        build: Any = super()
        try:
            request = build._build_request(*arguments, **options)
        finally:
            del arguments, options
        # What is wrong with it is neither tried again nor wrapped then.
        request.extensions[ALSO] = (openai.OpenAIError,)
        return request

    def _validate_headers(self, headers: Any, custom_headers: Any) -> None:
        """There is a key, or the client could not have been made."""


class OpenAI(_Neura, openai.OpenAI):  # pyright: ignore[reportIncompatibleVariableOverride]
    """``openai.OpenAI`` for NeuraAI; ``neura_ai.openai`` says how they differ. ::

        client = OpenAI()
        for model in client.models.list():
            print(model.id)

    :param api_key: as in ``neura_ai.Client``, and so are ``base_url`` and the options that the
        SDK does not set itself, as ``profile``, ``proxy`` and ``max_body_bytes``.
    :param keep_authorization: whether keys and accounts among the headers go out.
    :param http_client: a client of the SDK's library with a ``NeuraTransport``, also below
        transports of your own; the key and these options are given to it then. One that reaches
        no network, as with a ``MockTransport``, is used as it is, and gets no key.

    All others are the SDK's, as ``timeout``, ``max_retries`` and ``default_headers``.
    """

    _transports = _ours.NeuraTransport
    _senders = _library.Client

    if TYPE_CHECKING:

        def __init__(
            self, *, api_key: ApiKey | None = None, **options: Unpack[Arguments]
        ) -> None: ...

    else:

        def request(self, *arguments: Any, **options: Any) -> Any:
            """Asks as the SDK does; what it raises for a status has our reason below it."""
            try:
                return super().request(*arguments, **options)
            except openai.APIStatusError as error:
                raise error from _reason(error, self._client)
            finally:
                del arguments, options


class AsyncOpenAI(_Neura, openai.AsyncOpenAI):  # pyright: ignore[reportIncompatibleVariableOverride]
    """``openai.AsyncOpenAI`` for NeuraAI, on asyncio.

    Its arguments are those of ``OpenAI``. ::

        async with AsyncOpenAI() as client:
            models = await client.models.list()
    """

    _transports = _ours.NeuraAsyncTransport
    _senders = _library.AsyncClient

    if TYPE_CHECKING:

        def __init__(
            self, *, api_key: AsyncApiKey | None = None, **options: Unpack[Arguments]
        ) -> None: ...

    else:

        async def request(self, *arguments: Any, **options: Any) -> Any:
            """Asks as the SDK does; what it raises for a status has our reason below it."""
            try:
                return await super().request(*arguments, **options)
            except openai.APIStatusError as error:
                raise error from _reason(error, self._client)
            finally:
                del arguments, options


def _reason(error: openai.APIStatusError, sender: Any) -> NeuraError | None:
    """Our error for the reply of one of the SDK's, which says where the key came from."""
    reply = error.response.extensions.get(REPLY)
    try:
        if reply is not None:
            reply.raise_for_status()
        elif error.status_code == 401 and _transport(sender) is None:
            raise ConfigError(f"no key was sent: {_NEEDED}")
    except NeuraError as reason:
        return reason.with_traceback(None)
    return None


def _transport(sender: Any) -> SyncTransport | AsyncTransport | None:
    """Our transport in a client of the SDK's library, or below the transports in it. None where
    none of them is one of the library's own, which reach a network."""
    found, own = [sender], False
    for each in found:
        if isinstance(each, (SyncTransport, AsyncTransport)):
            return each
        own |= _reaches_network(type(each))
        found += [it for it in _parts(each) if _is_transport(it) and it not in found]
    if own:
        raise ConfigError(f"{_NEEDED}: the key would not be sent otherwise. Or leave it out")
    return None


def _reaches_network(kind: type) -> bool:
    """Whether it is of one of the libraries' own transports. The SDK takes clients of both."""
    names = ("HTTPTransport", "AsyncHTTPTransport")
    return any(
        each.__name__ in names and each.__module__.partition(".")[0] in ("httpx", "httpx2")
        for each in kind.__mro__
    )


def _parts(of: Any) -> Iterator[Any]:
    """The attributes of a client or a transport, also in lists and dicts."""
    for value in getattr(of, "__dict__", {}).values():
        if isinstance(value, Mapping):
            yield from value.values()
        elif isinstance(value, (list, tuple)):
            yield from value
        else:
            yield value


def _is_transport(value: Any) -> bool:
    return hasattr(value, "handle_request") or hasattr(value, "handle_async_request")
