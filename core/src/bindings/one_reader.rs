//! The locking of what one thread reads and any thread may close.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, TryLockError};

use neura_transport::{CancelToken, Process};

use crate::error::{Error, ErrorKind};

/// A stream or a body that one thread at a time reads and that any thread may close.
///
/// Nothing waits for a read: a signal handler may run during it, on the reader's own thread. A look
/// at the state is short, and no handler runs during it, so that others wait for a look.
pub(super) struct OneReader<S> {
    state: Mutex<S>,
    /// A read has its turn. While it is false, only a look may hold the lock.
    reading: AtomicBool,
    /// After a fork the thread that holds the lock may not exist.
    process: Process,
}

/// The turn of a read, which ends when it is dropped.
struct Turn<'a>(&'a AtomicBool);

impl<'a> Turn<'a> {
    /// `None` while another read has it.
    fn take(reading: &'a AtomicBool) -> Option<Self> {
        (!reading.swap(true, Ordering::SeqCst)).then(|| Turn(reading))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::SeqCst);
    }
}

/// What can be closed.
pub(super) trait Close {
    /// What is left of it. It is dropped without the lock, because this closes a connection.
    type Left;

    /// Closes it. Closing again has no effect.
    fn close(&mut self) -> Self::Left;
}

impl<S: Close> OneReader<S> {
    pub fn new(state: S) -> Self {
        OneReader {
            state: Mutex::new(state),
            reading: AtomicBool::new(false),
            process: Process::current(),
        }
    }

    /// Reads, which may wait; `None` while another read is running. Once `cancel` is cancelled, it
    /// is closed: before the read, and also after it, because [`close`](Self::close) could not
    /// close it meanwhile, and the read may have succeeded without checking the token.
    pub fn read<T>(&self, cancel: &CancelToken, read: impl FnOnce(&mut S) -> T) -> Option<T> {
        self.close_if(cancel);
        let turn = Turn::take(&self.reading)?;
        let outcome = read(&mut *self.lock(|| true)?);
        drop(turn);
        self.close_if(cancel);
        Some(outcome)
    }

    /// Looks at the state without waiting; `None` while a read is running.
    pub fn look<T>(&self, look: impl FnOnce(&mut S) -> T) -> Option<T> {
        let held_by_look = || !self.reading.load(Ordering::SeqCst);
        self.lock(held_by_look).map(|mut state| look(&mut state))
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

    /// The lock; `None` if it is held, unless `waits` says that this is short.
    fn lock(&self, waits: impl Fn() -> bool) -> Option<MutexGuard<'_, S>> {
        loop {
            match self.state.try_lock() {
                Ok(state) => return Some(state),
                Err(TryLockError::Poisoned(poisoned)) => return Some(poisoned.into_inner()),
                Err(TryLockError::WouldBlock) if waits() && self.process.is_current() => {
                    std::thread::yield_now();
                }
                Err(TryLockError::WouldBlock) => return None,
            }
        }
    }
}

/// The error of a read that has no turn: another is running, or about to end because `cancel` is
/// cancelled. Then the answer is that of a later read, which finds it `closed`.
pub(super) fn no_turn(what: &str, cancel: &CancelToken, closed: fn() -> Error) -> Error {
    match cancel.is_cancelled() {
        true => closed(),
        false => busy(what),
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
