//! The native client for the NeuraAI API, which is compatible with OpenAI's.
//!
//! ```
//! # let (sandbox, _) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
//! let client = neura::Client::builder() // the key is read from NEURA_API_KEY
//! #     .api_key(&sandbox.api_key).base_url(&sandbox.base_url)
//!     .build()?;
//! let reply = client.chat(&serde_json::json!({
//!     "model": "gpt-5",
//!     "messages": [{"role": "user", "content": "Hello!"}],
//! }))?;
//! let answer: serde_json::Value = reply.json()?;
//! assert_eq!(answer["choices"][0]["message"]["content"], "You said: Hello!");
//! # Ok::<(), neura::Error>(())
//! ```
//!
//! Every failure is one [`Error`] whose [`ErrorKind`] is the same in every language that
//! the client speaks. Everything is synchronous: a call runs on the thread that makes it,
//! and a [`CancelToken`] ends it from another.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod about;
mod batch;
#[doc(hidden)]
pub mod bindings;
mod builder;
mod calls;
mod cancel;
mod chat;
mod check;
mod client;
mod config;
mod deadline;
mod diagnose;
mod dispatch;
mod dotenv;
mod error;
mod exchange;
mod exhausted;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
mod header_list;
mod headers;
mod iso_date;
mod key;
mod keyring;
mod log;
mod look;
mod memory;
mod near_miss;
mod open;
mod operation;
mod parameters;
mod process;
mod rate_limit;
mod redact;
mod reply;
mod request;
mod request_body;
mod response;
mod retry;
mod shared_bytes;
mod sse;
mod stream;
mod transport;
mod url;
mod usage;

pub use batch::{Batch, BatchEnd};
pub use builder::ClientBuilder;
pub use calls::RequestBuilder;
pub use cancel::CancelToken;
pub use chat::{ChatChunk, ChatStream};
pub use check::KeyCheck;
pub use client::Client;
pub use config::{Asking, EnvFile, KeyInfo, Limit, Options, resolve};
pub use deadline::Deadline;
pub use diagnose::{Check, CheckStatus, Report, diagnose, diagnose_with};
#[doc(hidden)]
pub use dispatch::Wanted;
pub use dispatch::{CallId, Calls, Dispatcher, JobHandle, Question};
pub use error::{Error, ErrorKind, catch_panic};
pub use headers::FOREIGN_CREDENTIALS;
pub use log::AttemptInfo;
#[doc(hidden)]
pub use memory::{Buffer, afford, afford_for, move_out, out_of_memory};
pub use open::OpenResponse;
pub use operation::Operation;
pub use rate_limit::{Quota, RateLimit};
pub use request::{Method, Request, RequestOptions};
pub use request_body::RequestBody;
#[doc(hidden)]
pub use request_body::{BodySource, SourceCall};
pub use response::{Response, ResponseParts};
pub use shared_bytes::SharedBytes;
pub use sse::Event;
pub use stream::EventStream;
pub use transport::UNPACKED_CODINGS;
pub use url::DEFAULT_BASE_URL;
pub use usage::{KeyUsage, Usage};

/// The version of this package.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
