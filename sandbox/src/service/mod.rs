//! The HTTP service: the routes of an OpenAI-compatible API behind bearer keys.
//!
//! A request passes these steps in order: the connection's clock, the request id
//! (and log), the key, the key's limit, the reading of its body, its route. If a
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
mod models;
mod request_id;
mod router;
mod server;

use std::time::Duration;

use crate::keys::Store;
pub(crate) use chat::count_words;
pub(crate) use embeddings::little_endian_base64;
pub(crate) use fields::type_name;
pub use server::{Bound, ServeError};

/// The state that all requests share.
pub struct Sandbox {
    store: Store,
    limits: limits::Limits,
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
            event_delay,
            log,
        }
    }
}
