//! A stream that one thread reads and any thread may close, for languages whose objects are
//! shared.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, TryLockError};

use neura_transport::CancelToken;

use crate::error::{Error, ErrorKind};
use crate::reply::{Batch, BatchEnd, ChatStream, ChunkText, EventStream, closed_stream};
use crate::sse::Event;

/// One step of a stream of either sort.
pub enum StreamItem {
    /// Of a plain stream.
    Event(Event),
    /// Of a chat.
    Chunk(ChunkText),
}

/// A stream of events or of the chunks of a chat. The connection is closed with the last item, an
/// error, [`close`](Self::close) or the stream itself, whichever is first. Reading on from one
/// that was closed before its end is `cancelled`.
///
/// Each method that reads takes the token that also ends the reading: once it is cancelled the
/// stream counts as closed.
pub struct ClosableStream {
    state: Mutex<State>,
    /// The most items of one step, and the most bytes.
    step: (usize, usize),
}

struct State {
    /// None once the stream ended or was closed.
    source: Option<Source>,
    ahead: VecDeque<StreamItem>,
    /// Why it gives no more, where that is not its true end: returned after the items, each time
    /// that more is asked for.
    failure: Option<Error>,
}

enum Source {
    Events(EventStream),
    Chat(ChatStream),
}

impl ClosableStream {
    /// `step` is the most items, and the most bytes, that are taken at a time.
    pub fn events(stream: EventStream, step: (usize, usize)) -> Self {
        Self::new(Source::Events(stream), step)
    }

    /// As [`events`](Self::events), of a chat.
    pub fn chat(stream: ChatStream, step: (usize, usize)) -> Self {
        Self::new(Source::Chat(stream), step)
    }

    fn new(source: Source, step: (usize, usize)) -> Self {
        Self {
            state: Mutex::new(State {
                source: Some(source),
                ahead: VecDeque::new(),
                failure: None,
            }),
            step,
        }
    }

    /// Drops the connection and the items that nothing took. While a thread reads (it may be the
    /// one that runs a signal handler here), that thread does it: see `close_if`.
    pub fn close(&self) {
        let left = self.lock().map(|mut state| state.close());
        drop(left);
    }

    /// Whether the stream is still to be read or closed.
    pub fn is_open(&self, cancel: &CancelToken) -> bool {
        // A thread that holds the lock reads from it, or is about to see that it was closed.
        !cancel.is_cancelled() && self.lock().is_none_or(|state| state.source.is_some())
    }

    /// An item that came already, unless the stream was closed.
    pub fn ahead(&self, cancel: &CancelToken) -> Option<StreamItem> {
        match cancel.is_cancelled() {
            true => None,
            false => self.lock()?.ahead.pop_front(),
        }
    }

    /// Waits for the next item; `None` at the end.
    ///
    /// # Errors
    /// Those of the stream, `cancelled` once it was closed before its end, `invalid_argument`
    /// while it is read already.
    pub fn next(&self, cancel: &CancelToken) -> Result<Option<StreamItem>, Error> {
        self.close_if(cancel);
        let mut state = self.lock().ok_or_else(busy)?;
        if state.ahead.is_empty() {
            state.read(self.step);
        }
        let item = match state.ahead.pop_front() {
            Some(item) => Ok(Some(item)),
            None => state.failure.clone().map_or(Ok(None), Err),
        };
        drop(state);
        self.close_if(cancel);
        item
    }

    /// Waits for an item, and takes all that are here then.
    ///
    /// # Errors
    /// `invalid_argument` while the stream is read already; the stream's own are in the batch.
    pub fn next_batch(&self, cancel: &CancelToken) -> Result<Batch<StreamItem>, Error> {
        self.close_if(cancel);
        let batch = {
            let mut state = self.lock().ok_or_else(busy)?;
            state.read(self.step);
            state.batch()
        };
        self.close_if(cancel);
        Ok(batch)
    }

    /// None while a thread reads: to wait would be for ever where a signal handler asks during
    /// a read.
    fn lock(&self) -> Option<MutexGuard<'_, State>> {
        match self.state.try_lock() {
            Ok(state) => Some(state),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// Closes the connection where `close` could not because it was read: an item may come
    /// before the look at the token that would have ended the wait for one.
    fn close_if(&self, cancel: &CancelToken) {
        if cancel.is_cancelled() {
            self.close();
        }
    }
}

impl State {
    /// Waits for an item, then takes those that are here already.
    fn read(&mut self, (items, bytes): (usize, usize)) {
        let Some(source) = &mut self.source else {
            return;
        };
        let end = match source {
            Source::Events(stream) => {
                let batch = stream.next_batch(items, bytes);
                self.ahead
                    .extend(batch.items.into_iter().map(StreamItem::Event));
                batch.end
            }
            Source::Chat(stream) => {
                let batch = stream.next_batch(items, bytes);
                self.ahead
                    .extend(batch.items.into_iter().map(StreamItem::Chunk));
                batch.end
            }
        };
        self.failure = match end {
            BatchEnd::Open => return,
            BatchEnd::Ended => None,
            BatchEnd::Failed(error) => Some(error),
        };
        self.source = None;
    }

    /// What is to be dropped under no lock. Items that nothing took of a stream that ended are
    /// missing to its reader as well.
    fn close(&mut self) -> (Option<Source>, VecDeque<StreamItem>) {
        let left = (self.source.take(), std::mem::take(&mut self.ahead));
        if left.0.is_some() || !left.1.is_empty() {
            self.failure = Some(closed_stream());
        }
        left
    }

    /// All that was read.
    fn batch(&mut self) -> Batch<StreamItem> {
        let end = match (&self.source, &self.failure) {
            (Some(_), _) => BatchEnd::Open,
            (None, Some(error)) => BatchEnd::Failed(error.clone()),
            (None, None) => BatchEnd::Ended,
        };
        Batch {
            items: self.ahead.drain(..).collect(),
            end,
        }
    }
}

fn busy() -> Error {
    Error::new(
        ErrorKind::InvalidArgument,
        "the stream is already being read, by another thread, a task or under a signal handler: \
         only one at a time may read it",
    )
}
