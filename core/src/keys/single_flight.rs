//! Asking a key's source: by one thread for all.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::config::{Place, config_error};
use crate::error::Error;
use crate::process::Process;
use crate::transport::Call;

/// How often a waiting call looks whether the source has answered.
const NAP: Duration = Duration::from_millis(5);
const NOBODY: u64 = 0;

thread_local! {
    /// The addresses of what this thread holds.
    static HELD: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

/// Held while a source is asked: the number of the process that does. No mutex, for a child
/// of `fork` would wait for ever for a thread that only its parent has.
#[derive(Default)]
pub(crate) struct Look(AtomicU64);

/// A look that is under way; it ends with this.
pub(crate) struct Looking<'a> {
    look: &'a Look,
    process: Process,
}

impl Look {
    /// Waits for a look that another thread is about, no longer than the call's limits and
    /// its cancel token let it.
    ///
    /// # Errors
    /// `config` where this thread is about it already: the callable uses its own client,
    /// and would wait for itself; `cancelled` and `timeout` of the call.
    pub fn begin(&self, call: &Call) -> Result<Looking<'_>, Error> {
        if HELD.with_borrow(|held| held.contains(&self.address())) {
            return Err(config_error(format!(
                "{} uses the client that asks it. Give it a client of its own",
                Place::Callback
            )));
        }
        // Asked for each time: the wait runs code of others, which may fork.
        while !self.take(Process::current()) {
            let left = call.left().unwrap_or(NAP);
            if left.is_zero() {
                return Err(call.total_reached());
            }
            if call.cancel.sleep(left.min(NAP)) {
                return Err(call.cancelled());
            }
        }
        Ok(self.taken())
    }

    /// As [`begin`](Self::begin), without waiting: `None` where a thread is about it already.
    pub fn try_begin(&self) -> Option<Looking<'_>> {
        self.take(Process::current()).then(|| self.taken())
    }

    fn taken(&self) -> Looking<'_> {
        HELD.with_borrow_mut(|held| held.push(self.address()));
        Looking {
            look: self,
            process: Process::current(),
        }
    }

    /// Takes what nobody holds, or only a thread of another process.
    fn take(&self, process: Process) -> bool {
        let holder = self.0.load(Ordering::Acquire);
        let (mine, order) = (process.number(), Ordering::AcqRel);
        holder != mine
            && self
                .0
                .compare_exchange(holder, mine, order, Ordering::Relaxed)
                .is_ok()
    }

    fn address(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }
}

impl Drop for Looking<'_> {
    fn drop(&mut self) {
        let address = self.look.address();
        HELD.with_borrow_mut(|held| held.retain(|held| *held != address));
        let (mine, order) = (self.process.number(), Ordering::AcqRel);
        let _ = self
            .look
            .0
            .compare_exchange(mine, NOBODY, order, Ordering::Relaxed);
    }
}
