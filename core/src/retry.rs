//! The only table of what is retried, and when. No I/O.
//!
//! | what happened | retried |
//! | --- | --- |
//! | no connection: the name look-up failed, it was refused, there was no thread or descriptor, or it ended in the TLS handshake | yes |
//! | the connect limit passed, and nothing of the request was sent | yes, if the total limit has time left |
//! | any other limit passed, or the call was cancelled | no |
//! | the connection ended before a byte of the reply | yes |
//! | it ended later: in the head or in the body | no |
//! | TLS failed; the reply is not HTTP; the body's source failed; no memory | no |
//! | the proxy: unreachable as above; slow; closed; CONNECT 502 to 504; SOCKS 1, 3 to 6 | yes |
//! | the proxy: anything else | no |
//!
//! A reply; the first row that fits decides:
//!
//! | the reply | retried |
//! | --- | --- |
//! | it asks for a wait over 120 s | no |
//! | it has `x-should-retry`: `true` or `false` | as it says |
//! | a quota is used up | no |
//! | a status of 408, 409, 429 or 5xx | yes |
//! | any other status | no |
//!
//! A "yes" requires all of this: retries are left, the wait fits into the call's time, the budget
//! allows it, the process was not forked, the body can be sent again from its start, and with
//! `replay_unsent_only` no byte of the request was sent. An idempotency key changes nothing here:
//! it is the same in each attempt, and lets the server recognise a repeated request.
//!
//! After a 401 another key is tried at once: see [`allows_another_key`]. Within an attempt the
//! transport replaces a stale connection once: see
//! [`HttpClient::send`](neura_transport::HttpClient::send).

use std::fmt::Display;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use neura_transport::{Cause, ConnectionEnd, Failure, HeaderList, Limit, ProxyCause};

use crate::error::{Error, ErrorKind};
use crate::rate_limit;

/// The first wait; it doubles with every attempt.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// The longest wait that the client chooses.
const LONGEST_WAIT: Duration = Duration::from_secs(8);
/// The part of a wait that is random, so that clients do not retry at the same time.
const JITTER: f64 = 0.25;
/// The longest wait that a server may ask for; a longer one ends the call.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(120);

/// The server's wait: `retry-after-ms`, else `retry-after` in seconds or as a date.
/// Negative and unreadable values count as absent; a date in the past is zero.
pub(crate) fn retry_after(headers: &HeaderList, now: SystemTime) -> Option<Duration> {
    let number = |name: &str, unit: f64| {
        let value = rate_limit::number(headers.find(name)?.trim())?;
        // Longer than any accepted wait, and still an integer in every language.
        Some(Duration::from_secs_f64((value * unit).min(1e9)))
    };
    let date = || {
        let at = httpdate::parse_http_date(headers.find("retry-after")?.trim()).ok()?;
        Some(at.duration_since(now).unwrap_or_default())
    };
    number("retry-after-ms", 1e-3)
        .or_else(|| number("retry-after", 1.0))
        .or_else(date)
}

/// Whether an attempt that failed without a reply may succeed later.
pub(crate) fn retryable_failure(failure: &Failure) -> bool {
    let Some(attempt) = failure.attempt() else {
        return false; // The reply had begun, or its body cannot be read.
    };
    if attempt.body_lost {
        return false;
    }
    match failure.cause() {
        Cause::LimitPassed(Limit::Connect(_), _) => !attempt.request_sent && attempt.has_time,
        Cause::Forked => !attempt.reply_began,
        Cause::Proxy(failure) => retryable_at_proxy(&failure.cause),
        cause => lost_connection(cause) || is_connection(cause) && !attempt.reply_began,
    }
}

/// Whether a connection failed for a reason that may be temporary.
fn lost_connection(cause: &Cause) -> bool {
    matches!(
        cause,
        Cause::Connect(_)
            | Cause::SystemRoots(_)
            | Cause::ConnectionEnded {
                end: ConnectionEnd::Handshake(..),
                ..
            }
    )
}

fn is_connection(cause: &Cause) -> bool {
    matches!(cause, Cause::ConnectionEnded { .. })
}

fn retryable_at_proxy(cause: &ProxyCause) -> bool {
    match cause {
        ProxyCause::Unreachable(failure) => lost_connection(failure.cause()),
        ProxyCause::Lost(failure) => is_connection(failure.cause()),
        ProxyCause::TooSlow(_) | ProxyCause::Closed(_) => true,
        ProxyCause::Refused { status, .. } => matches!(status, 502..=504),
        // A general failure, network or host unreachable, connection refused, TTL expired.
        ProxyCause::SocksReply { code, .. } => matches!(code, 1 | 3..=6),
        _ => false,
    }
}

/// What the options of a client and its call allow.
pub(crate) struct RetryPolicy<'a> {
    pub max_retries: u32,
    /// Never send a byte of a request twice.
    pub unsent_only: bool,
    pub budget: &'a Budget,
}

/// The state of a call after an attempt.
pub(crate) struct CallState {
    pub retries_made: u32,
    /// A byte of the request was sent, in any attempt.
    pub request_sent: bool,
    /// The call belongs to the parent of this process.
    pub forked: bool,
    /// The time that is left for the call.
    pub left: Option<Duration>,
}

impl CallState {
    fn has_time_for(&self, wait: Duration) -> bool {
        self.left.is_none_or(|left| wait < left)
    }
}

impl RetryPolicy<'_> {
    fn allow_another(&self, state: &CallState) -> bool {
        let is_final = state.forked || self.unsent_only && state.request_sent;
        !is_final
    }
}

/// The wait before the next attempt; `None` if none follows. Takes from the budget. `chance` is a
/// random number from 0 to 1.
pub(crate) fn decide(
    error: &Error,
    policy: &RetryPolicy<'_>,
    state: &CallState,
    chance: f64,
) -> Option<Duration> {
    let allowed =
        error.retryable() && policy.allow_another(state) && state.retries_made < policy.max_retries;
    let wait = wait(state.retries_made, error.retry_after(), chance);
    (allowed && state.has_time_for(wait) && policy.budget.take()).then_some(wait)
}

/// Whether another attempt may follow a reply, whatever its body says. `error` is the error of the
/// reply without its body; `has_key`: there may be another key to try.
pub(crate) fn may_follow(
    error: &Error,
    has_key: bool,
    policy: &RetryPolicy<'_>,
    state: &CallState,
) -> bool {
    let again = error.retryable() && state.retries_made < policy.max_retries;
    (again || has_key)
        && policy.allow_another(state)
        && state.has_time_for(error.retry_after().unwrap_or_default())
}

/// Whether the request may be sent at once with another key, after a 401.
pub(crate) fn allows_another_key(policy: &RetryPolicy<'_>, state: &CallState) -> bool {
    policy.allow_another(state) && state.has_time_for(Duration::ZERO)
}

/// Whether the reply to a request may be followed by another attempt.
///
/// In this order: a wait over 120 s is final, `x-should-retry` decides, a used-up quota
/// is final, then the status.
pub(crate) fn retryable_reply(
    status: u16,
    kind: ErrorKind,
    retry_after: Option<Duration>,
    should_retry: Option<&str>,
) -> bool {
    if retry_after.is_some_and(|wait| wait > LONGEST_RETRY_AFTER) {
        return false;
    }
    match should_retry.map(str::trim) {
        Some("true") => return true,
        Some("false") => return false,
        _ => {}
    }
    kind != ErrorKind::QuotaExceeded && matches!(status, 408 | 409 | 429 | 500..=599)
}

/// Why a reply that asks for too long a wait is final. `left` is the time that is left for the
/// call, set by the option `timeout`.
pub(crate) fn too_long(
    asked: Option<Duration>,
    left: Option<Duration>,
    timeout: impl Display,
) -> Option<String> {
    let asked = asked?;
    // Rounded up, so that a caller who retries then is not too early.
    let wait = format!("{} s", asked.as_millis().div_ceil(1_000));
    if asked > LONGEST_RETRY_AFTER {
        let most = LONGEST_RETRY_AFTER.as_secs();
        return Some(format!(
            "The server asks to wait {wait} (Retry-After), and a call waits {most} s at most: try \
             again later."
        ));
    }
    left.is_some_and(|left| asked >= left).then(|| {
        format!(
            "The server asks to wait {wait} (Retry-After), longer than the time left for this \
             call ({timeout}): try again later, or raise {timeout}."
        )
    })
}

/// Whether the body of a reply is needed to decide: it may say why a key is refused, or that a
/// quota is used up.
pub(crate) fn needs_body(status: u16) -> bool {
    matches!(status, 401 | 429)
}

/// Whether the same request may succeed later, for an error without a status.
pub(crate) fn retryable_kind(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::RequestTimeout
            | ErrorKind::Conflict
            | ErrorKind::RateLimited
            | ErrorKind::Server
    )
}

/// How long to wait before the attempt after `attempt` (counted from 0): the time that the server
/// asked for, else a doubling wait less up to a quarter. `chance` is a random number from 0 to 1.
pub(crate) fn wait(attempt: u32, retry_after: Option<Duration>, chance: f64) -> Duration {
    match retry_after {
        // A wait of zero would flood a server that has an outage.
        Some(asked) if !asked.is_zero() => asked,
        _ => FIRST_WAIT
            .saturating_mul(2_u32.saturating_pow(attempt))
            .min(LONGEST_WAIT)
            .mul_f64(1.0 - JITTER * chance),
    }
}

/// The cost of a retry, what a success gives back, and the largest budget.
const RETRY_COST: u32 = 5;
const SUCCESS_GAIN: u32 = 1;
const MOST_TOKENS: u32 = 500;

/// Shared by the threads of a client. When most requests fail, only few of them are retried, so
/// that clients do not flood a server that has an outage.
#[derive(Debug)]
pub(crate) struct Budget(AtomicU32);

impl Budget {
    pub fn new() -> Self {
        Budget(AtomicU32::new(MOST_TOKENS))
    }

    /// Takes the cost of a retry; `false` if too little is left.
    pub fn take(&self) -> bool {
        let relaxed = Ordering::Relaxed;
        let less = |tokens: u32| tokens.checked_sub(RETRY_COST);
        self.0.fetch_update(relaxed, relaxed, less).is_ok()
    }

    /// A request succeeded.
    pub fn give_back(&self) {
        let relaxed = Ordering::Relaxed;
        let more = |tokens: u32| (tokens < MOST_TOKENS).then_some(tokens + SUCCESS_GAIN);
        let _ = self.0.fetch_update(relaxed, relaxed, more);
    }
}

#[cfg(test)]
mod tests;
