//! The models that a key can use.

use super::answers;

answers! {
    /// The models that a key can use: `client.models().send()?.json()?`.
    ModelList {
        /// The models.
        data: Vec<Model>,
        /// `list`.
        object: String,
    }

    /// One model: `client.model("gpt-5").send()?.json()?`.
    Model {
        /// The name that requests give as `model`.
        id: String,
        /// When it was made, in seconds since 1970.
        created: u64,
        /// `model`.
        object: String,
        /// Whose it is.
        owned_by: String,
        /// The day from which it answers no more, where one is set.
        shutdown_date: Option<String>,
    }
}
