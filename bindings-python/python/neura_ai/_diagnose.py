"""Where the key comes from, and why it does not work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ._native import method
from ._object import Object

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._arguments import ApiKey
    from ._client_arguments import ClientArguments


class Report(Object):
    """What ``diagnose`` found; nothing in it is secret. ``str(report)`` is a text for people.

    Like every ``Object`` it is a dict whose keys are attributes too, with ``to_dict()``.

    :ivar ok: whether no check failed.
    :ivar verdict: ``valid``, or the kind of the error that calls fail with.
    :ivar checks: one for each question, always in the same order: ``code``, ``status``
        (``ok``, ``warning``, ``failed``, ``skipped``), ``found`` and ``advice`` (what to do
        next, or None).
    :ivar key: where the key came from, as in ``resolve``, or None.
    :ivar base_url: where requests go, or None.
    """

    __slots__ = ("_text",)

    _text: str
    ok: bool
    verdict: str
    checks: list[Object]
    key: Object | None
    base_url: str | None

    def __init__(self, found: Mapping[str, Any], text: str) -> None:
        super().__init__(found)
        self._text = text

    def __str__(self) -> str:
        return self._text

    def __reduce__(self) -> tuple[Any, ...]:
        return Report, (dict(self), str(self))


@method
def resolve(api_key: ApiKey | None = None, **arguments: Unpack[ClientArguments]) -> Object:
    """Where a client with these arguments takes its key and its base URL from.

    Nothing is sent, no callable is called and no program is run. Arguments as in ``Client``.

    :returns: ``source`` (``caller``, ``callable``, ``environment``, ``secret_file``,
        ``command``, ``env_file``, ``credentials_file``), ``name`` (of the variable), ``path``,
        ``profile``, ``mask``, ``fingerprint``, ``base_url``, ``base_url_source`` and
        ``key_age_days`` (where the credentials file has ``added``), None where nothing
        is known.
    >>> import neura_ai
    >>> key = neura_ai.resolve()
    >>> key.source, key.name
    ('environment', 'NEURA_API_KEY')

    :raises MissingAPIKeyError: no key was found; the message names every place.
    :raises MalformedAPIKeyError: no key can look like the one given or found.
    :raises ConfigError: another option or a file is wrong.
    """
    raise NotImplementedError


@method
def diagnose(api_key: ApiKey | None = None, **arguments: Unpack[ClientArguments]) -> Report:
    """Finds out why authentication fails, or that it does not.

    It looks at every place where a key may lie, at files and their permissions, at the way
    to the base URL, and asks the service about the key, for which a callable is called.
    Arguments as in ``Client``; each step obeys ``connect_timeout``, the question to the
    service ``timeout`` or 30 s, whichever is shorter. Whatever is wrong with key, files or
    service is part of the report, and raises nothing.

    >>> import neura_ai
    >>> neura_ai.diagnose("nk-wrong-key-0000000000").verdict
    'invalid_api_key'

    :raises TypeError: an argument is of the wrong type.
    """
    raise NotImplementedError
