//! What keys were used for: counts by the minute, and the last refused requests.

mod batch;
mod tables;

use std::ops::AddAssign;

use serde::Serialize;

use super::KeyRecord;
pub use batch::UsageBatch;
pub(super) use tables::Folded;

const MINUTE_MS: i64 = 60_000;
const HOUR: i64 = 60;

/// Requests and tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// All requests, whatever their answer.
    pub requests: i64,
    /// Those with a 401: the key had expired, or was revoked.
    pub unauthorized: i64,
    /// Those with a 429.
    pub rate_limited: i64,
    /// Those with any other status from 400 on.
    pub failed: i64,
    /// Tokens of the requests.
    pub prompt_tokens: i64,
    /// Tokens of the answers.
    pub completion_tokens: i64,
}

impl Counts {
    /// Tokens of requests and answers.
    pub fn tokens(&self) -> i64 {
        self.prompt_tokens + self.completion_tokens
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.requests += other.requests;
        self.unauthorized += other.unauthorized;
        self.rate_limited += other.rate_limited;
        self.failed += other.failed;
        self.prompt_tokens += other.prompt_tokens;
        self.completion_tokens += other.completion_tokens;
    }
}

/// A key with what it was used for.
#[derive(Serialize)]
pub struct UsedKey {
    /// The key.
    #[serde(flatten)]
    pub record: KeyRecord,
    /// All of its requests.
    pub usage: Counts,
}

/// A request that got a status from 400 on.
#[derive(Clone, Debug, Serialize)]
pub struct Refusal {
    /// When: RFC 3339 in UTC.
    pub at: String,
    /// The request's id, which its reply had too.
    pub request_id: String,
    /// The id of its key, if the key is known.
    pub key_id: Option<String>,
    /// Its method.
    pub method: String,
    /// Its path without the query.
    pub path: String,
    /// The status of the reply.
    pub status: u16,
    /// The code of the reply.
    pub code: Option<String>,
    /// The message of the reply.
    pub message: String,
}

/// Equal pieces of time up to now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// How many pieces.
    pub pieces: i64,
    /// The length of each, in minutes.
    pub minutes: i64,
}

impl Span {
    /// The last hour, by the minute.
    pub const HOUR: Self = Self {
        pieces: 60,
        minutes: 1,
    };
    /// The last 24 hours, by the hour.
    pub const DAY: Self = Self {
        pieces: 24,
        minutes: HOUR,
    };
}

/// The counts of one piece of a span.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Piece {
    /// Its start, in seconds since 1970.
    pub start: i64,
    /// What happened in it.
    #[serde(flatten)]
    pub counts: Counts,
}
