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
        /// The name to send as `model`.
        id: String,
        /// When it was created, in seconds since 1970.
        created: u64,
        /// `model`.
        object: String,
        /// Its owner.
        owned_by: String,
        /// The day of its shutdown, if one is set.
        shutdown_date: Option<String>,
    }
}
