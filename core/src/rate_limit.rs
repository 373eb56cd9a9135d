//! The rate limits of a reply.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use neura_transport::HeaderList;
use serde_json::{Value, json};

use crate::iso_date;

/// The rate limits of a reply, for requests and for tokens.
///
/// Read from `x-ratelimit-limit-*`, `-remaining-*` and `-reset-*`, the names that the
/// OpenAI API uses; the service's own are not documented.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    /// Requests in the current window.
    pub requests: Quota,
    /// Tokens in the current window.
    pub tokens: Quota,
}

/// One limit. Each part is `None` if the server does not send it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Quota {
    /// The number allowed in a window.
    pub limit: Option<u64>,
    /// The number left.
    pub remaining: Option<u64>,
    /// The time until the window is full again; zero if that is past.
    pub reset: Option<Duration>,
}

const PREFIX: &[u8; 12] = b"x-ratelimit-";
/// What follows it in the names of the headers.
const NAMES: [&str; 6] = [
    "limit-requests",
    "remaining-requests",
    "reset-requests",
    "limit-tokens",
    "remaining-tokens",
    "reset-tokens",
];

impl RateLimit {
    pub(crate) fn from_headers(headers: &HeaderList) -> Self {
        let mut found = [None; NAMES.len()];
        for (name, value) in headers.beginning_with(PREFIX) {
            if let Some(place) = NAMES.iter().position(|known| *known == name) {
                found[place].get_or_insert(value.trim());
            }
        }
        if found.iter().all(Option::is_none) {
            return RateLimit::default();
        }
        let quota = |limit: Option<&str>, remaining: Option<&str>, until: Option<&str>| Quota {
            limit: limit.and_then(|text| text.parse().ok()),
            remaining: remaining.and_then(|text| text.parse().ok()),
            reset: until.and_then(|text| reset(text, SystemTime::now())),
        };
        let [requests, left, refill, tokens, tokens_left, tokens_refill] = found;
        RateLimit {
            requests: quota(requests, left, refill),
            tokens: quota(tokens, tokens_left, tokens_refill),
        }
    }

    /// As JSON: `{"requests": {"limit", "remaining", "reset_ms"}, "tokens": {...}}`, null
    /// if the server does not send it.
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

/// A bare number below this is seconds from now; from here on it is a Unix time. Source of this and
/// the next: faults.md, 101.
const UNIX_SECONDS_FROM: f64 = 1e9;
/// A bare number from here on is a Unix time in milliseconds.
const UNIX_MILLIS_FROM: f64 = 1e12;

/// Reads the time until a reset: a duration (`20ms`, `6m0s`, `1h2m3.5s`), a bare number, or an
/// ISO 8601 date, in UTC unless it has an offset.
fn reset(text: &str, now: SystemTime) -> Option<Duration> {
    if let Some(number) = number(text).filter(|number| number.is_finite()) {
        let millis = match number {
            _ if number < UNIX_SECONDS_FROM => return Duration::try_from_secs_f64(number).ok(),
            _ if number < UNIX_MILLIS_FROM => number * 1e3,
            _ => number,
        };
        let point = UNIX_EPOCH.checked_add(Duration::from_millis(millis.round() as u64))?;
        return Some(point.duration_since(now).unwrap_or_default());
    }
    duration(text).or_else(|| {
        Some(
            iso_date::parse(text)?
                .duration_since(now)
                .unwrap_or_default(),
        )
    })
}

/// Digits, with or without a fraction: `parse` also accepts "inf", "1e9" and "+1".
pub(crate) fn number(text: &str) -> Option<f64> {
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    plain.then(|| text.parse().ok()).flatten()
}

fn duration(text: &str) -> Option<Duration> {
    let mut total = 0.0;
    let mut rest = text;
    while !rest.is_empty() {
        let is_digit = |c: char| c.is_ascii_digit() || c == '.';
        let digits = rest.find(|c| !is_digit(c))?;
        let number = number(&rest[..digits])?;
        rest = &rest[digits..];
        let unit = rest.find(is_digit).unwrap_or(rest.len());
        total += number
            * match &rest[..unit] {
                "d" => 86_400.0,
                "h" => 3_600.0,
                "m" => 60.0,
                "s" => 1.0,
                "ms" => 1e-3,
                // Go writes the micro sign; the Greek letter looks the same.
                "us" | "\u{b5}s" | "\u{3bc}s" => 1e-6,
                "ns" => 1e-9,
                _ => return None,
            };
        rest = &rest[unit..];
    }
    (!text.is_empty())
        .then(|| Duration::try_from_secs_f64(total).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fault_101_reset_times_are_read_in_every_usual_form() {
        let now = UNIX_EPOCH + Duration::from_secs(1_704_067_140);
        for (text, millis) in [
            ("20ms", 20),
            ("1s", 1_000),
            ("6m0s", 360_000),
            ("1h2m3.5s", 3_723_500),
            ("120ms", 120),
            ("1d", 86_400_000),
            ("1d2h", 93_600_000),
            ("1500\u{b5}s", 1),
            ("0s", 0),
            ("0", 0),
            ("12", 12_000),
            ("0.5", 500),
            ("999999999", 999_999_999_000),
            // A point in time: 2024-01-01T00:00:00Z is a minute from `now`.
            ("1704067200", 60_000),
            ("1704067200.25", 60_250),
            ("1704067200000", 60_000),
            ("1704067200120", 60_120),
            ("2024-01-01T00:00:00Z", 60_000),
            ("2024-01-01T00:00:00.5Z", 60_500),
            ("2024-01-01T02:00:00+02:00", 60_000),
            ("2024-01-01T00:00:00", 60_000),
            ("20240101T000000Z", 60_000),
            ("2024-01-01 00:00:00z", 60_000),
            ("2024-01-01", 60_000),
            // Past.
            ("1000000000", 0),
            ("1704067139", 0),
            ("1000000000000", 0),
            ("2023-12-31T23:58:59Z", 0),
            ("1999-01-01T00:00:00-12:00", 0),
        ] {
            let expected = Some(Duration::from_millis(millis));
            let found =
                reset(text, now).map(|found| Duration::from_millis(found.as_millis() as u64));
            assert_eq!(found, expected, "{text}");
        }
        let wrong = [
            "",
            "soon",
            "-1",
            "1x",
            "s",
            "1e400",
            "1e3",
            "inf",
            "NaN",
            ".",
            "1.2.3",
            "1h-2m",
            "m1",
            "1 s",
            "+5",
            "2024-13-01T00:00:00Z",
            "2024-01-01T25:00:00Z",
            "Z",
            "1ms2",
            "\u{663}",
            "1\u{663}s",
        ];
        for text in wrong {
            assert_eq!(reset(text, now), None, "{text}");
        }
        // Never an overflow, however large.
        for digits in [20, 100, 400] {
            reset(&"9".repeat(digits), now);
            reset(&format!("{}d", "9".repeat(digits)), now);
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
