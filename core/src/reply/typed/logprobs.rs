//! How likely the tokens of an answer were.

use super::answers;

answers! {
    /// How likely the tokens of an answer were.
    Logprobs {
        /// Of the text.
        content: Option<Vec<TokenLogprob>>,
        /// Of a refusal.
        refusal: Option<Vec<TokenLogprob>>,
    }

    /// How likely a token was, and its alternatives.
    TokenLogprob {
        /// The token.
        token: String,
        /// Its UTF-8 bytes, which may be part of a character.
        bytes: Option<Vec<u8>>,
        /// The natural logarithm of its probability.
        logprob: f64,
        /// The likeliest tokens at this place, `top_logprobs` of them.
        top_logprobs: Vec<TopLogprob>,
    }

    /// An alternative token.
    TopLogprob {
        /// The token.
        token: String,
        /// Its UTF-8 bytes, which may be part of a character.
        bytes: Option<Vec<u8>>,
        /// The natural logarithm of its probability.
        logprob: f64,
    }
}
