"""What a client is asked, from the arguments of its methods; both clients ask alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from ._arguments import (
    Data,
    Default,
    HeaderArgument,
    Params,
    body,
    request_options,
    with_query,
)
from ._native import Call, Response
from ._object import Object, ObjectList
from ._omitted import Omitted, is_left_out
from ._request_arguments import REQUEST_DEFAULTS, PlainArguments
from ._response import ResponseInfo

_Given = TypeVar("_Given")


def request(
    make: Callable[..., Call[_Given]],
    method: str,
    path: str,
    *,
    json: Any,
    data: Data | None,
    params: Params | None,
    headers: HeaderArgument | None,
    default: Default | None,
    options: PlainArguments,
) -> Call[_Given]:
    """Any request; ``make`` says what it gives: ``Call.send``, ``open`` or ``events``."""
    try:
        path, params = with_query(path, params)
        given, content_type = body(json, data)
        of_call = request_options(headers, content_type, params, options)
        return make(method, path, json, default, given, of_call)
    finally:
        # Tools that report errors print the variables of each frame.
        del headers


def chat(
    model: str, messages: Sequence[Mapping[str, Any]], stream: bool | Omitted | None
) -> dict[str, Any]:
    """The members of a chat's request that have names of their own."""
    named: dict[str, Any] = {"model": model, "messages": messages}
    if stream is not None:
        named["stream"] = stream
    return named


def members(
    named: dict[str, Any], more: Mapping[str, Any], extra_body: Mapping[str, Any] | None
) -> dict[str, Any]:
    """The members of a named call's request.

    :raises TypeError: ``extra_body`` is not a mapping.
    """
    if extra_body is None or is_left_out(extra_body):
        extra_body = {}
    if not hasattr(extra_body, "keys"):
        raise TypeError(f"extra_body must be a mapping, not {type(extra_body).__name__}")
    every = {**named, **more, **extra_body}
    return {name: value for name, value in every.items() if not is_left_out(value)}


def options_in(more: dict[str, Any]) -> dict[str, Any]:
    """Takes out the options among the members of a named call's request: no part of its body."""
    return {name: more.pop(name) for name in REQUEST_DEFAULTS if name in more}


def unchecked(extra_body: Mapping[str, Any] | None) -> list[str]:
    """The names of those members that are sent whatever they are."""
    return [name for name in extra_body or () if isinstance(name, str)]


def answer(reply: Response) -> Object:
    """What a named call returns of its reply."""
    value: Object = reply.json(object_hook=Object)
    value._response = ResponseInfo.of(reply)
    return value


def listing(reply: Response) -> ObjectList:
    """The same of a reply that lists things."""
    value = answer(reply)
    listed = ObjectList(value)
    listed._response = value._response
    return listed
