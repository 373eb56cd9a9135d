//! Tells a caller how much of a body was sent, or has come.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// The shortest time between two reports: milliseconds.
const PAUSE: u64 = 50;

/// Whom to tell how many bytes of a body were sent or have come, of how many if that is known: at
/// first, then at most 20 times a second, and at the end. Another attempt begins at 0.
pub struct BodyProgress {
    /// Of the request; else of the reply that is a success, still packed.
    of_request: bool,
    tell: Box<dyn Fn(u64, Option<u64>) + Send + Sync>,
    made: Instant,
    /// The time of the next report, in milliseconds after `made`.
    next: AtomicU64,
}

impl BodyProgress {
    /// Calls `tell` on the thread that sends or reads the body, which waits for it.
    pub fn new(of_request: bool, tell: impl Fn(u64, Option<u64>) + Send + Sync + 'static) -> Self {
        BodyProgress {
            of_request,
            tell: Box::new(tell),
            made: Instant::now(),
            next: AtomicU64::new(0),
        }
    }

    /// `done` bytes of the request's body were sent, or else of the reply's body have come. `ended`:
    /// these are all.
    pub(crate) fn report(&self, of_request: bool, done: u64, total: Option<u64>, ended: bool) {
        if of_request != self.of_request {
            return;
        }
        let now = u64::try_from(self.made.elapsed().as_millis()).unwrap_or(u64::MAX);
        if ended || now >= self.next.load(Ordering::Relaxed) {
            self.next
                .store(now.saturating_add(PAUSE), Ordering::Relaxed);
            (self.tell)(done, total);
        }
    }
}

impl fmt::Debug for BodyProgress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BodyProgress")
    }
}
