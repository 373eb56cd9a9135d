//! What is tried again, and when. Without input and output.

use std::fmt::Display;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use crate::error::ErrorKind;
use crate::header_list::HeaderList;

/// The first wait, doubled with every attempt.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// No wait of our own is longer.
const LONGEST_WAIT: Duration = Duration::from_secs(8);
/// The part of a wait that chance may take off, so that clients do not return in step.
const JITTER: f64 = 0.25;
/// A server that asks for more is not waited for.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(120);

/// The server's wait: `retry-after-ms`, else `retry-after` in seconds or as a date.
/// Negative and unreadable values count as absent; a date in the past is zero.
pub(crate) fn retry_after(headers: &HeaderList, now: SystemTime) -> Option<Duration> {
    let number = |name: &str, unit: f64| {
        let text = headers.find(name)?.trim();
        // `parse` alone would also take "inf", "1e9" and "+1".
        let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let value: f64 = plain.then(|| text.parse().ok()).flatten()?;
        // So long that it is final anyway, and still fits every language's integer.
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

/// Why a reply is final whose wait is longer than a call waits, in words: `left` is what the
/// call may still take, by the option `timeout`.
pub(crate) fn too_long(
    asked: Option<Duration>,
    left: Option<Duration>,
    timeout: impl Display,
) -> Option<String> {
    let asked = asked?;
    // Rounded up: whoever comes back a moment too early has waited in vain.
    let wait = format!("{} s", asked.as_millis().div_ceil(1_000));
    if asked > LONGEST_RETRY_AFTER {
        let most = LONGEST_RETRY_AFTER.as_secs();
        return Some(format!(
            "The server asks to wait {wait} (Retry-After), and a call waits {most} s at most: try \
             again after that time."
        ));
    }
    left.is_some_and(|left| asked >= left).then(|| {
        format!(
            "The server asks to wait {wait} (Retry-After), longer than this call may still take \
             ({timeout}): try again after that time, or raise {timeout}."
        )
    })
}

/// Whether it takes the words of a reply, and not its head alone, to say what follows: which
/// key is refused and why, and whether a quota is used up.
pub(crate) fn needs_words(status: u16) -> bool {
    matches!(status, 401 | 429)
}

/// Whether the same request may succeed later, of an error without a status of its own.
pub(crate) fn retryable_kind(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::RequestTimeout
            | ErrorKind::Conflict
            | ErrorKind::RateLimited
            | ErrorKind::Server
    )
}

/// How long to wait before the attempt after `attempt` (counted from 0): what the server
/// asked for, else a doubling wait less up to a quarter. `chance` lies in 0 to 1.
pub(crate) fn wait(attempt: u32, retry_after: Option<Duration>, chance: f64) -> Duration {
    match retry_after {
        // Zero is no wait worth the name: it would answer an outage with a storm.
        Some(asked) if !asked.is_zero() => asked,
        _ => FIRST_WAIT
            .saturating_mul(2_u32.saturating_pow(attempt))
            .min(LONGEST_WAIT)
            .mul_f64(1.0 - JITTER * chance),
    }
}

/// What a retry costs, what a success gives back, and the most that can be saved up.
const RETRY_COST: u32 = 5;
const SUCCESS_GAIN: u32 = 1;
const MOST_TOKENS: u32 = 500;

/// Shared by the threads of a client, so that an outage is not answered with a storm: when
/// most requests fail, only few of them are tried again.
#[derive(Debug)]
pub(crate) struct Budget(AtomicU32);

impl Budget {
    pub fn new() -> Self {
        Budget(AtomicU32::new(MOST_TOKENS))
    }

    /// Takes the cost of a retry; `false` where too little is left.
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
mod tests {
    use super::*;

    #[test]
    fn a_budget_allows_a_hundred_retries_and_one_for_five_successes() {
        let budget = Budget::new();
        assert_eq!((0..1_000).filter(|_| budget.take()).count(), 100);
        (0..12).for_each(|_| budget.give_back());
        assert_eq!((0..10).filter(|_| budget.take()).count(), 2);
        (0..10_000).for_each(|_| budget.give_back());
        assert_eq!((0..1_000).filter(|_| budget.take()).count(), 100);
    }

    fn headers(list: &[(&str, &str)]) -> HeaderList {
        list.iter().copied().collect()
    }

    #[test]
    fn waits_double_up_to_eight_seconds() {
        let without_jitter: Vec<u128> = (0..6).map(|n| wait(n, None, 0.0).as_millis()).collect();
        assert_eq!(without_jitter, [500, 1_000, 2_000, 4_000, 8_000, 8_000]);
        assert_eq!(wait(0, None, 1.0).as_millis(), 375);
        assert_eq!(wait(u32::MAX, None, 0.0), LONGEST_WAIT);
    }

    #[test]
    fn the_servers_wait_is_taken_as_it_is() {
        let asked = Duration::from_millis(1_234);
        assert_eq!(wait(5, Some(asked), 1.0), asked);
        assert_eq!(wait(0, Some(Duration::ZERO), 0.0), FIRST_WAIT);
    }

    #[test]
    fn a_wait_that_is_not_waited_for_is_told() {
        let seconds = Duration::from_secs;
        for (asked, left) in [
            (None, None),
            (None, Some(Duration::ZERO)),
            (Some(seconds(120)), None),
            (Some(seconds(5)), Some(seconds(6))),
        ] {
            assert_eq!(too_long(asked, left, "limit"), None);
        }
        let words = too_long(Some(Duration::from_millis(120_001)), None, "limit").unwrap();
        assert!(
            words.contains("wait 121 s") && words.contains("120 s"),
            "{words}"
        );
        let words = too_long(Some(seconds(5)), Some(seconds(5)), "limit").unwrap();
        assert!(
            words.contains("wait 5 s") && words.contains("raise limit"),
            "{words}"
        );
    }

    #[test]
    fn retry_after_is_read_in_all_its_forms() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        for (list, millis) in [
            (&[("retry-after", "7")][..], Some(7_000)),
            (&[("retry-after", "0.25")], Some(250)),
            (
                &[("retry-after", "9"), ("retry-after-ms", "1500")],
                Some(1_500),
            ),
            (
                &[("retry-after", "9"), ("retry-after-ms", "soon")],
                Some(9_000),
            ),
            (
                &[("retry-after", "Sun, 09 Sep 2001 01:46:50 GMT")],
                Some(10_000),
            ),
            (&[("retry-after", "Sun, 09 Sep 2001 01:46:30 GMT")], Some(0)),
            (&[("retry-after", "1e99")], None),
            (&[("retry-after", "inf")], None),
            (&[("retry-after", "-3")], None),
            (&[("retry-after", "")], None),
            (&[], None),
        ] {
            let found = retry_after(&headers(list), now).map(|wait| wait.as_millis());
            assert_eq!(found, millis, "{list:?}");
        }
        let endless = "9".repeat(400);
        assert!(retry_after(&headers(&[("retry-after", &endless)]), now).is_some());
    }
}
