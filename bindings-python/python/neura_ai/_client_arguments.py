"""The keyword arguments of a client.

Made from core/src/option_table/rows.rs by `make options`; edit there.
"""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from ._arguments import HeaderArgument, QueryPairs, Timeout

if TYPE_CHECKING:
    from ._logging import Attempt

#: Every argument beside the key, with its default; ``...`` stands for that of a time limit.
DEFAULTS: dict[str, Any] = {
    "profile": None,
    "env_file": None,
    "base_url": None,
    "timeout": ...,
    "connect_timeout": ...,
    "idle_timeout": ...,
    "max_retries": None,
    "replay_unsent_only": False,
    "max_in_flight": None,
    "headers": None,
    "default_headers": None,
    "default_query": None,
    "proxy": None,
    "ca_file": None,
    "client_cert": None,
    "client_key": None,
    "max_body_bytes": None,
    "max_event_bytes": None,
    "max_header_bytes": None,
    "allow_http": False,
    "on_attempt": None,
}
#: The arguments that name files.
PATHS = (
    "env_file",
    "ca_file",
    "client_cert",
    "client_key",
)


class ConnectionArguments(TypedDict, total=False):
    """The options of a client that a library above this package does not set itself."""

    profile: str | None
    """Which of several keys of the environment and the files to use. The profile ``staging`` reads
    ``NEURA_API_KEY_STAGING``, ``NEURA_API_KEY_STAGING_FILE``, ``.env.staging``, and the table
    ``[staging]`` of the credentials file. A profile never falls back to the key without one.
    Default: ``NEURA_PROFILE``, else none."""

    env_file: str | PathLike[str] | Literal[False] | None
    """The one ``.env`` file to read, which must exist; False for none. Default: the nearest one,
    from the working directory upwards."""

    replay_unsent_only: bool
    """Whether only a request that certainly never reached the server is sent again. Default:
    False."""

    max_in_flight: int | None
    """How many calls of an ``AsyncClient`` run at a time; more wait in order. 0 is a
    ``ConfigError``. A ``Client`` makes a call on the thread that asks for it, and needs no limit.
    Default: 1,024, shared by all clients that do not set this."""

    proxy: str | Literal[False] | None
    """The proxy on the way to the service: ``http://``, ``https://``, ``socks5://`` or
    ``socks5h://``, with ``user:password@``, percent-encoded, if it requires them; False or an empty
    text for none. Default: the proxy of the environment, by curl's rules: ``https_proxy``,
    ``HTTPS_PROXY``, ``http_proxy``, ``all_proxy``, ``ALL_PROXY`` and ``no_proxy``; never for a
    loopback host."""

    ca_file: str | PathLike[str] | None
    """A PEM file with the certificates of the authorities to trust, or a folder of such files; no
    others are trusted then. Default: the file or folder in ``SSL_CERT_FILE``, else in
    ``REQUESTS_CA_BUNDLE``, else in ``CURL_CA_BUNDLE``, else the system's authorities."""

    client_cert: str | PathLike[str] | None
    """A PEM file with the client's certificate for a server that asks for one, followed by those of
    its issuers. The key is in the same file unless ``client_key`` names another."""

    client_key: str | PathLike[str] | None
    """A PEM file with the key of ``client_cert``, unencrypted. Default: the file of
    ``client_cert``."""

    max_body_bytes: int | None
    """The largest body of a reply in bytes, unpacked; a larger one is a ``BodyTooLargeError``.
    Default: 256 MiB."""

    max_event_bytes: int | None
    """The largest event of a stream in bytes; a larger one is a ``BodyTooLargeError``. Default:
    64 MiB."""

    max_header_bytes: int | None
    """The largest head of a reply in bytes; a larger one, or one of more than 128 headers, is a
    ``ProtocolError``. Default: 64 KiB."""

    allow_http: bool
    """Whether the key may be sent over plain http to a host that is not loopback. Default:
    False."""

    on_attempt: Callable[[Attempt], object] | None
    """A function that is called after each attempt of a call, on the thread of the call (of an
    ``AsyncClient`` its event loop's), with its status or the kind of its error, the wait before it
    and the key's fingerprint, never the key. An exception that it raises goes to
    ``sys.unraisablehook`` or the event loop's exception handler; KeyboardInterrupt and SystemExit
    end the call."""


class ClientArguments(ConnectionArguments, total=False):
    """The keyword arguments of ``Client`` beside the key."""

    base_url: str | None
    """Where requests go. Plain http is for loopback hosts, unless ``allow_http`` is set. Default:
    ``NEURA_BASE_URL``, else the URL in the key's own file, else ``https://api.neura-ai.app/v1``."""

    timeout: Timeout
    """One deadline for a whole call: all attempts, the waits (also for a turn under
    ``max_in_flight``) and the body; for a stream it ends with the headers. A pair ``(connect,
    read)``, as in ``requests``, sets ``connect_timeout`` and ``idle_timeout`` instead; the second
    also limits the wait for the reply. In seconds; None is no limit. Default: 600 s."""

    connect_timeout: float | None
    """The limit for opening a connection: looking up the name, connecting, the proxy and the TLS
    handshake together. In seconds; None is no limit. Default: 5 s."""

    idle_timeout: float | None
    """The limit between two pieces of a body, after the headers. In seconds; None is no limit.
    Default: 300 s."""

    max_retries: int | None
    """How many times a failed request is sent again; 0 sends it once. Default: 2."""

    headers: HeaderArgument | None
    """Headers of every request; each replaces the client's own of that name. An invalid one is a
    ``ConfigError``."""

    default_headers: HeaderArgument | None
    """As ``headers``, which win: the name that the OpenAI SDK has for them."""

    default_query: QueryPairs | None
    """Parameters of the query of every request; one of a request replaces that of the same name."""
