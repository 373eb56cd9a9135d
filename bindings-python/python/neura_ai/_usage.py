"""How much each key of a client was used."""

from __future__ import annotations

from typing import Any, NamedTuple

from ._object import Object


# No Object: of that, `keys` would be the method of a dict.
class Usage(NamedTuple):
    """How much each key was used that a client ever held; nothing in it is secret.

    :ivar keys: one for each key, in the order of first use: ``fingerprint``, ``mask``,
        ``source``, ``requests`` (retries included), ``unauthorized`` (answers 401),
        ``rate_limited`` (answers 429), ``retries``, ``prompt_tokens`` and
        ``completion_tokens`` (where replies have them), ``first_used`` and ``last_used``
        (RFC 3339, None for never).

    >>> import neura_ai
    >>> client = neura_ai.Client()
    >>> models = client.models.list()
    >>> [used.requests for used in client.usage().keys]
    [1]
    """

    keys: list[Object]

    def to_dict(self) -> dict[str, Any]:
        """The same as plain dicts and lists."""
        return {"keys": [key.to_dict() for key in self.keys]}
