//! A client that is closed by its user, after which calls are refused.

use std::sync::{PoisonError, RwLock};

use crate::error::{Error, ErrorKind};

/// What a client of a language has until it is closed. Any number of threads may use it.
pub struct OpenClient<T>(RwLock<Option<T>>);

impl<T> OpenClient<T> {
    /// An open one.
    pub fn new(open: T) -> Self {
        OpenClient(RwLock::new(Some(open)))
    }

    /// One that was closed already.
    pub fn closed() -> Self {
        OpenClient(RwLock::new(None))
    }

    /// What `ask` makes of it; `None` once it is closed. `ask` must not close it.
    pub fn known<U>(&self, ask: impl FnOnce(&T) -> U) -> Option<U> {
        let state = self.0.read().unwrap_or_else(PoisonError::into_inner);
        state.as_ref().map(ask)
    }

    /// As [`known`](Self::known), for a call.
    ///
    /// # Errors
    /// `invalid_argument` once it is closed.
    pub fn open<U>(&self, ask: impl FnOnce(&T) -> U) -> Result<U, Error> {
        let closed = || Error::new(ErrorKind::InvalidArgument, "the client is closed");
        self.known(ask).ok_or_else(closed)
    }

    /// As [`known`](Self::known), but also `None` while another thread closes it.
    pub fn known_now<U>(&self, ask: impl FnOnce(&T) -> U) -> Option<U> {
        self.0.try_read().ok()?.as_ref().map(ask)
    }

    /// Closes it. What it had is to be dropped by the caller, under no lock.
    pub fn close(&self) -> Option<T> {
        let mut state = self.0.write().unwrap_or_else(PoisonError::into_inner);
        state.take()
    }
}
