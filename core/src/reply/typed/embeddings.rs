//! Texts as vectors.

use super::answers;

answers! {
    /// The vectors of texts: `client.embeddings(&request).send()?.json()?`.
    EmbeddingList {
        /// One vector for each text.
        data: Vec<Embedding>,
        /// The model that made them.
        model: String,
        /// `list`.
        object: String,
        /// The tokens used.
        usage: EmbeddingUsage,
    }

    /// The vector of one text.
    Embedding {
        /// The vector. With the `encoding_format` `base64`, which needs a third of the bytes, it is
        /// decoded.
        embedding: Vec<f32>,
        /// The place of the text among those of the request, from 0.
        index: u64,
        /// `embedding`.
        object: String,
    }

    /// The tokens used for vectors.
    EmbeddingUsage {
        /// Tokens of the request.
        prompt_tokens: u64,
        /// The same number, because vectors have no tokens.
        total_tokens: u64,
    }
}
