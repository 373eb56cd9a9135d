//! An event of the standard library.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A count that ends waits when it is raised.
#[derive(Debug, Default)]
pub struct Event {
    count: Mutex<u32>,
    raised: Condvar,
}

impl Event {
    /// The count before a check of what the event reports.
    pub fn count(&self) -> u32 {
        *self.lock()
    }

    /// Raises the count, and ends the waits.
    pub fn notify(&self) {
        let mut count = self.lock();
        *count = count.wrapping_add(1);
        self.raised.notify_all();
    }

    /// Waits at most `wait`, unless the count is no longer `seen`. It may end early, so the caller
    /// must check again.
    pub fn wait(&self, seen: u32, wait: Duration) {
        let count = self.lock();
        if *count == seen {
            drop(self.raised.wait_timeout(count, wait));
        }
    }

    fn lock(&self) -> MutexGuard<'_, u32> {
        self.count.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn a_wait_ends_when_the_count_is_raised_and_with_its_time() {
        let (event, start) = (Event::default(), Instant::now());
        let seen = event.count();
        event.wait(seen, Duration::from_millis(30));
        assert!(start.elapsed() >= Duration::from_millis(25));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(Duration::from_millis(30));
                event.notify();
            });
            while event.count() == seen {
                event.wait(seen, Duration::from_secs(30));
            }
        });
        event.wait(seen, Duration::from_secs(30)); // Raised already.
        assert!(start.elapsed() < Duration::from_secs(20));
    }
}
