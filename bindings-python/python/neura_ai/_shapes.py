"""Which members the API leaves out of which objects: what is None there, as in the OpenAI SDK.

An object is known by its own keys alone, for nobody tells it where in a reply it stands.
"""

from __future__ import annotations

from collections.abc import KeysView
from typing import NamedTuple


class _Shape(NamedTuple):
    """A sort of object.

    :ivar optional: the members that it may lack.
    :ivar marks: the keys that make an object one of this sort: all of one group.
    :ivar others: its other members, of a sort that is also known by having no key but its
        own; None of a sort that is not.
    """

    optional: str
    marks: tuple[str, ...]
    others: str | None = None


#: ``reasoning_content`` is no member of OpenAI's, but of many services in its manner.
_SHAPES = (
    # A completion, or a chunk of one.
    _Shape("metadata moderation obfuscation service_tier system_fingerprint usage", ("choices",)),
    # A choice, and a choice in a chunk.
    _Shape("logprobs", ("index message",)),
    _Shape("finish_reason logprobs", ("delta",)),
    # A message.
    _Shape(
        "annotations audio content function_call reasoning_content refusal tool_calls", ("role",)
    ),
    # What a chunk adds to it, which may be nothing.
    _Shape(
        "audio content function_call reasoning_content refusal role tool_calls",
        (
            "content",
            "function_call",
            "reasoning",
            "reasoning_content",
            "refusal",
            "role",
            "tool_calls",
        ),
        "",
    ),
    # A piece of a tool call, of its function, and of a sound.
    _Shape("function id type", ("index function", "index id"), "index"),
    _Shape("arguments name", ("arguments",), ""),
    _Shape("data expires_at id transcript", ("expires_at", "transcript"), ""),
    # How likely each token was; `refusal` and `content` mark it as they mark a delta.
    _Shape("content refusal", (), ""),
    _Shape("bytes", ("token logprob",)),
    # What a completion cost.
    _Shape(
        "completion_tokens_details prompt_tokens_details",
        ("completion_tokens prompt_tokens total_tokens",),
    ),
    _Shape(
        "accepted_prediction_tokens audio_tokens reasoning_tokens rejected_prediction_tokens"
        " text_tokens",
        ("accepted_prediction_tokens", "reasoning_tokens", "rejected_prediction_tokens"),
        "",
    ),
    _Shape(
        "audio_tokens cache_write_tokens cached_tokens image_tokens text_tokens",
        ("cache_write_tokens", "cached_tokens", "image_tokens"),
        "",
    ),
    # A model.
    _Shape("shutdown_date", ("id owned_by",)),
)


class _Lacking:
    """The objects that may lack one member."""

    __slots__ = ("any_of", "groups", "no_others")

    def __init__(self, name: str) -> None:
        shapes = [shape for shape in _SHAPES if name in shape.optional.split()]
        groups = {frozenset(group.split()) for shape in shapes for group in shape.marks}
        #: One of these keys is enough.
        self.any_of = frozenset(key for group in groups if len(group) == 1 for key in group)
        #: All keys of one group are.
        self.groups = tuple(group for group in groups if len(group) > 1)
        #: Objects with no keys but those of one set.
        self.no_others = tuple(
            frozenset(f"{shape.optional} {shape.others}".split())
            for shape in shapes
            if shape.others is not None
        )

    def holds(self, keys: KeysView[str]) -> bool:
        if not self.any_of.isdisjoint(keys):
            return True
        # No `any`: a stream asks this with each chunk.
        for group in self.groups:
            if keys >= group:
                return True
        for known in self.no_others:  # noqa: SIM110
            if keys <= known:
                return True
        return False


_LACKING = {name: _Lacking(name) for shape in _SHAPES for name in shape.optional.split()}


def may_lack(keys: KeysView[str], name: str) -> bool:
    """Whether the API leaves ``name`` out of objects with these keys where there is nothing
    to say."""
    lacking = _LACKING.get(name)
    return lacking is not None and lacking.holds(keys)
