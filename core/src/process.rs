//! What belongs to one process alone: a child of `fork` has the parent's memory, but must
//! not use its sockets, and may find its locks held by threads that it does not have.
//!
//! So what a client holds is read without a lock (`arc_swap`), or is made anew by each
//! process ([`PerProcess`]).

use std::process::Child;
use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};

/// The process that made something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Process(u32);

impl Process {
    pub fn current() -> Self {
        // No process is ever forked on Windows, so there every answer is the same one.
        Process(if cfg!(unix) { std::process::id() } else { 0 })
    }

    /// A number of its own, never 0.
    pub fn number(self) -> u64 {
        u64::from(self.0) + 1
    }

    pub fn is_current(self) -> bool {
        self == Process::current()
    }
}

/// A value that each process makes for itself. Reading it takes no lock: one that a thread
/// of the parent held at the fork would never be given back in the child.
pub(crate) struct PerProcess<T>(ArcSwap<Owned<T>>);

struct Owned<T> {
    process: Process,
    value: T,
}

/// A value of this process.
pub(crate) struct Ours<T>(Guard<Arc<Owned<T>>>);

impl<T> std::ops::Deref for Ours<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.value
    }
}

impl<T> PerProcess<T> {
    pub fn new(value: T) -> Self {
        PerProcess(ArcSwap::from_pointee(Owned {
            process: Process::current(),
            value,
        }))
    }

    /// This process's value, if it has made one.
    pub fn known(&self) -> Option<Ours<T>> {
        let now = self.0.load();
        now.process.is_current().then_some(Ours(now))
    }

    /// This process's value; in a child that has none yet, `renew` makes it from the
    /// parent's, which is never touched again, not even to be dropped.
    pub fn get(&self, renew: impl Fn(&T) -> T) -> Ours<T> {
        let now = self.0.load();
        if now.process.is_current() {
            return Ours(now);
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
        Ours(self.0.load())
    }
}

/// Kills a program that was started as the leader of a group, and all of the group.
#[cfg(unix)]
pub(crate) fn end_group(child: &mut Child) {
    use rustix::process::{Pid, Signal, kill_process_group};
    let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    if group.is_none_or(|group| kill_process_group(group, Signal::KILL).is_err()) {
        let _ = child.kill();
    }
}

#[cfg(not(unix))]
pub(crate) fn end_group(child: &mut Child) {
    let _ = child.kill();
}
