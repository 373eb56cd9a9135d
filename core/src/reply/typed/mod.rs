//! The answers of the API as Rust types, for [`Response::json`](crate::Response::json) and the
//! iterators of streams.
//!
//! Unknown members are kept in `extra`, so that an answer can be stored, or an assistant's message
//! sent back, without losing anything. A member that is missing or null is `None` if it is an
//! `Option`, else empty or zero, because services leave out members. Instead of each type, you can
//! use `serde_json::Value` or your own type.
//!
//! A test can make an answer from JSON:
//!
//! ```
//! let answer: neura::ChatCompletion = serde_json::from_value(serde_json::json!({
//!     "choices": [{"message": {"role": "assistant", "content": "Hello!"}}],
//! }))?;
//! assert_eq!(answer.text(), "Hello!");
//! # Ok::<(), serde_json::Error>(())
//! ```

// The members are those of `conformance/shapes.json`; `tests` compares them.

mod chat;
mod chunk;
mod embeddings;
mod join;
mod logprobs;
mod member;
mod models;
#[cfg(test)]
mod tests;
mod usage;
mod vector;

pub use chat::{
    Annotation, Audio, ChatChoice, ChatCompletion, ChatMessage, CustomCall, FunctionCall, ToolCall,
    UrlCitation,
};
pub use chunk::{AudioDelta, ChatChunk, ChunkChoice, Delta, FunctionCallDelta, ToolCallDelta};
pub use embeddings::{Embedding, EmbeddingList, EmbeddingUsage};
pub(crate) use join::ChatJoin;
pub use logprobs::{Logprobs, TokenLogprob, TopLogprob};
pub use models::{Model, ModelList};
pub use usage::{CompletionTokensDetails, PromptTokensDetails, TokenUsage};

/// Declares types of answers. Each type keeps unknown members in `extra`. Each member may be
/// missing or null. A `None` is not written.
macro_rules! answers {
    ($(
        $(#[$of_type:meta])*
        $name:ident {
            $($(#[$of_member:meta])* $member:ident: $type:ty,)+
        }
    )+) => {$(
        $(#[$of_type])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(default)]
        #[non_exhaustive]
        pub struct $name {
            $(
                $(#[$of_member])*
                #[serde(
                    deserialize_with = "crate::reply::typed::member::read",
                    skip_serializing_if = "crate::reply::typed::member::Member::is_absent"
                )]
                pub $member: $type,
            )+
            /// Members that this version does not have.
            #[serde(flatten)]
            pub extra: serde_json::Map<String, serde_json::Value>,
        }

        impl crate::reply::typed::member::Member for $name {
            #[cfg(test)]
            fn type_name() -> String {
                stringify!($name).to_owned()
            }
        }

        #[cfg(test)]
        impl crate::reply::typed::tests::Shape for $name {
            fn members() -> Vec<crate::reply::typed::tests::Declared> {
                use crate::reply::typed::member::Member;
                vec![$(crate::reply::typed::tests::Declared {
                    name: stringify!($member).trim_end_matches('_'),
                    type_name: <$type>::type_name(),
                    may_be_absent: <$type>::MAY_BE_ABSENT,
                }),+]
            }
        }
    )+};
}
use answers;
