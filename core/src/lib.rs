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

#[doc(hidden)]
pub use bindings::{CallId, Calls, Dispatcher, JobHandle, Question, Wanted};
pub use cancel::CancelToken;
pub use client::{
    AttemptInfo, Client, ClientBuilder, Deadline, KeyCheck, Operation, Request, RequestBuilder,
    RequestOptions,
};
pub use config::{Asking, EnvFile, KeyInfo, Limit, Options, resolve};
pub use diagnose::{Check, CheckStatus, Report, diagnose, diagnose_with};
pub use error::{Error, ErrorKind, ResponseParts, catch_panic};
pub use headers::FOREIGN_CREDENTIALS;
pub use keys::{KeyUsage, Usage};
#[doc(hidden)]
pub use memory::{Buffer, afford, afford_for, move_out, out_of_memory};
pub use method::Method;
pub use rate_limit::{Quota, RateLimit};
pub use reply::{Batch, BatchEnd, ChatChunk, ChatStream, EventStream, OpenResponse, Response};
pub use request_body::RequestBody;
#[doc(hidden)]
pub use request_body::{BodySource, SourceCall};
pub use shared_bytes::SharedBytes;
pub use sse::Event;
pub use transport::UNPACKED_CODINGS;
pub use url::DEFAULT_BASE_URL;

/// The version of this package.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
