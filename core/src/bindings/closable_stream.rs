//! A stream that one thread reads and any thread may close, for languages whose objects are
//! shared.

use std::collections::VecDeque;

use neura_transport::CancelToken;

use super::one_reader::{Close, OneReader, busy, no_turn};
use super::{ChatAnswer, Shape};
use crate::error::Error;
use crate::reply::{Batch, BatchEnd, ChatStream, ChunkText, EventStream, closed_stream};
use crate::sse::Event;

/// One item of a stream of either kind.
pub enum StreamItem {
    /// From an event stream.
    Event(Event),
    /// From a chat stream.
    Chunk(ChunkText),
}

impl StreamItem {
    /// How many bytes its data has.
    pub fn length(&self) -> usize {
        match self {
            StreamItem::Event(event) => event.data.len(),
            StreamItem::Chunk(chunk) => chunk.data.len(),
        }
    }

    /// The type of its data, if it is known.
    pub fn shape(&self) -> Option<Shape> {
        match self {
            StreamItem::Event(_) => None,
            StreamItem::Chunk(chunk) if chunk.is_whole => Some(Shape::ChatCompletion),
            StreamItem::Chunk(_) => Some(Shape::ChatChunk),
        }
    }
}

/// A stream of events or of chat chunks. The connection is closed after the last item, after an
/// error, by [`close`](Self::close) or when the stream is dropped. Reading on after an early close
/// is `cancelled`.
///
/// Each method that reads takes the token that can interrupt it. Once the token is cancelled, the
/// stream is closed.
pub struct ClosableStream {
    state: OneReader<State>,
    /// The most items of one step, and the most bytes.
    step: (usize, usize),
}

struct State {
    /// `None` after the end or a close.
    source: Option<Source>,
    ahead: VecDeque<StreamItem>,
    /// The error that ended the stream: returned after the items, by each further read.
    failure: Option<Error>,
    /// Of a chat: its chunks, joined.
    answer: ChatAnswer,
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

    /// As [`events`](Self::events), for a chat, whose chunks are joined as well.
    pub fn chat(stream: ChatStream, step: (usize, usize)) -> Self {
        Self::new(Source::Chat(stream), step)
    }

    fn new(source: Source, step: (usize, usize)) -> Self {
        Self {
            state: OneReader::new(State {
                source: Some(source),
                ahead: VecDeque::new(),
                failure: None,
                answer: ChatAnswer::default(),
            }),
            step,
        }
    }

    /// Drops the connection and the items that were not taken. If a thread is reading, it does so
    /// when it has finished, provided that its token is cancelled.
    pub fn close(&self) {
        self.state.close();
    }

    /// Whether the stream has neither ended nor been closed.
    pub fn is_open(&self, cancel: &CancelToken) -> bool {
        // A thread that holds the lock is reading, or is about to notice the close.
        !cancel.is_cancelled()
            && self
                .state
                .look(|state| state.source.is_some())
                .unwrap_or(true)
    }

    /// An item that has already arrived, unless the stream was closed.
    pub fn ahead(&self, cancel: &CancelToken) -> Option<StreamItem> {
        match cancel.is_cancelled() {
            true => None,
            false => self.state.look(|state| state.ahead.pop_front())?,
        }
    }

    /// Waits for the next item; `None` at the end.
    ///
    /// # Errors
    /// Those of the stream, `cancelled` after an early close, `invalid_argument` while another
    /// read is running.
    pub fn next(&self, cancel: &CancelToken) -> Result<Option<StreamItem>, Error> {
        let next = |state: &mut State| {
            if state.ahead.is_empty() {
                state.read(self.step);
            }
            match state.ahead.pop_front() {
                Some(item) => Ok(Some(item)),
                None => state.failure.clone().map_or(Ok(None), Err),
            }
        };
        let read = self.state.read(cancel, next);
        read.unwrap_or_else(|| Err(no_turn("stream", cancel, closed_stream)))
    }

    /// Waits for an item, and takes all that have arrived by then.
    ///
    /// # Errors
    /// `invalid_argument` while another read is running; the stream's own are in the batch.
    pub fn next_batch(&self, cancel: &CancelToken) -> Result<Batch<StreamItem>, Error> {
        let batch = |state: &mut State| {
            state.read(self.step);
            state.batch()
        };
        let read = self.state.read(cancel, batch);
        read.ok_or_else(|| no_turn("stream", cancel, closed_stream))
    }

    /// Reads what is left of a chat, and joins it with all that was read before: JSON text in the
    /// form of a chat completion.
    ///
    /// # Errors
    /// As for [`next`](Self::next), and those of [`answer`](Self::answer).
    pub fn read_answer(&self, cancel: &CancelToken) -> Result<String, Error> {
        while self.next(cancel)?.is_some() {}
        self.answer()
    }

    /// The answer of a chat so far as JSON text, without a wait.
    ///
    /// # Errors
    /// Those of [`ChatAnswer::json`]; `invalid_argument` while another read is running.
    pub fn answer(&self) -> Result<String, Error> {
        let joined = self.state.look(|state| state.answer.json());
        joined.unwrap_or_else(|| Err(busy("stream")))
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
                for chunk in &batch.items {
                    self.answer.add(chunk);
                }
                self.ahead
                    .extend(batch.items.into_iter().map(StreamItem::Chunk));
                batch.end
            }
        };
        self.failure = match end {
            BatchEnd::More => return,
            BatchEnd::Ended => None,
            BatchEnd::Failed(error) => Some(error),
        };
        self.source = None;
    }

    /// All that was read.
    fn batch(&mut self) -> Batch<StreamItem> {
        let end = match (&self.source, &self.failure) {
            (Some(_), _) => BatchEnd::More,
            (None, Some(error)) => BatchEnd::Failed(error.clone()),
            (None, None) => BatchEnd::Ended,
        };
        Batch {
            items: self.ahead.drain(..).collect(),
            end,
        }
    }
}

impl Close for State {
    type Left = (Option<Source>, VecDeque<StreamItem>);

    /// A stream that has ended but still has items counts as closed early, because its reader
    /// misses them.
    fn close(&mut self) -> Self::Left {
        let left = (self.source.take(), std::mem::take(&mut self.ahead));
        if left.0.is_some() || !left.1.is_empty() {
            self.failure = Some(closed_stream());
        }
        left
    }
}
