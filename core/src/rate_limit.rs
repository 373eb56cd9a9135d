//! What a reply tells about its rate limits.

use std::time::Duration;

use serde_json::{Value, json};

use crate::header_list::HeaderList;

/// The limits that a reply told, for requests and for tokens.
///
/// Read from `x-ratelimit-limit-*`, `-remaining-*` and `-reset-*`, the names that the
/// OpenAI API uses; the service's own are not documented.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RateLimit {
    /// Requests in the current window.
    pub requests: Quota,
    /// Tokens in the current window.
    pub tokens: Quota,
}

/// One limit; every part is `None` where the server does not tell it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quota {
    /// How many are allowed in a window.
    pub limit: Option<u64>,
    /// How many are left.
    pub remaining: Option<u64>,
    /// Until the window is full again.
    pub reset: Option<Duration>,
}

impl RateLimit {
    pub(crate) fn from_headers(headers: &HeaderList) -> Self {
        let quota = |what: &str| {
            let header = |part: &str| headers.find(&format!("x-ratelimit-{part}-{what}"));
            Quota {
                limit: header("limit").and_then(|text| text.trim().parse().ok()),
                remaining: header("remaining").and_then(|text| text.trim().parse().ok()),
                reset: header("reset").and_then(|text| duration(text.trim())),
            }
        };
        // Most replies name no limit at all; looking once keeps six look-ups off their way.
        if !headers
            .iter()
            .any(|(name, _)| name.starts_with("x-ratelimit-"))
        {
            return Self::default();
        }
        RateLimit {
            requests: quota("requests"),
            tokens: quota("tokens"),
        }
    }

    /// As JSON: `{"requests": {"limit", "remaining", "reset_ms"}, "tokens": {...}}`, null
    /// where the server does not tell.
    pub fn to_json(&self) -> Value {
        let quota = |quota: &Quota| {
            json!({
                "limit": quota.limit,
                "remaining": quota.remaining,
                "reset_ms": quota.reset.map(|reset| reset.as_millis() as u64),
            })
        };
        json!({ "requests": quota(&self.requests), "tokens": quota(&self.tokens) })
    }
}

/// Reads `20ms`, `6m0s`, `1h2m3.5s`, or a bare number of seconds.
fn duration(text: &str) -> Option<Duration> {
    let seconds = |number: &str| -> Option<f64> {
        let plain = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        plain.then(|| number.parse().ok()).flatten()
    };
    if let Some(whole) = seconds(text) {
        return Duration::try_from_secs_f64(whole).ok();
    }
    let mut total = 0.0;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| c.is_ascii_alphabetic())?;
        let number = seconds(&rest[..digits])?;
        rest = &rest[digits..];
        let letters = rest
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(rest.len());
        total += number
            * match &rest[..letters] {
                "d" => 86_400.0,
                "h" => 3_600.0,
                "m" => 60.0,
                "s" => 1.0,
                "ms" => 1e-3,
                "us" | "\u{b5}s" => 1e-6,
                _ => return None,
            };
        rest = &rest[letters..];
    }
    (!text.is_empty())
        .then(|| Duration::try_from_secs_f64(total).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reset_times_are_read_in_every_usual_form() {
        for (text, millis) in [
            ("20ms", 20),
            ("1s", 1_000),
            ("6m0s", 360_000),
            ("1h2m3.5s", 3_723_500),
            ("12", 12_000),
            ("0.5", 500),
        ] {
            assert_eq!(
                duration(text),
                Some(Duration::from_millis(millis)),
                "{text}"
            );
        }
        for text in ["", "soon", "-1", "1x", "s", "1e400", "inf"] {
            assert_eq!(duration(text), None, "{text}");
        }
    }

    #[test]
    fn absent_headers_are_absent_values() {
        let headers = [("x-ratelimit-limit-requests", "60")].into_iter().collect();
        let limit = RateLimit::from_headers(&headers);
        assert_eq!(limit.requests.limit, Some(60));
        assert_eq!(limit.requests.remaining, None);
        assert_eq!(limit.tokens, Quota::default());
    }
}
