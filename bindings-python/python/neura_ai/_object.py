"""JSON objects whose keys are attributes too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._response import ResponseInfo


#: Members that a reply of the API, which is OpenAI's, leaves out where there is nothing to
#: say: the SDK gives None for them, and programs look at them without asking first.
_OPTIONAL = frozenset(
    [
        "annotations",
        "audio",
        "completion_tokens_details",
        "content",
        "finish_reason",
        "function_call",
        "logprobs",
        "name",
        "parsed",
        "prompt_tokens_details",
        "reasoning_content",
        "refusal",
        "role",
        "service_tier",
        "system_fingerprint",
        "tool_calls",
        "usage",
    ]
)


class Object(dict[str, Any]):
    """A JSON object of a reply: a dict whose keys are attributes too, at every depth.

    ``reply.choices[0].message.content`` and ``reply["choices"][0]["message"]["content"]``
    are the same, also in lists, also when set or deleted. A key that is the name of a
    dict's method (``items``, ``keys``, ``values``, ``get``, ``pop``, ``update``, ...) or
    that begins with two underscores is reached by ``[]`` alone.

    What the API leaves out of a reply where there is nothing to say (``content`` of a
    chunk's ``delta``, ``tool_calls``, ``usage``, ...) is None as an attribute, as in the
    OpenAI SDK; another attribute without a key is an ``AttributeError``.
    >>> import neura_ai
    >>> models = neura_ai.Client().models.list()
    >>> models.data[0].id == models["data"][0]["id"]
    True

    ``_response`` of an object that a call returned tells of the HTTP reply: status,
    headers, request id, attempts, rate limit. It is not among the keys, so that
    ``dict(...)``, ``==`` and ``json.dumps`` do not see it; objects inside have None.
    """

    __slots__ = ("_response",)

    _response: ResponseInfo | None

    def __getattr__(self, name: str) -> Any:
        # Reached only by names that are neither methods nor a slot that is set.
        if name == "_response":
            return None
        if name in self and not name.startswith("__"):
            return self[name]
        if name in _OPTIONAL:
            return None
        keys = ", ".join(self.keys()) or "none"
        raise AttributeError(f"this object has no {name!r}; its keys are: {keys}")

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "_response":
            super().__setattr__(name, value)
        elif hasattr(dict, name) or name.startswith("__"):
            raise AttributeError(f"{name!r} is a name of Python's own: set it by [{name!r}]")
        else:
            self[name] = value

    def __delattr__(self, name: str) -> None:
        if name not in self or hasattr(dict, name):
            raise AttributeError(f"this object has no {name!r} to delete")
        del self[name]

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.keys()]

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), dict(self), self._response)

    def copy(self) -> Object:
        """A shallow copy, with its ``_response``."""
        from copy import copy

        return copy(self)

    def to_dict(self) -> dict[str, Any]:
        """The same as plain dicts and lists, at every depth."""
        return {key: _plain(value) for key, value in self.items()}

    def to_json(self, *, indent: int | None = 2) -> str:
        """The same as JSON text, in the form of the SDK's method of this name."""
        import json

        return json.dumps(self, indent=indent, ensure_ascii=False)

    def model_dump(self) -> dict[str, Any]:
        """``to_dict()``, by the name that the SDK's objects have for it."""
        return self.to_dict()

    def model_dump_json(self, *, indent: int | None = None) -> str:
        """``to_json()``, by the name that the SDK's objects have for it."""
        return self.to_json(indent=indent)


class ObjectList(Object):
    """The reply of a call that lists things: iterating goes over ``data``, as in the SDK.

    >>> import neura_ai
    >>> [model.id for model in neura_ai.Client().models.list()][0]
    'gpt-5'

    :ivar data: what is listed.
    """

    __slots__ = ()

    data: list[Object]

    def __iter__(self) -> Iterator[Any]:
        listed = self.get("data")
        if not isinstance(listed, list):
            from ._errors import DecodeError

            raise DecodeError(f"the reply lists nothing: its data is {type(listed).__name__}")
        return iter(listed)


def _restore(of: type[Object], members: dict[str, Any], reply: ResponseInfo | None) -> Object:
    """An object from ``pickle`` or ``copy``."""
    made = of(members)
    if reply is not None:
        made._response = reply
    return made


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value
