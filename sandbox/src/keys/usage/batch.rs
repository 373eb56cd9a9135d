//! What is not in the store yet.

use std::collections::{HashMap, VecDeque};

use super::{Counts, MINUTE_MS, Refusal};
use crate::keys::record::now;

/// How many refused requests are kept.
pub(super) const KEPT_REFUSALS: usize = 100;

/// What happened since the last time that this was written to the store.
#[derive(Default)]
pub struct UsageBatch {
    pub(super) minutes: HashMap<(String, i64), (Counts, i64)>,
    pub(super) refusals: VecDeque<(i64, Refusal)>,
}

impl UsageBatch {
    /// Adds requests of a key, made now.
    pub fn count(&mut self, key_id: &str, counts: Counts) {
        let now = now();
        let minute = (key_id.to_owned(), now / MINUTE_MS);
        let entry = self.minutes.entry(minute).or_default();
        entry.0 += counts;
        entry.1 = now;
    }

    /// Adds a refused request, made now; its `at` is ignored.
    pub fn refuse(&mut self, refusal: Refusal) {
        self.push(now(), refusal);
    }

    /// Adds everything of an earlier batch that could not be written.
    pub fn put_back(&mut self, earlier: Self) {
        for (minute, (counts, last)) in earlier.minutes {
            let entry = self.minutes.entry(minute).or_default();
            entry.0 += counts;
            entry.1 = entry.1.max(last);
        }
        let later = std::mem::replace(&mut self.refusals, earlier.refusals);
        for (at, refusal) in later {
            self.push(at, refusal);
        }
    }

    /// Whether nothing happened.
    pub fn is_empty(&self) -> bool {
        self.minutes.is_empty() && self.refusals.is_empty()
    }

    fn push(&mut self, at: i64, refusal: Refusal) {
        if self.refusals.len() == KEPT_REFUSALS {
            self.refusals.pop_front();
        }
        self.refusals.push_back((at, refusal));
    }
}
