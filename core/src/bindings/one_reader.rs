//! The locking of what one thread reads and any thread may close.

use std::sync::{Mutex, MutexGuard, TryLockError};

use neura_transport::CancelToken;

use crate::error::{Error, ErrorKind};

/// A stream or a body that one thread at a time reads and that any thread may close. Nothing here
/// waits for the lock: a signal handler may run during a read, on the reader's own thread.
pub(super) struct OneReader<S>(Mutex<S>);

/// What can be closed.
pub(super) trait Close {
    /// What is left of it. It is dropped without the lock, because this closes a connection.
    type Left;

    /// Closes it. Closing again has no effect.
    fn close(&mut self) -> Self::Left;
}

impl<S: Close> OneReader<S> {
    pub fn new(state: S) -> Self {
        Self(Mutex::new(state))
    }

    /// Reads, which may wait; `None` while another read is running. Once `cancel` is cancelled, it
    /// is closed: before the read, and also after it, because [`close`](Self::close) could not
    /// close it meanwhile, and the read may have succeeded without checking the token.
    pub fn read<T>(&self, cancel: &CancelToken, read: impl FnOnce(&mut S) -> T) -> Option<T> {
        self.close_if(cancel);
        let outcome = read(&mut *self.lock()?);
        self.close_if(cancel);
        Some(outcome)
    }

    /// Looks at the state without waiting; `None` while a read is running.
    pub fn look<T>(&self, look: impl FnOnce(&mut S) -> T) -> Option<T> {
        self.lock().map(|mut state| look(&mut state))
    }

    /// Closes it. If a read is running, its thread does so when it has finished, for which the
    /// read's token must be cancelled first.
    pub fn close(&self) {
        let left = self.look(S::close);
        drop(left);
    }

    fn close_if(&self, cancel: &CancelToken) {
        if cancel.is_cancelled() {
            self.close();
        }
    }

    fn lock(&self) -> Option<MutexGuard<'_, S>> {
        match self.0.try_lock() {
            Ok(state) => Some(state),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }
}

/// The error of a second reader.
pub(super) fn busy(what: &str) -> Error {
    let message = format!(
        "the {what} is already being read, by another thread, a task or under a signal handler: \
         only one at a time may read it"
    );
    Error::new(ErrorKind::InvalidArgument, message)
}
