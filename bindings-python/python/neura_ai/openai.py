"""The OpenAI SDK over this package: its own classes, with our keys and connections.

A program of the SDK changes its import alone::

    from neura_ai.openai import OpenAI

    client = OpenAI()  # the key: as for neura_ai.Client
    reply = client.chat.completions.create(
        model="gpt-5", messages=[{"role": "user", "content": "Hello!"}]
    )
    print(reply.choices[0].message.content)

or ``import neura_ai.openai as openai``: what is not here is the SDK's own, as
``openai.RateLimitError``, ``openai.Timeout`` and ``openai.omit``.

How the classes differ from the SDK's:

- Key and base URL are looked for as ``neura_ai.Client`` does; ``OPENAI_API_KEY`` and the
  other variables for OpenAI are not read. The key is never in the SDK's hands: ``api_key``
  of a client says nothing, and may be set to another key. It goes to the base URL's origin
  alone; a request to any other raises ``neura_ai.ConfigError`` before any connection. It goes
  out in place of an Authorization header in ``default_headers`` or ``extra_headers``, and
  ``organization`` and ``project``, which are accounts of OpenAI, are not sent.
  ``keep_authorization=True`` sends these headers as they are.
- The SDK tries again (its ``max_retries``, 2), this package does not. After a 401 the next
  key of a list, a key that a callable gives anew or a file that changed is tried all the same.
- Errors are the SDK's, with the error of this package further down their ``__cause__``: of a
  status it is the cause itself, and says where the key came from. What is wrong with the key
  before a request, or with the configuration, raises the error of this package, which is an
  ``openai.OpenAIError`` too.
- ``timeout`` as ``neura_ai.httpx`` explains. Redirects are not followed.
- ``AsyncOpenAI`` runs on asyncio alone. Clients of a module (``openai.chat``), Azure's, and
  WebSockets do not go through this package.
"""

from __future__ import annotations

from typing import Any

from ._adapter import missing

try:
    import openai as _sdk
except ModuleNotFoundError as _error:
    raise missing(__name__, "openai", _error) from _error

from ._openai_client import AsyncOpenAI, OpenAI

__all__ = ["AsyncClient", "AsyncOpenAI", "Client", "OpenAI"]

Client = OpenAI
AsyncClient = AsyncOpenAI


def __getattr__(name: str) -> Any:
    value = getattr(_sdk, name)
    if type(value).__name__.endswith("Proxy"):
        raise AttributeError(
            f"{__name__} has no {name}: the SDK's own would use OpenAI and OpenAI's key. "
            f"Make a client: OpenAI().{name}"
        )
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *dir(_sdk)})
