//! The native client for the NeuraAI API, which is compatible with OpenAI's.
//!
//! ```
//! # let (sandbox, _) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
//! let client = neura::Client::builder() // the key is read from NEURA_API_KEY
//! #     .api_key(&sandbox.api_key).base_url(&sandbox.base_url)
//!     .build()?;
//! let request = serde_json::json!({
//!     "model": "gpt-5",
//!     "messages": [{"role": "user", "content": "Hello!"}],
//! });
//! let answer: neura::ChatCompletion = client.chat(&request).send()?.json()?;
//! assert_eq!(answer.text(), "You said: Hello!");
//! # Ok::<(), neura::Error>(())
//! ```
//!
//! Every failure is an [`Error`]. Its [`ErrorKind`] is the same in every language of the client.
//!
//! A builder ([`Client::chat`], [`Client::embeddings`], [`Client::get`], ...) describes a call, and
//! `send()` sends it on the current thread. A [`CancelToken`] ends it from another thread.
//! `send_async()` returns a future instead, for any runtime or none.
//!
//! The feature `ureq` adds middleware that sends the requests of the program's own `ureq::Agent`
//! with the key of a client, under the same rules as the client's own calls.
//!
//! `send()` returns a [`Response`]. As in reqwest, [`json`](Response::json) reads the answer as one
//! of the [`types`], as a `serde_json::Value` or as your own type. So typed and untyped code differ
//! in one word, and an answer of an unexpected shape can still be read.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

#[doc(hidden)]
pub mod bindings;
mod call;
mod child_process;
mod client;
mod config;
mod diagnose;
mod dotenv;
mod error;
mod error_context;
mod exhausted;
mod futures;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
mod headers;
mod iso_date;
mod json;
mod key;
mod keys;
mod log;
mod memory;
mod option_table;
mod pasted;
mod rate_limit;
mod redact;
mod reply;
mod retry;
#[cfg(test)]
mod sourcegen;
mod sse;
mod transport_error;
#[cfg(feature = "ureq")]
pub mod ureq;
mod url;

pub use client::{
    AttemptInfo, ChatBuilder, Client, ClientBuilder, EndpointBuilder, IntoMethod, KeyCheck,
    RequestBuilder,
};
pub use config::{EnvFile, KeyInfo, Options, resolve};
pub use diagnose::{Check, CheckStatus, Report, diagnose};
pub use error::{Error, ErrorKind};
pub use futures::{AsyncStream, CallFuture, StreamSource};
pub use keys::{KeyUsage, Usage};
pub use neura_transport::{CancelToken, Method, RequestBody, UnknownMethod};
pub use rate_limit::{Quota, RateLimit};
pub use reply::typed as types;
pub use reply::typed::{
    ChatChunk, ChatCompletion, ChatMessage, Embedding, EmbeddingList, Model, ModelList, TokenUsage,
    ToolCall,
};
pub use reply::{ChatStream, EventStream, Response, StreamingResponse};
pub use sse::Event;
pub use url::DEFAULT_BASE_URL;

/// The version of this package.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
