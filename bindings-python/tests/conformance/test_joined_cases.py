"""conformance/joined.json: the answer that a chat's stream gives once it ended."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cases import each_case, of_file, only_fields
from conftest import KEY, Scripted
from openai.lib.streaming.chat import ChatCompletionStreamState
from openai.types.chat import ChatCompletionChunk
from sides import Side

HEAD = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
#: What the SDK's accumulation has besides.
OF_THE_SDK = ("parsed", "parsed_arguments")


@each_case("joined")
def test_the_chunks_are_joined(scripted: Scripted, case: dict[str, Any], side: Side) -> None:
    only_fields(case, "chunks", "answer", "sdk_differs")
    events = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in case["chunks"])
    server = scripted({"raw": HEAD + events + "data: [DONE]\n\n"})

    async def play() -> Any:
        async with side.client(KEY, base_url=server.base_url) as client:
            create = client.chat.completions.create
            stream = await side.result(create(model="m", messages=[], stream=True))
            return await side.result(stream.final())

    assert given(side.run(play())) == given(case["answer"])


@pytest.mark.parametrize("case", of_file("joined"), ids=lambda case: case["id"])
def test_the_sdk_joins_them_alike(case: dict[str, Any]) -> None:
    assert (given(case["answer"]) == given(joined_by_the_sdk(case["chunks"]))) is not (
        "sdk_differs" in case
    )


def joined_by_the_sdk(chunks: list[Any]) -> Any:
    state: Any = ChatCompletionStreamState()
    try:
        for chunk in chunks:
            state.handle_chunk(ChatCompletionChunk.construct(**chunk))
    except (IndexError, TypeError):
        return None
    answer = state.current_completion_snapshot.to_dict()
    for choice in answer["choices"]:
        for call in choice["message"].get("tool_calls") or ():
            del call["index"]
    return answer


def given(value: Any) -> Any:
    """Without members that are None."""
    if isinstance(value, dict):
        return {
            name: given(member)
            for name, member in value.items()
            if member is not None and name not in OF_THE_SDK
        }
    return [given(item) for item in value] if isinstance(value, list) else value
