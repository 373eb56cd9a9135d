//! Asking a key's source: by one thread for all.

use std::cell::RefCell;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::config::config_error;
use crate::error::Error;

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
    /// Waits for a look that another thread is about.
    ///
    /// # Errors
    /// `config` where this thread is about it already: the callable uses its own client,
    /// and would wait for itself.
    pub fn begin(&self) -> Result<Looking<'_>, Error> {
        let address = std::ptr::from_ref(self).addr();
        if HELD.with_borrow(|held| held.contains(&address)) {
            return Err(config_error(
                "the api_key callable uses the client that asks it. Give it a client of its own",
            ));
        }
        let guard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        HELD.with_borrow_mut(|held| held.push(address));
        Ok(Looking {
            _guard: guard,
            address,
        })
    }
}

impl Drop for Looking<'_> {
    fn drop(&mut self) {
        HELD.with_borrow_mut(|held| held.retain(|address| *address != self.address));
    }
}
