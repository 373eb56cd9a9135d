//! The HTTP service: the routes of an OpenAI-compatible API behind bearer keys.
//!
//! A request passes these steps in order: the connection's clock, the request id
//! (and log), the key, the key's limit, the reading of its body, its route; then it
//! is counted. If a
//! step refuses it earlier, its body is read and dropped after the answer, so that a
//! client in the middle of an upload gets its 401 instead of a reset connection.

mod api_error;
mod auth;
mod body;
mod chat;
mod connection;
mod embeddings;
mod fields;
mod head_clock;
mod limits;
mod meter;
mod models;
mod request_id;
mod router;
mod server;

use std::time::Duration;

use crate::keys::{Store, StoreError};
pub(crate) use api_error::{ApiError, json_response};
pub(crate) use body::{Upload, read_layer};
pub(crate) use chat::count_words;
pub(crate) use embeddings::little_endian_base64;
pub(crate) use fields::type_name;
pub(crate) use limits::duration_text;
pub(crate) use request_id::random_id;
pub(crate) use router::api;
pub use server::{Bound, ServeError};

/// The state that all requests share.
pub struct Sandbox {
    store: Store,
    limits: limits::Limits,
    meter: meter::Meter,
    event_delay: Duration,
    log: bool,
}

impl Sandbox {
    /// A sandbox with these keys. It waits `event_delay` between the events of a
    /// stream; with `log` it writes a line for each request to stderr.
    pub fn new(store: Store, event_delay: Duration, log: bool) -> Self {
        Self {
            store,
            limits: limits::Limits::new(),
            meter: meter::Meter::default(),
            event_delay,
            log,
        }
    }

    /// The keys, with every request counted that was answered before.
    pub(crate) fn counted_store(&self) -> Result<&Store, StoreError> {
        self.meter.flush(&self.store)?;
        Ok(&self.store)
    }
}
