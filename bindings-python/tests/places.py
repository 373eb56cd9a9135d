"""Where each type of ``conformance/shapes.json`` stands, and objects that came there."""

from __future__ import annotations

import json
from typing import Any

from conftest import Scripted
from servers import REPOSITORY

FILE = REPOSITORY / "conformance" / "shapes.json"
SHAPES: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
ANSWERS: dict[str, Any] = SHAPES["answers"]
CHAT: Any = {"model": "gpt-5", "messages": [{"role": "user", "content": "Hello!"}]}


def _places() -> dict[str, tuple[str, list[tuple[str, bool]]]]:
    """For each type the answer that it is in, and the members on the way: is each a list?"""
    answers = [end[part] for end in SHAPES["endpoints"].values() for part in ("answer", "chunk")
               if part in end]  # fmt: skip
    found: dict[str, tuple[str, list[tuple[str, bool]]]] = {of: (of, []) for of in answers}
    for of in (todo := list(found)):
        for member, said in ANSWERS[of]["members"].items():
            inner = said["type"].strip("[]")
            if inner in ANSWERS and inner not in found:
                answer, way = found[of]
                found[inner] = (answer, [*way, (member, said["type"].startswith("["))])
                todo.append(inner)
    return found


PLACES = _places()


def came(scripted: Scripted, of: str, value: Any) -> Any:
    """A value as it comes in a reply, in the place of an object of this type."""
    answer, way = PLACES[of]
    for member, is_list in reversed(way):
        value = {member: [value] if is_list else value}
    wanted = (
        {"id": "1"} if answer == "Model" else {"choices": []} if "Chat" in answer else {"data": []}
    )
    found = _asked(scripted, answer, json.dumps({**wanted, **value}))
    for member, is_list in way:
        found = getattr(found, member)[0] if is_list else getattr(found, member)
    return found


def _asked(scripted: Scripted, answer: str, body: str) -> Any:
    if answer == "ChatChunk":
        headers = [["content-type", "text/event-stream"]]
        body = f"data: {body}\n\ndata: [DONE]\n\n"
        client = scripted.client({"status": 200, "headers": headers, "body": body})
        (chunk,) = client.chat.completions.create(**CHAT, stream=True)
        return chunk
    client = scripted.client({"status": 200, "body": body})
    if answer == "EmbeddingList":
        return client.embeddings.create(model="m", input="x")
    if answer == "ModelList":
        return client.models.list()
    return (
        client.models.retrieve("m") if answer == "Model" else client.chat.completions.create(**CHAT)
    )
