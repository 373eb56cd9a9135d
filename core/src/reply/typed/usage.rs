//! The tokens that a completion used.

use super::answers;

answers! {
    /// The tokens that a completion used. The total of a client is
    /// [`Client::usage`](crate::Client::usage).
    TokenUsage {
        /// Tokens of the answer.
        completion_tokens: u64,
        /// Tokens of the request.
        prompt_tokens: u64,
        /// The sum of both.
        total_tokens: u64,
        /// The tokens of the answer by kind.
        completion_tokens_details: Option<CompletionTokensDetails>,
        /// The tokens of the request by kind.
        prompt_tokens_details: Option<PromptTokensDetails>,
    }

    /// The tokens of an answer by kind.
    CompletionTokensDetails {
        /// Tokens of the caller's prediction that are in the answer.
        accepted_prediction_tokens: Option<u64>,
        /// Audio tokens.
        audio_tokens: Option<u64>,
        /// Tokens of reasoning.
        reasoning_tokens: Option<u64>,
        /// Tokens of the caller's prediction that are not in the answer.
        rejected_prediction_tokens: Option<u64>,
        /// Text tokens.
        text_tokens: Option<u64>,
    }

    /// The tokens of a request by kind.
    PromptTokensDetails {
        /// Audio tokens.
        audio_tokens: Option<u64>,
        /// Tokens written to the service's cache.
        cache_write_tokens: Option<u64>,
        /// Tokens read from the service's cache.
        cached_tokens: Option<u64>,
        /// Tokens of images.
        image_tokens: Option<u64>,
        /// Text tokens.
        text_tokens: Option<u64>,
    }
}
