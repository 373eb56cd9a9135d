//! A stream that its owner reads, or a worker on the owner's behalf.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, TryLockError};

use neura_transport::CancelToken;

use super::StreamReader;
use super::one_reader::busy;
use crate::error::{Error, ErrorKind};

/// A [`StreamReader`] whose next event may be asked for before it is read. Until then nothing else
/// reads. No thread waits for another: a fork may leave the lock locked.
pub struct SharedReader {
    reader: Mutex<StreamReader>,
    /// An [`AskedEvent`] exists.
    asked: AtomicBool,
    cancel: CancelToken,
}

impl SharedReader {
    /// Shares this stream.
    pub fn new(reader: StreamReader) -> Self {
        SharedReader {
            cancel: reader.cancel_token(),
            reader: Mutex::new(reader),
            asked: AtomicBool::new(false),
        }
    }

    /// A token that ends the stream from any thread.
    pub fn cancel_token(&self) -> &CancelToken {
        &self.cancel
    }

    /// Reads on the owner's thread.
    ///
    /// # Errors
    /// Those of `read`; `invalid_argument` while an event is asked for.
    pub fn read<T>(
        &self,
        read: impl FnOnce(&mut StreamReader) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if self.asked.load(Ordering::SeqCst) {
            return Err(asked_for());
        }
        let reader = self.lock();
        read(&mut *reader.ok_or_else(|| busy("stream"))?)
    }

    /// Asks for the next event, for a read that begins later.
    ///
    /// # Errors
    /// `invalid_argument` while an earlier event is asked for.
    pub(super) fn ask(self: &Arc<Self>) -> Result<AskedEvent, Error> {
        match self.asked.swap(true, Ordering::SeqCst) {
            true => Err(asked_for()),
            false => Ok(AskedEvent(Arc::clone(self))),
        }
    }

    /// Whether the next event is there, so that reading it will not wait.
    pub(super) fn is_ready(&self) -> bool {
        self.lock().is_some_and(|mut reader| reader.is_ready())
    }

    fn lock(&self) -> Option<MutexGuard<'_, StreamReader>> {
        match self.reader.try_lock() {
            Ok(reader) => Some(reader),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }
}

fn asked_for() -> Error {
    Error::new(
        ErrorKind::InvalidArgument,
        "the next event of this stream was asked for already: read the completion of that call first",
    )
}

/// The turn of a read of the next event, which ends when it is dropped.
pub(super) struct AskedEvent(Arc<SharedReader>);

impl AskedEvent {
    /// Reads, which may wait.
    pub fn read<T>(
        &self,
        read: impl FnOnce(&mut StreamReader) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let reader = self.0.lock();
        read(&mut *reader.ok_or_else(|| busy("stream"))?)
    }
}

impl Drop for AskedEvent {
    fn drop(&mut self) {
        self.0.asked.store(false, Ordering::SeqCst);
    }
}
