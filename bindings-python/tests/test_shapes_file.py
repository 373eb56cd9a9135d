"""``conformance/shapes.json`` says what the OpenAI SDK does, and objects here what it says."""

from __future__ import annotations

import typing
from typing import Any

import pytest
from conftest import Scripted
from neura_ai import types
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
from places import ANSWERS, SHAPES, came

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
    members = ANSWERS[name]["members"]
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


@pytest.mark.parametrize("name", ANSWERS)
def test_an_object_lacks_what_the_file_says(name: str, scripted: Scripted) -> None:
    members = ANSWERS[name]["members"]
    lean = came(scripted, name, {"only": 1})
    for member, said in members.items():
        if "absent_is_null" in said:
            assert getattr(lean, member) is None, member
        elif member not in lean:
            assert not hasattr(lean, member), member
    assert not hasattr(lean, "nothing")
    assert type(lean)({"only": 1}).model_dump() == {"only": 1}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_class_declares_what_the_file_says(name: str, scripted: Scripted) -> None:
    of = type(came(scripted, name, {"only": 1}))
    assert of.__module__ == "neura_ai.types"
    assert of.__name__ in types.__all__
    members = ANSWERS[name]["members"]
    hints = typing.get_type_hints(of)
    assert set(of.__annotations__) == set(members)
    for member, said in members.items():
        optional = type(None) in typing.get_args(hints[member]) or hints[member] is Any
        assert optional == ("nullable" in said or said["type"] == "any"), member
