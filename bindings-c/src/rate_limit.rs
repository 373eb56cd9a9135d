//! The rate limits of a reply.

use neura_core::{Quota, RateLimit};

/// A number of a reply's rate limits, as the service's `x-ratelimit-` headers have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum RateLimitValue {
    /// How many requests a window allows.
    RequestsLimit = 1,
    /// How many requests are left.
    RequestsRemaining = 2,
    /// Milliseconds until the window of requests is full again; 0 if that is past.
    RequestsResetMs = 3,
    /// How many tokens a window allows.
    TokensLimit = 4,
    /// How many tokens are left.
    TokensRemaining = 5,
    /// Milliseconds until the window of tokens is full again; 0 if that is past.
    TokensResetMs = 6,
}

/// -1 if the server did not send it, or for a number that is no value.
pub(crate) fn value_of(limits: &RateLimit, value: i32) -> i64 {
    use RateLimitValue as Value;
    let reset_ms = |quota: &Quota| {
        let reset = quota.reset?;
        Some(u64::try_from(reset.as_millis()).unwrap_or(u64::MAX))
    };
    let (requests, tokens) = (&limits.requests, &limits.tokens);
    let found = match value {
        _ if value == Value::RequestsLimit as i32 => requests.limit,
        _ if value == Value::RequestsRemaining as i32 => requests.remaining,
        _ if value == Value::RequestsResetMs as i32 => reset_ms(requests),
        _ if value == Value::TokensLimit as i32 => tokens.limit,
        _ if value == Value::TokensRemaining as i32 => tokens.remaining,
        _ if value == Value::TokensResetMs as i32 => reset_ms(tokens),
        _ => None,
    };
    found.map_or(-1, |number| i64::try_from(number).unwrap_or(i64::MAX))
}
