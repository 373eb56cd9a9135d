//! Values that belong to one process. A child of `fork` has a copy of the parent's memory. It
//! must not use the parent's sockets, and may find locks that stay locked for ever, because the
//! thread that held them exists only in the parent.
//!
//! So a client reads its state without a lock (`arc_swap`), or makes it again in each process
//! ([`PerProcess`]).

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use arc_swap::{ArcSwap, Guard};

/// The number of this process where forks are watched, which saves a system call for each look;
/// otherwise 0.
static REMEMBERED: AtomicU32 = AtomicU32::new(0);

/// Remembers which process this is. From then on each child of a fork must call this before
/// anything else, as a handler of `pthread_atfork` does.
///
/// Async-signal-safe: one system call and one store.
pub fn remember_process() {
    REMEMBERED.store(this_process(), Ordering::Relaxed);
}

fn this_process() -> u32 {
    // Windows has no fork, so one number serves all there.
    if cfg!(unix) { std::process::id() } else { 0 }
}

/// A process, as the owner of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Process(u32);

impl Process {
    /// This process.
    pub fn current() -> Self {
        match REMEMBERED.load(Ordering::Relaxed) {
            0 => Process(this_process()),
            known => Process(known),
        }
    }

    /// A number for this process, never 0.
    pub fn number(self) -> u64 {
        u64::from(self.0) + 1
    }

    /// Whether it is the process that runs now.
    pub fn is_current(self) -> bool {
        self == Process::current()
    }
}

/// A value that each process makes for itself. Reading it takes no lock.
pub struct PerProcess<T>(ArcSwap<Owned<T>>);

struct Owned<T> {
    process: Process,
    value: T,
}

/// A borrowed value of this process.
pub struct ProcessValue<T>(Guard<Arc<Owned<T>>>);

impl<T> std::ops::Deref for ProcessValue<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.value
    }
}

impl<T> PerProcess<T> {
    /// A value that this process made.
    pub fn new(value: T) -> Self {
        PerProcess(ArcSwap::from_pointee(Owned {
            process: Process::current(),
            value,
        }))
    }

    /// The value of this process, if it has made one.
    pub fn known(&self) -> Option<ProcessValue<T>> {
        let now = self.0.load();
        now.process.is_current().then_some(ProcessValue(now))
    }

    /// The value of this process. In a child that has none yet, `renew` makes it from the
    /// parent's value, which is then leaked: dropping it could use the parent's sockets.
    pub fn get(&self, renew: impl Fn(&T) -> T) -> ProcessValue<T> {
        let now = self.0.load();
        if now.process.is_current() {
            return ProcessValue(now);
        }
        let now = Guard::into_inner(now);
        let made = Arc::new(Owned {
            process: Process::current(),
            value: renew(&now.value),
        });
        let before = self.0.compare_and_swap(&now, made);
        if Arc::ptr_eq(&before, &now) {
            std::mem::forget(now);
        }
        ProcessValue(self.0.load())
    }
}
