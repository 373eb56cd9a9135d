//! How likely the tokens of an answer were.

use super::answers;

answers! {
    /// How likely the tokens of an answer were.
    Logprobs {
        /// Of the words.
        content: Option<Vec<TokenLogprob>>,
        /// Of a refusal.
        refusal: Option<Vec<TokenLogprob>>,
    }

    /// How likely a token was, and which others could have stood there.
    TokenLogprob {
        /// The token.
        token: String,
        /// Its UTF-8 bytes, which may be part of a character.
        bytes: Option<Vec<u8>>,
        /// The natural logarithm of its probability.
        logprob: f64,
        /// The likeliest in its place, as many as `top_logprobs` asked for.
        top_logprobs: Vec<TopLogprob>,
    }

    /// A token that could have stood there.
    TopLogprob {
        /// The token.
        token: String,
        /// Its UTF-8 bytes, which may be part of a character.
        bytes: Option<Vec<u8>>,
        /// The natural logarithm of its probability.
        logprob: f64,
    }
}
