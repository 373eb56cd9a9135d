//! Asking a key's source: by one thread for all.

use std::cell::RefCell;
use std::sync::{Mutex, MutexGuard, TryLockError};
use std::time::Duration;

use crate::config::config_error;
use crate::error::Error;
use crate::transport::Call;

/// How often a waiting call looks whether the source has answered.
const NAP: Duration = Duration::from_millis(5);

thread_local! {
    /// The addresses of what this thread holds.
    static HELD: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

/// Held while a source is asked.
#[derive(Default)]
pub(crate) struct Look(Mutex<()>);

/// A look that is under way; it ends with this.
pub(crate) struct Looking<'a> {
    _guard: MutexGuard<'a, ()>,
    address: usize,
}

impl Look {
    /// Waits for a look that another thread is about, no longer than the call's limits and
    /// its cancel token let it.
    ///
    /// # Errors
    /// `config` where this thread is about it already: the callable uses its own client,
    /// and would wait for itself; `cancelled` and `timeout` of the call.
    pub fn begin(&self, call: &Call) -> Result<Looking<'_>, Error> {
        let address = std::ptr::from_ref(self).addr();
        if HELD.with_borrow(|held| held.contains(&address)) {
            return Err(config_error(
                "the api_key callable uses the client that asks it. Give it a client of its own",
            ));
        }
        let guard = self.wait(call)?;
        HELD.with_borrow_mut(|held| held.push(address));
        Ok(Looking {
            _guard: guard,
            address,
        })
    }
}

impl Look {
    fn wait(&self, call: &Call) -> Result<MutexGuard<'_, ()>, Error> {
        loop {
            match self.0.try_lock() {
                Ok(guard) => return Ok(guard),
                Err(TryLockError::Poisoned(poisoned)) => return Ok(poisoned.into_inner()),
                Err(TryLockError::WouldBlock) => {}
            }
            let left = call.left().unwrap_or(NAP);
            if left.is_zero() {
                return Err(call.total_reached());
            }
            if call.cancel.sleep(left.min(NAP)) {
                return Err(call.cancelled());
            }
        }
    }
}

impl Drop for Looking<'_> {
    fn drop(&mut self) {
        HELD.with_borrow_mut(|held| held.retain(|address| *address != self.address));
    }
}
