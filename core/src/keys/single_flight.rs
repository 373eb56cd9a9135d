//! Looking up a key's source on one thread for all.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use neura_transport::{Event, Process, Waiters, Wake};

use crate::call::Call;
use crate::config::{KeySource, config_error};
use crate::error::Error;

/// How often a waiting call checks whether the lookup has ended, if it cannot be woken.
const NAP: Duration = Duration::from_millis(5);
const FREE: u64 = 0;

thread_local! {
    /// The addresses of the locks that this thread holds.
    static HELD: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

/// A lock held during a lookup: the number of the process that holds it. Not a mutex: a child of
/// `fork` would wait for ever for a thread that only its parent has.
#[derive(Default)]
pub(crate) struct SingleFlight {
    holder: AtomicU64,
    /// The calls that wait for it.
    waiters: Waiters,
}

/// A lookup in progress, until this is dropped.
pub(crate) struct Flight<'a> {
    owner: &'a SingleFlight,
    process: Process,
}

impl SingleFlight {
    /// Waits while another thread does a lookup, within the call's limits and until it is
    /// cancelled. As soon as `found` has a result, it is that: each waiting call would otherwise take
    /// the lock in turn, and wake all the others.
    ///
    /// # Errors
    /// `config` if this thread does the lookup already: the callable uses the client that calls it,
    /// and would wait for itself. `cancelled` and `timeout` of the call.
    pub fn begin<T>(
        &self,
        call: &Call,
        found: impl Fn() -> Option<T>,
    ) -> Result<ControlFlow<T, Flight<'_>>, Error> {
        if HELD.with_borrow(|held| held.contains(&self.address())) {
            return Err(config_error(format!(
                "{} uses the client that calls it. Give it a client of its own",
                KeySource::Callback
            )));
        }
        if !self.take(Process::current())
            && let Some(found) = self.wait(call, &found)?
        {
            return Ok(ControlFlow::Break(found));
        }
        let flight = self.taken();
        Ok(match found() {
            Some(found) => ControlFlow::Break(found),
            None => ControlFlow::Continue(flight),
        })
    }

    /// Waits until this thread has taken the lock (`None`), or `found` has a result.
    #[cold]
    fn wait<T>(&self, call: &Call, found: &impl Fn() -> Option<T>) -> Result<Option<T>, Error> {
        let (event, process) = (Arc::<Event>::default(), Process::current());
        let wake = Arc::clone(&event) as Arc<dyn Wake>;
        let mut is_woken = false;
        let taken = call.cancel.wait(&event, || {
            // If the list of those that wait is held, it is tried again after a nap.
            is_woken = is_woken || self.waiters.add(process, &wake);
            let longest = if is_woken { Duration::MAX } else { NAP };
            if let Some(found) = found() {
                return ControlFlow::Break(Ok(Some(found)));
            }
            // Asked each time: the wait may run the caller's code, which may fork.
            if self.take(Process::current()) {
                return ControlFlow::Break(Ok(None));
            }
            let left = call.left().unwrap_or(longest);
            if left.is_zero() {
                return ControlFlow::Break(Err(call.total_reached()));
            }
            match call.cancel.poll() {
                true => ControlFlow::Break(Err(call.cancelled())),
                false => ControlFlow::Continue(left.min(longest)),
            }
        });
        if is_woken {
            self.waiters.remove(process, &wake);
        }
        taken
    }

    /// As [`begin`](Self::begin), without waiting: `None` if another thread does a lookup.
    pub fn try_begin(&self) -> Option<Flight<'_>> {
        self.take(Process::current()).then(|| self.taken())
    }

    fn taken(&self) -> Flight<'_> {
        HELD.with_borrow_mut(|held| held.push(self.address()));
        Flight {
            owner: self,
            process: Process::current(),
        }
    }

    /// Takes the lock if it is free, or if another process holds it.
    fn take(&self, process: Process) -> bool {
        let holder = self.holder.load(Ordering::Acquire);
        let (mine, order) = (process.number(), Ordering::AcqRel);
        holder != mine
            && self
                .holder
                .compare_exchange(holder, mine, order, Ordering::Relaxed)
                .is_ok()
    }

    fn address(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        let address = self.owner.address();
        HELD.with_borrow_mut(|held| held.retain(|held| *held != address));
        let (mine, order) = (self.process.number(), Ordering::AcqRel);
        let _ = self
            .owner
            .holder
            .compare_exchange(mine, FREE, order, Ordering::Relaxed);
        self.owner.waiters.wake();
    }
}
