//! The native client for the NeuraAI API, which is compatible with OpenAI's.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
//! # fn main() -> Result<(), neura::Error> {
//! # let sandbox = sandbox();
//! let client = neura::Client::builder() // the key is read from NEURA_API_KEY
//! #     .api_key(&sandbox.api_key).base_url(&sandbox.base_url)
//!     .build()?;
//! let reply = client.chat(&serde_json::json!({
//!     "model": "gpt-5",
//!     "messages": [{"role": "user", "content": "Hello!"}],
//! }))?;
//! let answer: serde_json::Value = reply.json()?;
//! assert_eq!(answer["choices"][0]["message"]["content"], "You said: Hello!");
//! # Ok(())
//! # }
//! ```
//!
//! Every failure is one [`Error`] whose [`ErrorKind`] is the same in every language that
//! the client speaks. Everything is synchronous: a call runs on the thread that makes it,
//! and a [`CancelToken`] ends it from another.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

#[doc(hidden)]
pub mod bindings;
mod cancel;
mod client;
mod config;
mod diagnose;
mod dotenv;
mod error;
mod error_context;
mod exhausted;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
mod header_list;
mod headers;
mod iso_date;
mod key;
mod keys;
mod log;
mod memory;
mod method;
mod option_table;
mod pasted;
mod process;
mod rate_limit;
mod redact;
mod reply;
mod request_body;
mod retry;
mod shared_bytes;
mod sse;
mod transport;
mod url;

pub use cancel::CancelToken;
pub use client::{
    AttemptInfo, Client, ClientBuilder, KeyCheck, Operation, Request, RequestBuilder,
    RequestOptions,
};
pub use config::{EnvFile, KeyInfo, Limit, Options, resolve};
pub use diagnose::{Check, CheckStatus, Report, diagnose, diagnose_with};
pub use error::{Error, ErrorKind, ResponseParts};
pub use keys::{KeyUsage, Usage};
pub use method::Method;
pub use rate_limit::{Quota, RateLimit};
pub use reply::{ChatChunk, ChatStream, EventStream, OpenResponse, Response};
pub use request_body::RequestBody;
pub use shared_bytes::SharedBytes;
pub use sse::Event;
pub use url::DEFAULT_BASE_URL;

// What only the bindings use.
#[doc(hidden)]
pub use bindings::{CallId, Calls, Dispatcher, JobHandle, Question, Wanted};
#[doc(hidden)]
pub use client::Deadline;
#[doc(hidden)]
pub use config::CallbackContext;
#[doc(hidden)]
pub use error::catch_panic;
#[doc(hidden)]
pub use headers::FOREIGN_CREDENTIALS;
#[doc(hidden)]
pub use memory::{Buffer, afford, afford_for, move_out, out_of_memory};
#[doc(hidden)]
pub use reply::{Batch, BatchEnd};
#[doc(hidden)]
pub use request_body::{BodySource, SourceCall};
#[doc(hidden)]
pub use transport::UNPACKED_CODINGS;

/// The version of this package.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
