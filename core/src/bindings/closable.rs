//! A stream that one thread reads and any thread may close, for languages whose objects are
//! shared.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, TryLockError};

use neura_transport::CancelToken;

use crate::error::{Error, ErrorKind};
use crate::reply::{Batch, BatchEnd, ChatStream, ChunkText, EventStream, closed_stream};
use crate::sse::Event;

/// One item of a stream of either kind.
pub enum StreamItem {
    /// From an event stream.
    Event(Event),
    /// From a chat stream.
    Chunk(ChunkText),
}

/// A stream of events or of chat chunks. The connection is closed after the last item, after an
/// error, by [`close`](Self::close) or when the stream is dropped. Reading on after an early close
/// is `cancelled`.
///
/// Each method that reads takes the token that can interrupt it. Once the token is cancelled, the
/// stream is closed.
pub struct ClosableStream {
    state: Mutex<State>,
    /// The most items of one step, and the most bytes.
    step: (usize, usize),
}

struct State {
    /// `None` after the end or a close.
    source: Option<Source>,
    ahead: VecDeque<StreamItem>,
    /// The error that ended the stream: returned after the items, by each further read.
    failure: Option<Error>,
}

enum Source {
    Events(EventStream),
    Chat(ChatStream),
}

impl ClosableStream {
    /// `step` limits the items and the bytes that are taken at a time.
    pub fn events(stream: EventStream, step: (usize, usize)) -> Self {
        Self::new(Source::Events(stream), step)
    }

    /// As [`events`](Self::events), for a chat.
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

    /// Drops the connection and the items that were not taken. If a thread is reading, it does so
    /// when it has finished: see `close_if`. That may be this thread, under a signal handler.
    pub fn close(&self) {
        let left = self.lock().map(|mut state| state.close());
        drop(left);
    }

    /// Whether the stream has neither ended nor been closed.
    pub fn is_open(&self, cancel: &CancelToken) -> bool {
        // A thread that holds the lock is reading, or is about to notice the close.
        !cancel.is_cancelled() && self.lock().is_none_or(|state| state.source.is_some())
    }

    /// An item that has already arrived, unless the stream was closed.
    pub fn ahead(&self, cancel: &CancelToken) -> Option<StreamItem> {
        match cancel.is_cancelled() {
            true => None,
            false => self.lock()?.ahead.pop_front(),
        }
    }

    /// Waits for the next item; `None` at the end.
    ///
    /// # Errors
    /// Those of the stream, `cancelled` after an early close, `invalid_argument` while another
    /// read is running.
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

    /// Waits for an item, and takes all that have arrived by then.
    ///
    /// # Errors
    /// `invalid_argument` while another read is running; the stream's own are in the batch.
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

    /// `None` while a thread is reading. Waiting for it could deadlock: a signal handler may run
    /// during a read.
    fn lock(&self) -> Option<MutexGuard<'_, State>> {
        match self.state.try_lock() {
            Ok(state) => Some(state),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// Closes the connection if `close` could not because a read was running. That read may have
    /// returned an item without checking the token.
    fn close_if(&self, cancel: &CancelToken) {
        if cancel.is_cancelled() {
            self.close();
        }
    }
}

impl State {
    /// Waits for an item, then takes those that have already arrived.
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

    /// Returns what the caller must drop without the lock. A stream that has ended but still has
    /// items counts as closed early, because its reader misses them.
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
