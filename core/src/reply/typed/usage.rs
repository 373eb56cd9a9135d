//! What a completion cost.

use super::answers;

answers! {
    /// The tokens that a completion cost. What a client spent in all is
    /// [`Client::usage`](crate::Client::usage).
    TokenUsage {
        /// Tokens of the answer.
        completion_tokens: u64,
        /// Tokens of the request.
        prompt_tokens: u64,
        /// Both together.
        total_tokens: u64,
        /// Of which kinds those of the answer are.
        completion_tokens_details: Option<CompletionTokensDetails>,
        /// Of which kinds those of the request are.
        prompt_tokens_details: Option<PromptTokensDetails>,
    }

    /// Of which kinds the tokens of an answer are.
    CompletionTokensDetails {
        /// Those of a prediction that was right.
        accepted_prediction_tokens: Option<u64>,
        /// Those of sound.
        audio_tokens: Option<u64>,
        /// Those that the model thought with.
        reasoning_tokens: Option<u64>,
        /// Those of a prediction that was wrong.
        rejected_prediction_tokens: Option<u64>,
        /// Those of text.
        text_tokens: Option<u64>,
    }

    /// Of which kinds the tokens of a request are.
    PromptTokensDetails {
        /// Those of sound.
        audio_tokens: Option<u64>,
        /// Those that were written to the service's cache.
        cache_write_tokens: Option<u64>,
        /// Those that came out of the service's cache.
        cached_tokens: Option<u64>,
        /// Those of images.
        image_tokens: Option<u64>,
        /// Those of text.
        text_tokens: Option<u64>,
    }
}
