//! The remaining requests of each key, by its tier.

use std::collections::HashMap;
use std::time::Duration;

use axum::http::header::{HeaderName, HeaderValue, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota as Rate, RateLimiter};

use super::api_error::ApiError;
use crate::keys::{Quota, Tier};

type PerKey =
    RateLimiter<String, HashMapStateStore<String>, DefaultClock, StateInformationMiddleware>;

/// The counters of all keys. They are in memory: a restart resets them.
pub(super) struct Limits {
    tiers: HashMap<Tier, (Quota, PerKey)>,
}

/// The counter of a key with a limited tier, after a request.
pub(super) struct Standing {
    tier: Tier,
    quota: Quota,
    remaining: u32,
    /// The time until the whole limit is available again.
    reset: Duration,
    /// How long to wait, if this request was over the limit.
    wait: Option<Duration>,
}

impl Limits {
    pub(super) fn new() -> Self {
        let limited = |tier: Tier| {
            let quota = tier.quota()?;
            let rate = Rate::with_period(quota.interval)?.allow_burst(quota.requests);
            Some((tier, (quota, RateLimiter::hashmap(rate).with_middleware())))
        };
        Self {
            tiers: Tier::ALL.into_iter().filter_map(limited).collect(),
        }
    }

    /// Counts one request; None for a tier without a limit.
    pub(super) fn count(&self, tier: Tier, key_id: String) -> Option<Standing> {
        let (quota, counters) = self.tiers.get(&tier)?;
        let limit = quota.requests.get();
        Some(match counters.check_key(&key_id) {
            Ok(snapshot) => {
                let remaining = snapshot.remaining_burst_capacity();
                Standing {
                    tier,
                    quota: *quota,
                    remaining,
                    // Rounded up to whole intervals: the counter does not show
                    // how much of the next has passed.
                    reset: quota.interval * (limit - remaining),
                    wait: None,
                }
            }
            Err(refused) => {
                let wait = refused.wait_time_from(counters.clock().now());
                Standing {
                    tier,
                    quota: *quota,
                    remaining: 0,
                    reset: wait + quota.interval * (limit - 1),
                    wait: Some(wait),
                }
            }
        })
    }
}

impl Standing {
    /// The 429, if this request was over the limit.
    pub(super) fn refusal(&self) -> Option<ApiError> {
        let seconds = whole_seconds(self.wait?).max(1);
        let message = format!(
            "Rate limit reached for the tier `{}`: {} at once, then one every {}. \
             Try again in {}.",
            self.tier.name(),
            self.quota.requests,
            duration_text(whole_seconds(self.quota.interval)),
            duration_text(seconds)
        );
        Some(
            ApiError::new(StatusCode::TOO_MANY_REQUESTS, message)
                .kind("requests")
                .code("rate_limit_exceeded")
                .header(RETRY_AFTER, seconds.into()),
        )
    }

    pub(super) fn write_headers(&self, headers: &mut HeaderMap) {
        let mut set = |name: &'static str, value| {
            headers.insert(HeaderName::from_static(name), value);
        };
        set(
            "x-ratelimit-limit-requests",
            self.quota.requests.get().into(),
        );
        set("x-ratelimit-remaining-requests", self.remaining.into());
        if let Ok(reset) = HeaderValue::from_str(&duration_text(whole_seconds(self.reset))) {
            set("x-ratelimit-reset-requests", reset);
        }
    }
}

fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

/// As OpenAI writes it: `20s`, `1m2s`.
pub(crate) fn duration_text(seconds: u64) -> String {
    match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("{seconds}s"),
        (minutes, seconds) => format!("{minutes}m{seconds}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_like_openais() {
        assert_eq!(duration_text(20), "20s");
        assert_eq!(duration_text(62), "1m2s");
        assert_eq!(duration_text(60), "1m0s");
    }

    #[test]
    fn a_wait_is_rounded_up() {
        assert_eq!(whole_seconds(Duration::from_millis(1_001)), 2);
        assert_eq!(whole_seconds(Duration::from_secs(2)), 2);
    }

    #[test]
    fn each_key_has_its_own_count() {
        let limits = Limits::new();
        for left in [2, 1, 0] {
            let standing = limits.count(Tier::Free, "a".into()).unwrap();
            assert_eq!(standing.remaining, left);
            assert!(standing.wait.is_none());
        }
        assert!(limits.count(Tier::Free, "a".into()).unwrap().wait.is_some());
        assert!(limits.count(Tier::Free, "b".into()).unwrap().wait.is_none());
        assert!(limits.count(Tier::Unlimited, "a".into()).is_none());
    }
}
