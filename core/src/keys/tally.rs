//! What is counted of a key: requests, refusals, retries and tokens.

use std::sync::atomic::{AtomicU64, Ordering};

use super::Tokens;

const RELAXED: Ordering = Ordering::Relaxed;

/// The counters, changed by all threads.
#[derive(Debug, Default)]
pub(super) struct Tally {
    requests: AtomicU64,
    unauthorized: AtomicU64,
    rate_limited: AtomicU64,
    retries: AtomicU64,
    prompt_tokens: AtomicU64,
    completion_tokens: AtomicU64,
}

/// Their values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counted {
    pub requests: u64,
    pub unauthorized: u64,
    pub rate_limited: u64,
    pub retries: u64,
    pub prompt_tokens: u64,
    pub completion_tokens: u64,
}

impl Tally {
    /// Counts a request.
    pub fn sent(&self, is_retry: bool) {
        self.requests.fetch_add(1, RELAXED);
        if is_retry {
            self.retries.fetch_add(1, RELAXED);
        }
    }

    /// Counts a reply with this status, or that none came; returns whether there is a counter for it.
    pub fn answered(&self, status: Option<u16>) -> bool {
        let counter = match status {
            Some(401) => &self.unauthorized,
            Some(429) => &self.rate_limited,
            _ => return false,
        };
        counter.fetch_add(1, RELAXED);
        true
    }

    /// Counts the tokens of a reply.
    pub fn spent(&self, tokens: Tokens) {
        add(&self.prompt_tokens, tokens.prompt_tokens());
        add(&self.completion_tokens, tokens.completion_tokens());
    }

    /// The values now.
    pub fn values(&self) -> Counted {
        self.each(|counter| counter.load(RELAXED))
    }

    /// The values until now. All counters begin at 0 again.
    pub fn take(&self) -> Counted {
        self.each(|counter| counter.swap(0, RELAXED))
    }

    /// Adds what was taken.
    pub fn put_back(&self, counted: &Counted) {
        add(&self.requests, counted.requests);
        add(&self.unauthorized, counted.unauthorized);
        add(&self.rate_limited, counted.rate_limited);
        add(&self.retries, counted.retries);
        add(&self.prompt_tokens, counted.prompt_tokens);
        add(&self.completion_tokens, counted.completion_tokens);
    }

    fn each(&self, value: impl Fn(&AtomicU64) -> u64) -> Counted {
        Counted {
            requests: value(&self.requests),
            unauthorized: value(&self.unauthorized),
            rate_limited: value(&self.rate_limited),
            retries: value(&self.retries),
            prompt_tokens: value(&self.prompt_tokens),
            completion_tokens: value(&self.completion_tokens),
        }
    }
}

/// A server may say any number of tokens, so the sum stops at the largest one.
fn add(counter: &AtomicU64, more: u64) {
    let _ = counter.fetch_update(RELAXED, RELAXED, |count| Some(count.saturating_add(more)));
}
