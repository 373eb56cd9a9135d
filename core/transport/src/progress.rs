//! The progress of a call.

use std::time::Duration;

/// What a call does now. The order is the order in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Phase {
    /// The attempt has done nothing yet.
    Start,
    /// Looking up a name.
    LookUp,
    /// Connecting.
    Connect,
    /// Opening the tunnel of a proxy.
    Tunnel,
    /// The TLS handshake.
    Handshake,
    /// Sending the request.
    Send,
    /// Waiting for the head of the reply.
    AwaitHead,
    /// Reading the body, within the total limit.
    ReadBody,
    /// Reading the body without a total limit.
    Stream,
    /// The caller needs no more of the body; its end is read if it is near.
    Finish,
}

const PHASES: [Phase; 10] = [
    Phase::Start,
    Phase::LookUp,
    Phase::Connect,
    Phase::Tunnel,
    Phase::Handshake,
    Phase::Send,
    Phase::AwaitHead,
    Phase::ReadBody,
    Phase::Stream,
    Phase::Finish,
];

impl Phase {
    pub(super) fn of(number: u8) -> Self {
        PHASES
            .get(usize::from(number))
            .copied()
            .unwrap_or(Phase::Finish)
    }
}

/// The progress of a call when it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What it was doing.
    pub phase: Phase,
    /// The time since it began, with the time in which it waited to run.
    pub elapsed: Duration,
    /// The time in which it waited to run.
    pub queued: Duration,
    /// The bytes of the reply that were read in this attempt.
    pub received: u64,
    /// A byte of the reply arrived in this attempt.
    pub reply_began: bool,
}
