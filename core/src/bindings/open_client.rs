//! A client that its user can close. Later calls are refused.

use std::sync::{PoisonError, RwLock};

use crate::error::{Error, ErrorKind};

/// The state of a binding's client until it is closed. Any number of threads may use it.
pub struct OpenClient<T>(RwLock<Option<T>>);

impl<T> OpenClient<T> {
    /// An open client.
    pub fn new(open: T) -> Self {
        OpenClient(RwLock::new(Some(open)))
    }

    /// A client that is already closed.
    pub fn closed() -> Self {
        OpenClient(RwLock::new(None))
    }

    /// Calls `ask` with the state; `None` after closing. `ask` must not close the client.
    pub fn known<U>(&self, ask: impl FnOnce(&T) -> U) -> Option<U> {
        let state = self.0.read().unwrap_or_else(PoisonError::into_inner);
        state.as_ref().map(ask)
    }

    /// As [`known`](Self::known), but an error after closing.
    ///
    /// # Errors
    /// `invalid_argument` after closing.
    pub fn open<U>(&self, ask: impl FnOnce(&T) -> U) -> Result<U, Error> {
        let closed = || Error::new(ErrorKind::InvalidArgument, "the client is closed");
        self.known(ask).ok_or_else(closed)
    }

    /// As [`known`](Self::known), but also `None` while another thread is closing the client.
    pub fn known_now<U>(&self, ask: impl FnOnce(&T) -> U) -> Option<U> {
        self.0.try_read().ok()?.as_ref().map(ask)
    }

    /// Gives an open client another state, and returns the one before. The caller drops it.
    pub fn replace(&self, open: T) -> Option<T> {
        let mut state = self.0.write().unwrap_or_else(PoisonError::into_inner);
        state.is_some().then(|| state.replace(open)).flatten()
    }

    /// Closes the client and returns its state. The caller drops it, so no lock is held then.
    pub fn close(&self) -> Option<T> {
        let mut state = self.0.write().unwrap_or_else(PoisonError::into_inner);
        state.take()
    }
}
