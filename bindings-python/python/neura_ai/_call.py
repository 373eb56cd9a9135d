"""What a client is asked, from the arguments of its methods; both clients ask alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ._arguments import (
    DEFAULT,
    Data,
    Default,
    HeaderArgument,
    Params,
    Timeout,
    body,
    request_options,
)
from ._native import Call, Response, Stream
from ._object import Object, ObjectList
from ._response import ResponseInfo


def verb(
    method: str,
    path: str,
    *,
    json: Any = None,
    data: Data | None = None,
    params: Params | None = None,
    headers: HeaderArgument | None = None,
    timeout: Timeout = DEFAULT,
    stream: bool = False,
    max_retries: int | None = None,
    idempotency_key: str | None = None,
    default: Default | None = None,
) -> Call[Response]:
    """Any request; with ``stream`` the body of its reply is read as it comes."""
    raw, all_headers = body(json, data, headers)
    options = request_options(all_headers, params, timeout, max_retries, idempotency_key)
    return (Call.open if stream else Call.send)(method, path, json, default, raw, options)


def events(
    method: str,
    path: str,
    *,
    json: Any = None,
    data: Data | None = None,
    params: Params | None = None,
    headers: HeaderArgument | None = None,
    timeout: Timeout = DEFAULT,
    max_retries: int | None = None,
    idempotency_key: str | None = None,
    default: Default | None = None,
) -> Call[Stream]:
    """Any request whose reply is a stream of events."""
    raw, all_headers = body(json, data, headers)
    options = request_options(all_headers, params, timeout, max_retries, idempotency_key)
    return Call.events(method, path, json, default, raw, options)


def chat(model: str, messages: Sequence[Mapping[str, Any]], stream: bool | None) -> dict[str, Any]:
    """The members of a chat's request that have names of their own."""
    named: dict[str, Any] = {"model": model, "messages": messages}
    if stream is not None:
        named["stream"] = stream
    return named


def members(
    named: dict[str, Any], more: Mapping[str, Any], extra_body: Mapping[str, Any] | None
) -> dict[str, Any]:
    """The members of a named call's request."""
    return {**named, **more, **(extra_body or {})}


def answer(reply: Response) -> Object:
    """What a named call returns of its reply."""
    value: Object = reply.json(object_hook=Object)
    if isinstance(value, Object):
        value._response = ResponseInfo.of(reply)
    return value


def listing(reply: Response) -> ObjectList:
    """The same of a reply that lists things."""
    value = answer(reply)
    listed = ObjectList(value)
    listed._response = value._response
    return listed
