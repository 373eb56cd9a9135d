"""The answers of the API: what calls return, and the objects inside.

Each is a ``neura_ai.Object`` whose members type checkers know. Services may send others, which are
read by ``[]``. A member that the API may leave out is None then.

Made from conformance/shapes.json by `make options`; edit there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any, Literal

from ._object import Answer, Object, ObjectList, WholeAnswer

__all__ = [
    "Annotation",
    "AnnotationURLCitation",
    "ChatCompletion",
    "ChatCompletionAudio",
    "ChatCompletionChunk",
    "ChatCompletionMessage",
    "ChatCompletionMessageToolCall",
    "ChatCompletionTokenLogprob",
    "Choice",
    "ChoiceDelta",
    "ChoiceDeltaAudio",
    "ChoiceDeltaFunctionCall",
    "ChoiceDeltaToolCall",
    "ChoiceLogprobs",
    "ChunkChoice",
    "CompletionTokensDetails",
    "CompletionUsage",
    "CreateEmbeddingResponse",
    "CustomCall",
    "Embedding",
    "EmbeddingUsage",
    "FunctionCall",
    "Model",
    "ModelList",
    "PromptTokensDetails",
    "TopLogprob",
]


class Annotation(Answer):
    """The source of a part of the text.

    :ivar type: url_citation.
    :ivar url_citation: the page.
    """

    __slots__ = ()
    _shape = 0

    type: Literal["url_citation"] | str
    url_citation: AnnotationURLCitation


class ChatCompletionAudio(Answer):
    """The text as audio.

    :ivar data: the audio in base64, in the requested format.
    :ivar expires_at: until when the id can be used, in seconds since 1970.
    :ivar id: its id, to refer to it in a later request.
    :ivar transcript: its transcript.
    """

    __slots__ = ()
    _shape = 1

    data: str
    expires_at: int
    id: str
    transcript: str


class ChoiceDeltaAudio(Answer):
    """The audio, or its next piece.

    :ivar data: the next piece of it in base64.
    :ivar expires_at: until when the id can be used, in seconds since 1970.
    :ivar id: its id.
    :ivar transcript: the next piece of its transcript.
    """

    __slots__ = ()
    _shape = 2

    data: str | None = None
    expires_at: int | None = None
    id: str | None = None
    transcript: str | None = None


class Choice(Answer):
    """One answer of a completion.

    :ivar finish_reason: why it ended: stop, length, tool_calls, content_filter, function_call, or a
        word of another service.
    :ivar index: its place among the choices, from 0.
    :ivar logprobs: the probabilities of its tokens, if requested.
    :ivar message: what the model says.
    """

    __slots__ = ()
    _shape = 3

    finish_reason: Literal["stop", "length", "tool_calls", "content_filter", "function_call"] | str
    index: int
    logprobs: ChoiceLogprobs | None = None
    message: ChatCompletionMessage


class ChatCompletionChunk(Answer):
    """One chunk of a streamed chat completion.

    :ivar choices: what is added to each choice; empty in a chunk that has only the usage.
    :ivar created: when the completion was made, in seconds since 1970.
    :ivar id: the service's id of the completion, the same in each of its chunks.
    :ivar model: the model that answers.
    :ivar moderation: what moderation found, if it was requested.
    :ivar obfuscation: random letters, so that the length of a chunk says nothing about its text.
    :ivar object: chat.completion.chunk.
    :ivar service_tier: the tier that serves the request.
    :ivar system_fingerprint: the configuration of the service that answers.
    :ivar usage: the tokens used by the completion: in the last chunk, if stream_options asks for
        it.
    """

    __slots__ = ()
    _shape = 4

    choices: list[ChunkChoice]
    created: int
    id: str
    model: str
    moderation: Any = None
    obfuscation: str | None = None
    object: Literal["chat.completion.chunk"] | str
    service_tier: Literal["auto", "default", "flex", "scale", "priority", "fast"] | str | None = (
        None
    )
    system_fingerprint: str | None = None
    usage: CompletionUsage | None = None


class ChatCompletion(WholeAnswer):
    """The answer to a chat request.

    :ivar choices: the answers; their number is the request's n.
    :ivar created: when it was made, in seconds since 1970.
    :ivar id: the service's id of the completion.
    :ivar metadata: the pairs that the request asked to store.
    :ivar model: the model that answered.
    :ivar moderation: what moderation found in the request and the answer, if it was requested.
    :ivar object: chat.completion.
    :ivar service_tier: the tier that served the request.
    :ivar system_fingerprint: the configuration of the service that answered.
    :ivar usage: the tokens used.
    """

    __slots__ = ()
    _shape = 5

    choices: list[Choice]
    created: int
    id: str
    metadata: dict[str, str] | None = None
    model: str
    moderation: Any = None
    object: Literal["chat.completion"] | str
    service_tier: Literal["auto", "default", "flex", "scale", "priority", "fast"] | str | None = (
        None
    )
    system_fingerprint: str | None = None
    usage: CompletionUsage | None = None


class ChatCompletionMessage(Answer):
    """What the model says; it can be sent back unchanged as the next message.

    :ivar annotations: the sources of parts of the text, from a web search.
    :ivar audio: the text as audio, if requested.
    :ivar content: the text; null if the model calls a tool instead.
    :ivar function_call: the older form of a tool call.
    :ivar reasoning_content: the model's reasoning before the answer.
    :ivar refusal: why the model refuses, if it does.
    :ivar role: the author: assistant.
    :ivar tool_calls: the tools that the model asks to call.
    """

    __slots__ = ()
    _shape = 6

    annotations: list[Annotation] | None = None
    audio: ChatCompletionAudio | None = None
    content: str | None = None
    function_call: FunctionCall | None = None
    reasoning_content: str | None = None
    refusal: str | None = None
    role: Literal["assistant"] | str
    tool_calls: list[ChatCompletionMessageToolCall] | None = None


class ChunkChoice(Answer):
    """What a chunk adds to one choice.

    :ivar delta: what is added.
    :ivar finish_reason: why the choice ended, in its last chunk.
    :ivar index: the choice's place, from 0.
    :ivar logprobs: the probabilities of the added tokens, if requested.
    """

    __slots__ = ()
    _shape = 7

    delta: ChoiceDelta
    finish_reason: (
        Literal["stop", "length", "tool_calls", "content_filter", "function_call"] | str | None
    ) = None
    index: int
    logprobs: ChoiceLogprobs | None = None


class CompletionTokensDetails(Answer):
    """The kinds of tokens in an answer.

    :ivar accepted_prediction_tokens: tokens of the prediction that appeared in the answer.
    :ivar audio_tokens: tokens of audio.
    :ivar reasoning_tokens: tokens of reasoning.
    :ivar rejected_prediction_tokens: tokens of the prediction that did not appear in the answer.
    :ivar text_tokens: tokens of text.
    """

    __slots__ = ()
    _shape = 8

    accepted_prediction_tokens: int | None = None
    audio_tokens: int | None = None
    reasoning_tokens: int | None = None
    rejected_prediction_tokens: int | None = None
    text_tokens: int | None = None


class CustomCall(Answer):
    """A custom tool and its input.

    :ivar input: the input that the model wrote.
    :ivar name: the tool's name.
    """

    __slots__ = ()
    _shape = 9

    input: str
    name: str


class ChoiceDelta(Answer):
    """What is added to a message.

    :ivar audio: the audio, or its next piece.
    :ivar content: the next piece of the text.
    :ivar function_call: the older form of a tool call, or its next piece.
    :ivar reasoning_content: the next piece of the model's reasoning.
    :ivar refusal: the next piece of a refusal.
    :ivar role: the author: in the first chunk.
    :ivar tool_calls: tool calls, or their next pieces.
    """

    __slots__ = ()
    _shape = 10

    audio: ChoiceDeltaAudio | None = None
    content: str | None = None
    function_call: ChoiceDeltaFunctionCall | None = None
    reasoning_content: str | None = None
    refusal: str | None = None
    role: Literal["developer", "system", "user", "assistant", "tool"] | str | None = None
    tool_calls: list[ChoiceDeltaToolCall] | None = None


class Embedding(Answer):
    """The vector of one text.

    :ivar embedding: the vector; in base64 the bytes of 32-bit floats, the least significant byte
        first.
    :ivar index: the index of the text in the request, from 0.
    :ivar object: embedding.
    """

    __slots__ = ()
    _shape = 11

    embedding: list[float]
    index: int
    object: Literal["embedding"] | str


class CreateEmbeddingResponse(Answer):
    """The vectors of texts.

    :ivar data: one vector for each text.
    :ivar model: the model that made them.
    :ivar object: list.
    :ivar usage: the tokens used.
    """

    __slots__ = ()
    _shape = 12

    data: list[Embedding]
    model: str
    object: Literal["list"] | str
    usage: EmbeddingUsage


class EmbeddingUsage(Answer):
    """The tokens used by vectors.

    :ivar prompt_tokens: tokens of the request.
    :ivar total_tokens: the same number: vectors have no tokens of their own.
    """

    __slots__ = ()
    _shape = 13

    prompt_tokens: int
    total_tokens: int


class FunctionCall(Answer):
    """A function and its arguments.

    :ivar arguments: JSON text, as the model wrote it: it may be invalid JSON, or lack arguments.
    :ivar name: the function's name.
    """

    __slots__ = ()
    _shape = 14

    arguments: str
    name: str


class ChoiceDeltaFunctionCall(Answer):
    """A function call, or its next piece.

    :ivar arguments: the next piece of the arguments' JSON text.
    :ivar name: the function's name, in the first piece.
    """

    __slots__ = ()
    _shape = 15

    arguments: str | None = None
    name: str | None = None


class ChoiceLogprobs(Answer):
    """The probabilities of the tokens of an answer.

    :ivar content: of the text.
    :ivar refusal: of a refusal.
    """

    __slots__ = ()
    _shape = 16

    content: list[ChatCompletionTokenLogprob] | None = None
    refusal: list[ChatCompletionTokenLogprob] | None = None


class Model(Answer):
    """One model.

    :ivar created: when it was made, in seconds since 1970.
    :ivar id: its id, which requests give as model.
    :ivar object: model.
    :ivar owned_by: its owner.
    :ivar shutdown_date: the day on which it is switched off, if one is set.
    """

    __slots__ = ()
    _shape = 17

    created: int
    id: str
    object: Literal["model"] | str
    owned_by: str
    shutdown_date: str | None = None


class ModelList(ObjectList, Answer):
    """The models that a key can use.

    :ivar data: the models.
    :ivar object: list.
    """

    __slots__ = ()
    _shape = 18

    data: list[Model]
    object: Literal["list"] | str

    if TYPE_CHECKING:

        def __iter__(self) -> Iterator[Model]: ...  # type: ignore[override]

        def __aiter__(self) -> AsyncIterator[Model]: ...


class PromptTokensDetails(Answer):
    """The kinds of tokens in a request.

    :ivar audio_tokens: tokens of audio.
    :ivar cache_write_tokens: tokens written to the service's cache.
    :ivar cached_tokens: tokens read from the service's cache.
    :ivar image_tokens: tokens of images.
    :ivar text_tokens: tokens of text.
    """

    __slots__ = ()
    _shape = 19

    audio_tokens: int | None = None
    cache_write_tokens: int | None = None
    cached_tokens: int | None = None
    image_tokens: int | None = None
    text_tokens: int | None = None


class ChatCompletionTokenLogprob(Answer):
    """The probability of a token, and the other tokens that were likely in its place.

    :ivar bytes: its UTF-8 bytes, which may be part of a character.
    :ivar logprob: the natural logarithm of its probability.
    :ivar token: the token.
    :ivar top_logprobs: the most likely tokens in its place; their number is the request's
        top_logprobs.
    """

    __slots__ = ()
    _shape = 20

    bytes: list[int] | None = None
    logprob: float
    token: str
    top_logprobs: list[TopLogprob]


class CompletionUsage(Answer):
    """The tokens used by a completion.

    :ivar completion_tokens: tokens of the answer.
    :ivar completion_tokens_details: the kinds of tokens in the answer.
    :ivar prompt_tokens: tokens of the request.
    :ivar prompt_tokens_details: the kinds of tokens in the request.
    :ivar total_tokens: the sum of both.
    """

    __slots__ = ()
    _shape = 21

    completion_tokens: int
    completion_tokens_details: CompletionTokensDetails | None = None
    prompt_tokens: int
    prompt_tokens_details: PromptTokensDetails | None = None
    total_tokens: int


class ChatCompletionMessageToolCall(Answer):
    """A tool that the model asks to call; the result is a message with the role tool and this id.

    :ivar custom: the custom tool, if it is one.
    :ivar function: the function, if it is one.
    :ivar id: its id.
    :ivar type: function or custom.
    """

    __slots__ = ()
    _shape = 22

    custom: CustomCall
    function: FunctionCall
    id: str
    type: Literal["function", "custom"] | str


class ChoiceDeltaToolCall(Answer):
    """A tool call, or its next piece.

    :ivar function: the function, or the next piece of its arguments.
    :ivar id: the call's id, in its first piece.
    :ivar index: the index of the tool call in the message, from 0.
    :ivar type: function, in the first piece.
    """

    __slots__ = ()
    _shape = 23

    function: ChoiceDeltaFunctionCall | None = None
    id: str | None = None
    index: int
    type: Literal["function"] | str | None = None


class TopLogprob(Answer):
    """A token that was likely in this place.

    :ivar bytes: its UTF-8 bytes, which may be part of a character.
    :ivar logprob: the natural logarithm of its probability.
    :ivar token: the token.
    """

    __slots__ = ()
    _shape = 24

    bytes: list[int] | None = None
    logprob: float
    token: str


class AnnotationURLCitation(Answer):
    """A page that is the source of a part of the text.

    :ivar end_index: where the part ends, in characters of the text.
    :ivar start_index: where it starts.
    :ivar title: the page's title.
    :ivar url: the page's address.
    """

    __slots__ = ()
    _shape = 25

    end_index: int
    start_index: int
    title: str
    url: str


#: By the number of each, from 0; first what stands anywhere else.
_CLASSES: tuple[type[Object], ...] = (
    Object,
    Annotation,
    ChatCompletionAudio,
    ChoiceDeltaAudio,
    Choice,
    ChatCompletionChunk,
    ChatCompletion,
    ChatCompletionMessage,
    ChunkChoice,
    CompletionTokensDetails,
    CustomCall,
    ChoiceDelta,
    Embedding,
    CreateEmbeddingResponse,
    EmbeddingUsage,
    FunctionCall,
    ChoiceDeltaFunctionCall,
    ChoiceLogprobs,
    Model,
    ModelList,
    PromptTokensDetails,
    ChatCompletionTokenLogprob,
    CompletionUsage,
    ChatCompletionMessageToolCall,
    ChoiceDeltaToolCall,
    TopLogprob,
    AnnotationURLCitation,
)
