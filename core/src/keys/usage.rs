//! The usage of each key.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use memchr::memmem::Finder;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::tally::Tally;
use super::usage_log::{LogOfKey, now};
use crate::config::KeyInfo;
use crate::json::{NotJson, Walk};

/// The counters of one key of a client, changed by all threads.
pub(crate) struct Counters {
    info: KeyInfo,
    tally: Tally,
    /// Milliseconds since 1970; 0 means never.
    first_used: AtomicU64,
    last_used: AtomicU64,
    /// The same for all programs.
    log: Option<LogOfKey>,
}

/// The part of a reply or a chunk that counts its tokens.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tokens {
    prompt_tokens: u64,
    completion_tokens: u64,
}

impl Tokens {
    /// Reads a `usage` at its place; `None` if it is not an object.
    pub fn read(walk: &mut Walk<'_>) -> Result<Option<Self>, NotJson> {
        if walk.peek() != Some(b'{') {
            return walk.skip().map(|()| None);
        }
        let mut found = Tokens::default();
        walk.object(|name, walk| {
            match name {
                b"prompt_tokens" => found.prompt_tokens = count(walk.value()?),
                b"completion_tokens" => found.completion_tokens = count(walk.value()?),
                _ => walk.skip()?,
            }
            Ok(())
        })?;
        Ok(Some(found))
    }

    pub fn prompt_tokens(self) -> u64 {
        self.prompt_tokens
    }

    pub fn completion_tokens(self) -> u64 {
        self.completion_tokens
    }

    /// The difference to an earlier total.
    pub fn beyond(self, before: Tokens) -> Tokens {
        Tokens {
            prompt_tokens: self.prompt_tokens.saturating_sub(before.prompt_tokens),
            completion_tokens: self
                .completion_tokens
                .saturating_sub(before.completion_tokens),
        }
    }
}

/// A JSON number in any form. Anything else counts as 0.
fn count(value: &str) -> u64 {
    let whole = || {
        let number: f64 = value.parse().ok()?;
        (number.is_finite() && number > 0.0).then_some(number as u64)
    };
    value.parse().ok().or_else(whole).unwrap_or_default()
}

impl Counters {
    /// `log`: the file that they are written to as well.
    pub fn new(info: KeyInfo, log: Option<LogOfKey>) -> Self {
        Counters {
            log,
            info,
            tally: Tally::default(),
            first_used: AtomicU64::new(0),
            last_used: AtomicU64::new(0),
        }
    }

    pub fn fingerprint(&self) -> Option<&str> {
        self.info.fingerprint()
    }

    /// Counts a request with the key.
    pub fn sent(&self, is_retry: bool) {
        let now = now();
        let (never, relaxed) = (0, Ordering::Relaxed);
        let _ = self
            .first_used
            .compare_exchange(never, now, relaxed, relaxed);
        self.last_used.fetch_max(now, relaxed);
        self.tally.sent(is_retry);
        if let Some(log) = &self.log {
            log.sent(now, is_retry);
        }
    }

    /// Counts a reply, or that none came.
    pub fn answered(&self, status: Option<u16>) {
        self.tally.answered(status);
        if let Some(log) = &self.log {
            log.answered(status);
        }
    }

    /// Counts the tokens of a reply.
    pub fn spent(&self, tokens: Tokens) {
        self.tally.spent(tokens);
        if let Some(log) = &self.log {
            log.spent(tokens);
        }
    }

    fn snapshot(&self) -> KeyUsage {
        let counted = self.tally.values();
        let time = |counter: &AtomicU64| match counter.load(Ordering::Relaxed) {
            0 => None,
            millis => Some(UNIX_EPOCH + Duration::from_millis(millis)),
        };
        KeyUsage {
            fingerprint: self.info.fingerprint().unwrap_or_default().to_owned(),
            mask: self.info.mask().unwrap_or_default().to_owned(),
            source: self.info.source(),
            requests: counted.requests,
            unauthorized: counted.unauthorized,
            rate_limited: counted.rate_limited,
            retries: counted.retries,
            prompt_tokens: counted.prompt_tokens,
            completion_tokens: counted.completion_tokens,
            first_used: time(&self.first_used),
            last_used: time(&self.last_used),
        }
    }
}

/// Made once: building the finder costs more than most searches.
static USAGE: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"\"usage\""));

/// Builds the finder, so that no call pays for it.
pub(crate) fn prepare_token_search() {
    LazyLock::force(&USAGE);
}

/// Whether a body may count tokens. Most do not, and a search is cheaper than parsing.
pub(crate) fn may_count_tokens(body: &[u8]) -> bool {
    USAGE.find(body).is_some()
}

/// The usage of all keys that a client ever had.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Usage {
    /// One for each key, in the order of their first use.
    pub keys: Vec<KeyUsage>,
}

/// The usage of one key by one client, since the client was made.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct KeyUsage {
    /// The first 12 hex digits of the SHA-256 of the key.
    pub fingerprint: String,
    /// `…` and at most the last four characters.
    pub mask: String,
    /// Where the key came from: `caller`, `environment`, ...
    pub source: &'static str,
    /// The number of requests sent with it, including retries.
    pub requests: u64,
    /// The number of replies with status 401.
    pub unauthorized: u64,
    /// The number of replies with status 429.
    pub rate_limited: u64,
    /// The number of requests that were retries.
    pub retries: u64,
    /// Tokens of prompts, as counted in replies.
    pub prompt_tokens: u64,
    /// Tokens of answers, as counted in replies.
    pub completion_tokens: u64,
    /// When it was used first.
    pub first_used: Option<SystemTime>,
    /// When it was used last.
    pub last_used: Option<SystemTime>,
}

impl Usage {
    pub(crate) fn of<'c>(counters: impl Iterator<Item = &'c Counters>) -> Self {
        Usage {
            keys: counters.map(Counters::snapshot).collect(),
        }
    }

    /// As JSON: `keys`, a list of `fingerprint, mask, source, requests, unauthorized,
    /// rate_limited, retries, prompt_tokens, completion_tokens, first_used, last_used`;
    /// times in RFC 3339, null for never.
    pub fn to_json(&self) -> Value {
        let keys: Vec<Value> = self.keys.iter().map(KeyUsage::to_json).collect();
        serde_json::json!({ "keys": keys })
    }
}

impl KeyUsage {
    fn to_json(&self) -> Value {
        serde_json::json!({
            "fingerprint": self.fingerprint,
            "mask": self.mask,
            "source": self.source,
            "requests": self.requests,
            "unauthorized": self.unauthorized,
            "rate_limited": self.rate_limited,
            "retries": self.retries,
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "first_used": self.first_used.and_then(rfc3339),
            "last_used": self.last_used.and_then(rfc3339),
        })
    }
}

pub(super) fn rfc3339(time: SystemTime) -> Option<String> {
    OffsetDateTime::from(time).format(&Rfc3339).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_rfc_3339() {
        let time = UNIX_EPOCH + Duration::from_millis(1_000_000_000_123);
        assert_eq!(rfc3339(time).as_deref(), Some("2001-09-09T01:46:40.123Z"));
    }
}
