//! What one process counted of a key and has not written yet.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::keys::Tokens;
use crate::keys::tally::{Counted, Tally};

/// Changed by all threads.
#[derive(Default)]
pub(super) struct Counts {
    tally: Tally,
    /// Milliseconds since 1970; 0 means that nothing was counted.
    first: AtomicU64,
    last: AtomicU64,
    was_written: AtomicBool,
}

/// The same, taken to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Delta {
    pub counted: Counted,
    pub first: u64,
    pub last: u64,
}

const RELAXED: Ordering = Ordering::Relaxed;

impl Counts {
    pub fn sent(&self, now: u64, is_retry: bool) {
        self.tally.sent(is_retry);
        self.touched(now, now);
    }

    pub fn answered(&self, status: Option<u16>) {
        if self.tally.answered(status) {
            self.touched_by_reply();
        }
    }

    pub fn spent(&self, tokens: Tokens) {
        self.tally.spent(tokens);
        self.touched_by_reply();
    }

    /// When the first of these was counted.
    pub fn first(&self) -> Option<u64> {
        Some(self.first.load(RELAXED)).filter(|first| *first != 0)
    }

    /// Whether this process has written the key's usage before.
    pub fn was_written(&self) -> bool {
        self.was_written.load(RELAXED)
    }

    /// After the last line, the next use is a first one again.
    pub fn written(&self, is_last: bool) {
        self.was_written.store(!is_last, RELAXED);
    }

    /// All counts, which then begin at 0. `None` if there is nothing to say: no counts, and no end
    /// of a use that was told.
    pub fn take(&self, is_last: bool) -> Option<Delta> {
        let begun = self.first.swap(0, RELAXED);
        let is_end = is_last && self.was_written();
        let first = match begun == 0 && is_end {
            true => super::now(),
            false => begun,
        };
        let counted = self.tally.take();
        let last = self.last.swap(0, RELAXED).max(first);
        (counted != Counted::default() || is_end).then_some(Delta {
            counted,
            // Another thread counted between two of these lines.
            first: match first {
                0 => last,
                first => first,
            },
            last,
        })
    }

    /// Counts what could not be written.
    pub fn put_back(&self, delta: &Delta) {
        self.tally.put_back(&delta.counted);
        self.touched(delta.first, delta.last);
    }

    /// The times are those of requests. Only if their requests were written before does a line
    /// have the time of the reply.
    fn touched_by_reply(&self) {
        if self.first().is_none() {
            let now = super::now();
            self.touched(now, now);
        }
    }

    fn touched(&self, first: u64, last: u64) {
        let _ = self.first.fetch_update(RELAXED, RELAXED, |known| {
            (known == 0 || known > first).then_some(first)
        });
        self.last.fetch_max(last, RELAXED);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_back_is_counted_once() {
        let counts = Counts::default();
        assert_eq!(counts.take(true), None);
        counts.sent(5_000, false);
        counts.answered(Some(200));
        let taken = counts.take(false).unwrap();
        assert_eq!(
            (taken.counted.requests, taken.first, taken.last),
            (1, 5_000, 5_000)
        );
        assert_eq!(counts.take(false), None);
        counts.sent(7_000, true);
        counts.put_back(&taken);
        let all = counts.take(false).unwrap();
        assert_eq!((all.counted.requests, all.counted.retries), (2, 1));
        assert_eq!((all.first, all.last), (5_000, 7_000));
        // The end of a use that was told is told.
        counts.written(false);
        assert_eq!(counts.take(false), None);
        assert_eq!(counts.take(true).unwrap().counted, Counted::default());
        counts.written(true);
        assert_eq!(counts.take(true), None);
    }
}
