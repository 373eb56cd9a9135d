//! A stream that is read on while its consumer works, up to a limit.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use neura_transport::CancelToken;

use super::one_reader::busy;
use super::workers::{Dispatcher, JobHandle};
use super::{ClosableStream, StreamItem};
use crate::error::{Error, catch_panic};
use crate::reply::{Batch, BatchEnd, ChatStream, EventStream, closed_stream};

/// As many items or as many bytes are kept; one step may add as many again.
const KEPT: (usize, usize) = (512, 512 * 1024);

/// Called with what was read, on any thread.
type Deliver = Box<dyn FnOnce(Batch<StreamItem>) + Send>;

/// A stream of events or of chat chunks whose items are read into a buffer while the consumer is
/// busy with those before. Reading pauses while the buffer is full: at 512 items or 512 KiB.
///
/// The consumer asks for items without blocking. It gets those that are there, or the next ones when
/// they arrive. Closing or dropping the stream closes the connection at once.
///
/// Reading ahead runs on workers of its own, so that a stream whose consumer is busy takes no place
/// of `max_in_flight`. A read that the consumer waits for takes one until its items arrive.
pub struct ReadAhead(Arc<Inner>);

struct Inner {
    stream: ClosableStream,
    cancel: CancelToken,
    ahead: Dispatcher,
    state: Mutex<State>,
}

struct State {
    items: Vec<StreamItem>,
    bytes: usize,
    /// What follows `items`.
    end: BatchEnd,
    closed: bool,
    reader: Reader,
    waiting: Option<Deliver>,
}

enum Reader {
    None,
    /// For a worker of `ahead`.
    Queued(JobHandle),
    Running,
}

impl State {
    fn is_full(&self) -> bool {
        self.items.len() >= KEPT.0 || self.bytes >= KEPT.1
    }

    fn is_open(&self) -> bool {
        matches!(self.end, BatchEnd::More)
    }

    /// Whether there is something to deliver.
    fn is_ready(&self) -> bool {
        !self.items.is_empty() || !self.is_open()
    }

    fn take(&mut self) -> Batch<StreamItem> {
        self.bytes = 0;
        Batch {
            items: std::mem::take(&mut self.items),
            end: self.end.clone(),
        }
    }

    fn add(&mut self, batch: Batch<StreamItem>) {
        self.bytes += batch.items.iter().map(StreamItem::length).sum::<usize>();
        self.items.extend(batch.items);
        self.end = batch.end;
    }
}

impl ReadAhead {
    /// Events, read ahead on workers of `ahead`. Nothing is read before the first `next`.
    pub fn events(stream: EventStream, ahead: &Dispatcher) -> Self {
        let cancel = stream.cancel_token();
        Self::new(ClosableStream::events(stream, KEPT), cancel, ahead)
    }

    /// As [`events`](Self::events), for a chat, whose chunks are joined as well.
    pub fn chat(stream: ChatStream, ahead: &Dispatcher) -> Self {
        let cancel = stream.cancel_token();
        Self::new(ClosableStream::chat(stream, KEPT), cancel, ahead)
    }

    fn new(stream: ClosableStream, cancel: CancelToken, ahead: &Dispatcher) -> Self {
        Self(Arc::new(Inner {
            stream,
            cancel,
            ahead: ahead.clone(),
            state: Mutex::new(State {
                items: Vec::new(),
                bytes: 0,
                end: BatchEnd::More,
                closed: false,
                reader: Reader::None,
                waiting: None,
            }),
        }))
    }

    /// Calls `deliver` with the next items, at once if there are any, else on the thread that reads
    /// them. Such a read starts on a worker of `waited`.
    ///
    /// One at a time: a second one gets `invalid_argument`.
    pub fn next(
        &self,
        waited: &Dispatcher,
        deliver: impl FnOnce(Batch<StreamItem>) + Send + 'static,
    ) {
        let mut state = self.0.lock();
        if state.waiting.is_some() {
            drop(state);
            return deliver(failed(busy("stream")));
        }
        if state.is_ready() {
            let batch = state.take();
            self.0.go_on(&mut state);
            drop(state);
            return deliver(batch);
        }
        state.waiting = Some(Box::new(deliver));
        let starts = match &state.reader {
            Reader::None => true,
            // It found no worker yet, and this one must not wait for it.
            Reader::Queued(job) => job.withdraw(),
            Reader::Running => false,
        };
        if starts {
            self.0.start(state, waited);
        }
    }

    /// The answer of a chat so far as JSON text.
    ///
    /// # Errors
    /// Those of [`ClosableStream::answer`].
    pub fn answer(&self) -> Result<String, Error> {
        catch_panic(|| self.0.stream.answer())
    }

    /// Closes the connection, and drops the items that were not taken. A consumer that waits gets
    /// `cancelled`.
    pub fn close(&self) {
        self.0.cancel.cancel();
        self.0.stream.close();
        let mut state = self.0.lock();
        let left = std::mem::take(&mut state.items);
        state.bytes = 0;
        if !state.closed && (state.is_open() || !left.is_empty()) {
            state.end = BatchEnd::Failed(closed_stream());
        }
        state.closed = true;
        let waiting = state.waiting.take().map(|deliver| (deliver, state.take()));
        drop(state);
        drop(left);
        if let Some((deliver, batch)) = waiting {
            deliver(batch);
        }
    }
}

impl Drop for ReadAhead {
    fn drop(&mut self) {
        self.close();
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts a read that the consumer waits for.
    fn start(self: &Arc<Self>, mut state: MutexGuard<'_, State>, waited: &Dispatcher) {
        state.reader = Reader::Running;
        let inner = Arc::clone(self);
        // With the lock held, so that the read cannot end before it is noted.
        if let Err(error) = waited.spawn(move || inner.read(false)) {
            state.reader = Reader::None;
            let waiting = state.waiting.take();
            drop(state);
            if let Some(deliver) = waiting {
                deliver(failed(error));
            }
        }
    }

    /// Goes on reading, unless a read is running or the buffer is full.
    fn go_on(self: &Arc<Self>, state: &mut State) {
        if !matches!(state.reader, Reader::None) || !state.is_open() || state.is_full() {
            return;
        }
        let inner = Arc::clone(self);
        // If no thread can be started, the next items are read when they are asked for.
        let job = self.ahead.spawn(move || inner.read(true));
        state.reader = job.map_or(Reader::None, Reader::Queued);
    }

    /// Reads until the buffer is full; a read that is not `ahead`, until its items are delivered.
    fn read(self: &Arc<Self>, ahead: bool) {
        self.lock().reader = Reader::Running;
        loop {
            let batch = catch_panic(|| self.stream.next_batch(&self.cancel));
            let batch = batch.unwrap_or_else(failed);
            let mut state = self.lock();
            if !state.closed {
                state.add(batch);
            }
            let waiting = match state.is_ready() {
                true => state.waiting.take(),
                false => None,
            };
            let delivered = waiting.map(|deliver| (deliver, state.take()));
            let goes_on = ahead && state.is_open() && !state.is_full();
            if !goes_on {
                state.reader = Reader::None;
                self.go_on(&mut state);
            }
            drop(state);
            if let Some((deliver, batch)) = delivered {
                deliver(batch);
            }
            if !goes_on {
                return;
            }
        }
    }
}

fn failed(error: Error) -> Batch<StreamItem> {
    Batch {
        items: Vec::new(),
        end: BatchEnd::Failed(error),
    }
}
