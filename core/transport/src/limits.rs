//! The limits of a call: plain values that are already checked.

use std::time::Duration;

/// The limits of a call; `None` is no limit.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// The whole call with all its attempts; of a stream until the head of its reply.
    pub total: Option<Duration>,
    /// Opening a connection: look-up, TCP, proxy and TLS together.
    pub connect: Option<Duration>,
    /// The wait between two pieces of a body.
    pub idle: Option<Duration>,
    /// The wait between two steps of the server before the head of its reply.
    pub head: Option<Duration>,
}
