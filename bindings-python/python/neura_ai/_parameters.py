"""The parameters of ``create``, for type checkers; a call does not import this.

Made from conformance/shapes.json by `make options`; edit there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict

from ._omitted import Omitted


class ChatParameters(TypedDict, total=False):
    """The request of a chat completion.

    :ivar audio: the voice and format of audio, if modalities ask for it.
    :ivar frequency_penalty: from -2 to 2: lowers the probability of a token each time that it has
        appeared.
    :ivar function_call: the older form of tool_choice.
    :ivar functions: the older form of tools.
    :ivar logit_bias: for token ids, from -100 to 100: what is added to their probability.
    :ivar logprobs: whether to return the probability of each token.
    :ivar max_completion_tokens: the largest number of tokens of an answer, reasoning included.
    :ivar max_tokens: the older form of max_completion_tokens.
    :ivar metadata: pairs to store with the completion.
    :ivar modalities: the kinds of output: text, audio.
    :ivar moderation: whether request and answer are moderated, and how.
    :ivar n: how many choices to make.
    :ivar parallel_tool_calls: whether several tools may be called at once.
    :ivar prediction: text that most of the answer will repeat, which makes it faster.
    :ivar presence_penalty: from -2 to 2: lowers the probability of a token that has appeared.
    :ivar prompt_cache_key: marks similar requests, for the cache of prompts.
    :ivar prompt_cache_options: how the cache of prompts is used.
    :ivar prompt_cache_retention: how long the cache keeps the prompt.
    :ivar reasoning_effort: how much to reason before the answer.
    :ivar response_format: text, JSON, or JSON that follows a schema.
    :ivar safety_identifier: a stable id of the end user, without a name in it.
    :ivar seed: with the same seed the answer is the same, as far as possible.
    :ivar service_tier: the tier to serve the request with.
    :ivar stop: texts that end the answer.
    :ivar store: whether to store the completion.
    :ivar stream_options: how to stream the answer.
    :ivar temperature: from 0 to 2: how random the choice of tokens is.
    :ivar tool_choice: which tools may or must be called: none, auto, required, or one by name.
    :ivar tools: the tools that the model may call.
    :ivar top_logprobs: from 0 to 20: how many likely tokens to list for each place.
    :ivar top_p: from 0 to 1: only the most likely tokens that make up this share are considered.
    :ivar user: the older form of safety_identifier and prompt_cache_key.
    :ivar verbosity: how long the answer should be.
    :ivar web_search_options: how to search the web for the answer.
    """

    audio: Mapping[str, Any] | Omitted | None
    frequency_penalty: float | Omitted | None
    function_call: str | Mapping[str, Any] | Omitted
    functions: Sequence[Mapping[str, Any]] | Omitted
    logit_bias: Mapping[str, int] | Omitted | None
    logprobs: bool | Omitted | None
    max_completion_tokens: int | Omitted | None
    max_tokens: int | Omitted | None
    metadata: Mapping[str, str] | Omitted | None
    modalities: Sequence[Literal["text", "audio"] | str] | Omitted | None
    moderation: Mapping[str, Any] | Omitted | None
    n: int | Omitted | None
    parallel_tool_calls: bool | Omitted
    prediction: Mapping[str, Any] | Omitted | None
    presence_penalty: float | Omitted | None
    prompt_cache_key: str | Omitted | None
    prompt_cache_options: Mapping[str, Any] | Omitted
    prompt_cache_retention: Literal["in_memory", "24h"] | str | Omitted | None
    reasoning_effort: str | Omitted | None
    response_format: Mapping[str, Any] | Omitted
    safety_identifier: str | Omitted | None
    seed: int | Omitted | None
    service_tier: (
        Literal["auto", "default", "flex", "scale", "priority", "fast"] | str | Omitted | None
    )
    stop: str | Sequence[str] | Omitted | None
    store: bool | Omitted | None
    stream_options: StreamOptions | Mapping[str, Any] | Omitted | None
    temperature: float | Omitted | None
    tool_choice: str | Mapping[str, Any] | Omitted
    tools: Sequence[Mapping[str, Any]] | Omitted
    top_logprobs: int | Omitted | None
    top_p: float | Omitted | None
    user: str | Omitted
    verbosity: Literal["low", "medium", "high"] | str | Omitted | None
    web_search_options: Mapping[str, Any] | Omitted


class EmbeddingParameters(TypedDict, total=False):
    """The request of vectors.

    :ivar dimensions: the number of dimensions of a vector.
    :ivar encoding_format: numbers, or their bytes in base64.
    :ivar user: a stable id of the end user.
    """

    dimensions: int | Omitted
    encoding_format: Literal["float", "base64"] | str | Omitted
    user: str | Omitted


class StreamOptions(TypedDict, total=False):
    """How a completion is streamed.

    :ivar include_obfuscation: whether chunks are padded to one length.
    :ivar include_usage: whether the last chunk has the usage.
    """

    include_obfuscation: bool
    include_usage: bool
