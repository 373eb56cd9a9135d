"""A sandbox that lives as long as a ``with`` block."""

from __future__ import annotations

import os

from .._errors import ConfigError
from ._server import Server


class Sandbox(Server):
    """A NeuraAI on this machine, for tests, with keys that are good, expired, revoked, limited.

    It runs the program ``neura-sandbox`` of the package of this name
    (``pip install neura-ai[testing]``), or the one that ``NEURA_SANDBOX_BIN`` names. Use it in
    a ``with`` block, or call ``start`` and ``close``. It ends with the block, with the
    interpreter, and when this process is killed.

    ``neura_ai.get`` and the other verbs of the module go on with the client that the first of
    them made, whatever the environment says since. When a sandbox starts and when it is closed
    that client is forgotten: the next verb makes another, from the environment as it is then.

    >>> import neura_ai
    >>> with neura_ai.testing.Sandbox() as box:
    ...     client = box.client()
    ...     client.models.list().data[0].id
    'gpt-5'

    :param db: the file (SQLite) to keep the keys in; left out, they end with the sandbox.
        A file that has keys already gets no new ones, and shows none of the old.
    :param event_delay: seconds between two events of a stream, 0 unless given.
    """

    _program = "neura-sandbox"
    _told = ("base_url", "limited_api_key")

    def __init__(
        self, *, db: str | os.PathLike[str] | None = None, event_delay: float = 0.0
    ) -> None:
        arguments = ["--seed-keys", "--event-delay-ms", str(round(event_delay * 1000))]
        super().__init__(*arguments, *(() if db is None else ("--db", os.path.abspath(db))))

    @property
    def expired_api_key(self) -> str:
        """A key that gets ``ExpiredAPIKeyError``."""
        return self._fact("expired_api_key")

    @property
    def revoked_api_key(self) -> str:
        """A key that gets ``RevokedAPIKeyError``."""
        return self._fact("revoked_api_key")

    @property
    def limited_api_key(self) -> str:
        """A key that gets ``RateLimitError`` after 3 requests at once, then one every 20 s."""
        return self._fact("limited_api_key")

    def _fact(self, name: str) -> str:
        if not (value := super()._fact(name)):
            raise ConfigError(
                f"this sandbox cannot show its {name}: its `db` already had keys, and a key is "
                "shown only when it is made; store it then, or make a key with "
                "`neura-sandbox keys create`"
            )
        return value
