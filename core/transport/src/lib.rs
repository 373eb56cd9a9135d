//! The transport inside the crate `neura`: connections and their pool, TLS, proxies and
//! HTTP/1.1, with blocking sockets that obey limits and a cancel token.
//!
//! **This crate is an implementation detail of `neura`.** Its interface may change in any
//! release. Use `neura`.
//!
//! An [`HttpClient`] sends requests to one endpoint. A [`CallControl`] holds the limits, the
//! cancel token and the progress of one call over all its attempts. What goes wrong is a
//! [`Failure`]: data, without advice to a user. The crate decides nothing about retries, with
//! one exception: see [`HttpClient::send`].
//!
//! It knows nothing of API keys, configuration files, option names or redaction: those belong
//! to `neura`.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod append;
mod awaited;
mod body;
mod body_progress;
mod body_room;
mod call_control;
mod cancel;
mod certificate;
mod connection;
mod decode;
mod dial;
mod event;
pub mod exhausted;
mod failure;
mod framed_body;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
mod gzip;
mod header_list;
pub mod host;
mod http1;
mod http_client;
mod idle_pool;
mod joined_body;
mod limits;
pub mod memory;
mod method;
mod outlet;
mod plain_text;
pub mod probe;
mod process;
mod progress;
mod proxy;
mod read_buffer;
mod request_body;
mod route;
mod settings;
mod shared_bytes;
mod socket;
mod tls;
mod upload;
mod waiters;

pub use awaited::{Awaited, Giver, awaited};
pub use body::{Body, Filter};
pub use body_progress::BodyProgress;
pub use body_room::{BodyRoom, MakeBodyRoom};
pub use call_control::CallControl;
pub use cancel::{CancelToken, Registration, TICK};
pub use certificate::{Chain, IssuedBy, OutOfDate, PeerCertificate};
pub use decode::UNPACKED_CODINGS;
pub use event::Event;
pub use failure::{
    AttemptFacts, Cause, CertificateProblem, ConnectCause, ConnectFailure, ConnectionEnd, Failure,
    Limit, ProxyCause, ProxyFailure, ProxyStep, RefusedCertificate, RootsInUse, SourceFailure,
    SystemError, TlsFailure, TlsProblem, Violation,
};
pub use header_list::HeaderList;
pub use http_client::{HttpClient, Reply, Request};
pub use http1::is_success;
pub use joined_body::joined_body;
pub use limits::Limits;
pub use method::{Method, UnknownMethod};
pub use outlet::Outlet;
pub use plain_text::length_of_plain_ascii;
pub use process::{PerProcess, Process, ProcessValue, remember_process};
pub use progress::{Phase, Progress};
pub use request_body::{BodySource, RequestBody, SourceCall, SourceError};
pub use settings::{Endpoint, Proxy, ProxyCredentials, ProxyScheme, Settings};
pub use shared_bytes::SharedBytes;
pub use tls::{CaCertificates, ClientIdentity, IdentityError, Roots, TlsSettings};
pub use waiters::{Waiters, Wake};
