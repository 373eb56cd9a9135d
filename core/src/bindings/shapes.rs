//! Which type an object of an answer has, by the place where it stands.
//!
//! Made from conformance/shapes.json by `make options`; edit there.

/// A type of the answers, as `conformance/shapes.json` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // The file describes them.
pub enum Shape {
    Annotation,
    Audio,
    AudioDelta,
    ChatChoice,
    ChatChunk,
    ChatCompletion,
    ChatMessage,
    ChunkChoice,
    CompletionTokensDetails,
    CustomCall,
    Delta,
    Embedding,
    EmbeddingList,
    EmbeddingUsage,
    FunctionCall,
    FunctionCallDelta,
    Logprobs,
    Model,
    ModelList,
    PromptTokensDetails,
    TokenLogprob,
    TokenUsage,
    ToolCall,
    ToolCallDelta,
    TopLogprob,
    UrlCitation,
}

impl Shape {
    /// All, in the order of their numbers.
    pub const ALL: [Self; 26] = [
        Self::Annotation,
        Self::Audio,
        Self::AudioDelta,
        Self::ChatChoice,
        Self::ChatChunk,
        Self::ChatCompletion,
        Self::ChatMessage,
        Self::ChunkChoice,
        Self::CompletionTokensDetails,
        Self::CustomCall,
        Self::Delta,
        Self::Embedding,
        Self::EmbeddingList,
        Self::EmbeddingUsage,
        Self::FunctionCall,
        Self::FunctionCallDelta,
        Self::Logprobs,
        Self::Model,
        Self::ModelList,
        Self::PromptTokensDetails,
        Self::TokenLogprob,
        Self::TokenUsage,
        Self::ToolCall,
        Self::ToolCallDelta,
        Self::TopLogprob,
        Self::UrlCitation,
    ];

    /// The type of a member, or of its items if it is a list.
    pub fn within(self, member: &str) -> Option<Self> {
        Some(match (self, member) {
            (Self::Annotation, "url_citation") => Self::UrlCitation,
            (Self::ChatChoice, "logprobs") => Self::Logprobs,
            (Self::ChatChoice, "message") => Self::ChatMessage,
            (Self::ChatChunk, "choices") => Self::ChunkChoice,
            (Self::ChatChunk, "usage") => Self::TokenUsage,
            (Self::ChatCompletion, "choices") => Self::ChatChoice,
            (Self::ChatCompletion, "usage") => Self::TokenUsage,
            (Self::ChatMessage, "annotations") => Self::Annotation,
            (Self::ChatMessage, "audio") => Self::Audio,
            (Self::ChatMessage, "function_call") => Self::FunctionCall,
            (Self::ChatMessage, "tool_calls") => Self::ToolCall,
            (Self::ChunkChoice, "delta") => Self::Delta,
            (Self::ChunkChoice, "logprobs") => Self::Logprobs,
            (Self::Delta, "audio") => Self::AudioDelta,
            (Self::Delta, "function_call") => Self::FunctionCallDelta,
            (Self::Delta, "tool_calls") => Self::ToolCallDelta,
            (Self::EmbeddingList, "data") => Self::Embedding,
            (Self::EmbeddingList, "usage") => Self::EmbeddingUsage,
            (Self::Logprobs, "content") => Self::TokenLogprob,
            (Self::Logprobs, "refusal") => Self::TokenLogprob,
            (Self::ModelList, "data") => Self::Model,
            (Self::TokenLogprob, "top_logprobs") => Self::TopLogprob,
            (Self::TokenUsage, "completion_tokens_details") => Self::CompletionTokensDetails,
            (Self::TokenUsage, "prompt_tokens_details") => Self::PromptTokensDetails,
            (Self::ToolCall, "custom") => Self::CustomCall,
            (Self::ToolCall, "function") => Self::FunctionCall,
            (Self::ToolCallDelta, "function") => Self::FunctionCallDelta,

            _ => return None,
        })
    }
}
