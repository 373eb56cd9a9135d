//! The task to wake when a call has an outcome.

use std::sync::{Mutex, PoisonError};
use std::task::{Context, Waker};

/// The task that polled last; a future may move from one task to another.
#[derive(Default)]
pub(super) struct WakerSlot(Mutex<Option<Waker>>);

impl WakerSlot {
    /// Wakes the task of `context` from now on. Call it before checking for outcomes, so that a
    /// later outcome wakes the task.
    pub fn set(&self, context: &Context<'_>) {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *slot {
            Some(waker) => waker.clone_from(context.waker()),
            None => *slot = Some(context.waker().clone()),
        }
    }

    pub fn wake(&self) {
        let waker = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(waker) = waker {
            waker.wake(); // Not under the lock: it may run the task.
        }
    }
}
