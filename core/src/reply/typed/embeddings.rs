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
        /// What they cost.
        usage: EmbeddingUsage,
    }

    /// The vector of one text.
    Embedding {
        /// The vector. Where `encoding_format` is `base64`, which is a third of the bytes on
        /// the way, it is unpacked.
        embedding: Vec<f32>,
        /// The place of the text among those of the request, from 0.
        index: u64,
        /// `embedding`.
        object: String,
    }

    /// The tokens that vectors cost.
    EmbeddingUsage {
        /// Tokens of the request.
        prompt_tokens: u64,
        /// The same: vectors have no tokens of their own.
        total_tokens: u64,
    }
}
