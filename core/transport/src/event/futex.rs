//! An event on Linux, where a signal handler may raise it: a futex needs neither a lock nor memory.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rustix::thread::Timespec;
use rustix::thread::futex::{self, Flags};

/// All threads that wait; the system takes no more than this.
const ALL: u32 = i32::MAX as u32;

/// A count that ends waits when it is raised.
#[derive(Debug, Default)]
pub struct Event(AtomicU32);

impl Event {
    /// The count before a check of what the event reports.
    pub fn count(&self) -> u32 {
        self.0.load(Ordering::SeqCst)
    }

    /// Raises the count, and ends the waits.
    pub fn notify(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
        // Fails for no address of an atomic.
        let _ = futex::wake(&self.0, Flags::PRIVATE, ALL);
    }

    /// Waits at most `wait`, unless the count is no longer `seen`. A signal ends it early, so the
    /// caller must check again.
    pub fn wait(&self, seen: u32, wait: Duration) {
        let wait = Timespec::try_from(wait).ok(); // One that is too long for the system has no end.
        let _ = futex::wait(&self.0, Flags::PRIVATE, seen, wait.as_ref());
    }
}
