//! A stream that its owner reads, or a worker on the owner's behalf.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, TryLockError};

use neura_transport::CancelToken;

use super::StreamReader;
use super::one_reader::busy;
use crate::error::{Error, ErrorKind};

/// A [`StreamReader`] whose next event may be asked for before it is read. Until then nothing else
/// reads.
///
/// One owner has it, which reads without a lock. Asking lends the reader, and the owner's next read
/// takes it back.
pub struct SharedReader {
    /// `None` while it is lent.
    reader: Cell<Option<Box<StreamReader>>>,
    lent: Arc<Lent>,
}

/// Where a reader is that was lent. No thread waits for another: a fork may leave the lock locked.
struct Lent {
    reader: Mutex<Option<Box<StreamReader>>>,
    /// An [`AskedEvent`] exists.
    asked: AtomicBool,
    cancel: CancelToken,
}

impl SharedReader {
    /// Shares this stream.
    pub fn new(reader: StreamReader) -> Self {
        SharedReader {
            lent: Arc::new(Lent {
                reader: Mutex::new(None),
                asked: AtomicBool::new(false),
                cancel: reader.cancel_token(),
            }),
            reader: Cell::new(Some(Box::new(reader))),
        }
    }

    /// A token that ends the stream from any thread.
    pub fn cancel_token(&self) -> &CancelToken {
        &self.lent.cancel
    }

    /// The reader, unless it was lent.
    #[inline]
    pub fn reader_if_here(&mut self) -> Option<&mut StreamReader> {
        self.reader.get_mut().as_deref_mut()
    }

    /// The reader, for its owner's thread.
    ///
    /// # Errors
    /// `invalid_argument` while an event is asked for.
    pub fn reader(&mut self) -> Result<&mut StreamReader, Error> {
        let here = match self.reader.take() {
            Some(reader) => reader,
            None => self.lent.take_back()?,
        };
        Ok(self.reader.get_mut().insert(here))
    }

    /// Asks for the next event, for a read that begins later.
    ///
    /// # Errors
    /// `invalid_argument` while an earlier event is asked for.
    pub(super) fn ask(&self) -> Result<AskedEvent, Error> {
        if self.lent.asked.swap(true, Ordering::SeqCst) {
            return Err(asked_for());
        }
        let asked = AskedEvent(Arc::clone(&self.lent));
        let mut place = self.lent.lock().ok_or_else(|| busy("stream"))?;
        if let Some(reader) = self.reader.take() {
            *place = Some(reader);
        }
        drop(place);
        Ok(asked)
    }
}

impl Lent {
    fn take_back(&self) -> Result<Box<StreamReader>, Error> {
        if self.asked.load(Ordering::SeqCst) {
            return Err(asked_for());
        }
        let reader = self.lock().and_then(|mut place| place.take());
        reader.ok_or_else(|| busy("stream"))
    }

    fn lock(&self) -> Option<MutexGuard<'_, Option<Box<StreamReader>>>> {
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
pub(super) struct AskedEvent(Arc<Lent>);

impl AskedEvent {
    /// Reads, which may wait.
    pub fn read<T>(
        &self,
        read: impl FnOnce(&mut StreamReader) -> Result<T, Error>,
    ) -> Result<T, Error> {
        match self.0.lock().as_deref_mut() {
            Some(Some(reader)) => read(reader),
            _ => Err(busy("stream")),
        }
    }

    /// Whether the next event is there, so that reading it will not wait.
    pub fn is_ready(&self) -> bool {
        let place = self.0.lock();
        place.is_some_and(|mut place| place.as_mut().is_some_and(|reader| reader.is_ready()))
    }
}

impl Drop for AskedEvent {
    fn drop(&mut self) {
        self.0.asked.store(false, Ordering::SeqCst);
    }
}
