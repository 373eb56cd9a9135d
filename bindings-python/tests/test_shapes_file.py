"""``conformance/shapes.json`` says what the OpenAI SDK does, and what objects here lack."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from neura_ai import Object
from openai.types import (
    CreateEmbeddingResponse,
    Embedding,
    Model,
    completion_usage,
    create_embedding_response as embedding_response,
    embedding_create_params as embedding_params,
)
from openai.types.chat import (
    chat_completion,
    chat_completion_audio,
    chat_completion_chunk,
    chat_completion_message,
    chat_completion_token_logprob,
    completion_create_params,
)

FILE = Path(__file__).resolve().parents[2] / "conformance" / "shapes.json"
SHAPES: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
#: The SDK has no type of its own for a tool call of either sort, nor for a list of models.
OF_THE_SDK: dict[str, Any] = {
    "ChatCompletion": chat_completion.ChatCompletion,
    "ChatChoice": chat_completion.Choice,
    "ChatMessage": chat_completion_message.ChatCompletionMessage,
    "FunctionCall": chat_completion_message.FunctionCall,
    "Annotation": chat_completion_message.Annotation,
    "UrlCitation": chat_completion_message.AnnotationURLCitation,
    "Audio": chat_completion_audio.ChatCompletionAudio,
    "Logprobs": chat_completion.ChoiceLogprobs,
    "TokenLogprob": chat_completion_token_logprob.ChatCompletionTokenLogprob,
    "TopLogprob": chat_completion_token_logprob.TopLogprob,
    "TokenUsage": completion_usage.CompletionUsage,
    "CompletionTokensDetails": completion_usage.CompletionTokensDetails,
    "PromptTokensDetails": completion_usage.PromptTokensDetails,
    "ChatChunk": chat_completion_chunk.ChatCompletionChunk,
    "ChunkChoice": chat_completion_chunk.Choice,
    "Delta": chat_completion_chunk.ChoiceDelta,
    "ToolCallDelta": chat_completion_chunk.ChoiceDeltaToolCall,
    "FunctionCallDelta": chat_completion_chunk.ChoiceDeltaToolCallFunction,
    "AudioDelta": chat_completion_chunk.ChoiceDeltaAudio,
    "Model": Model,
    "EmbeddingList": CreateEmbeddingResponse,
    "Embedding": Embedding,
    "EmbeddingUsage": embedding_response.Usage,
}


@pytest.mark.parametrize("name", OF_THE_SDK)
def test_an_answer_has_the_members_that_the_sdk_has(name: str) -> None:
    members = SHAPES["answers"][name]["members"]
    ours = {
        member: "optional" in said for member, said in members.items() if "elsewhere" not in said
    }
    fields = OF_THE_SDK[name].model_fields
    assert ours == {member: not field.is_required() for member, field in fields.items()}


def test_a_request_has_the_parameters_that_the_sdk_has() -> None:
    chat = completion_create_params.CompletionCreateParamsNonStreaming
    embeddings = embedding_params.EmbeddingCreateParams
    parameters = SHAPES["parameters"]
    assert set(parameters["ChatParameters"]["members"]) == set(chat.__annotations__)
    assert set(parameters["EmbeddingParameters"]["members"]) == set(embeddings.__annotations__)


@pytest.mark.parametrize("name", SHAPES["answers"])
def test_an_object_lacks_what_the_file_says(name: str) -> None:
    members = SHAPES["answers"][name]["members"]
    lean = Object({member: 1 for member, said in members.items() if "optional" not in said})
    for member, said in members.items():
        if "absent_is_null" in said:
            assert getattr(lean, member) is None, member
        elif "optional" in said:
            others = Object({other: 1 for other in members if other != member})
            assert not hasattr(others, member), member
