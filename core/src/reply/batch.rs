//! What of a stream is there already, taken at once.

use crate::error::Error;
use crate::reply::{ChatStream, ChunkText, EventStream};
use crate::sse::Event;

/// What one step of a stream brought: items, then perhaps the stream's end. What came before
/// an error stands before it.
#[derive(Clone, Debug)]
pub struct Batch<T> {
    /// In the order in which they came; at least one where the stream goes on.
    pub items: Vec<T>,
    /// What follows them.
    pub end: BatchEnd,
}

/// What follows the items of a [`Batch`].
#[derive(Clone, Debug)]
pub enum BatchEnd {
    /// More may come.
    Open,
    /// Nothing: the stream ended well.
    Ended,
    /// Nothing: the stream ended with this error.
    Failed(Error),
}

impl<T> Batch<T> {
    /// Waits for one item of `stream`, then takes those that are `ready`, as long as it has
    /// fewer items and fewer bytes than it may.
    fn of<S>(
        stream: &mut S,
        next: impl Fn(&mut S) -> Option<Result<T, Error>>,
        (most_items, most_bytes): (usize, usize),
        ready: impl Fn(&S) -> bool,
        length: impl Fn(&T) -> usize,
    ) -> Self {
        let (mut items, mut bytes) = (Vec::new(), 0);
        let end = loop {
            match next(stream) {
                Some(Ok(item)) => {
                    bytes += length(&item);
                    items.push(item);
                }
                Some(Err(error)) => break BatchEnd::Failed(error),
                None => break BatchEnd::Ended,
            }
            if items.len() >= most_items || bytes >= most_bytes || !ready(stream) {
                break BatchEnd::Open;
            }
        };
        Batch { items, end }
    }

    /// Whether nothing comes after it.
    pub fn is_last(&self) -> bool {
        !matches!(self.end, BatchEnd::Open)
    }
}

impl EventStream {
    /// Waits for the next event, then takes those that are here already: no more than
    /// `most_items`, and none once their data has `most_bytes`. One is taken in any case.
    ///
    /// ```
    /// # let (_sandbox, client) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
    /// # let request = serde_json::json!({
    /// #     "model": "gpt-5",
    /// #     "messages": [{"role": "user", "content": "Hello!"}],
    /// #     "stream": true,
    /// # });
    /// let mut stream = client.stream(neura::Method::Post, "/chat/completions", &request)?;
    /// let mut events = 0;
    /// loop {
    ///     let batch = stream.next_batch(1024, 1 << 20);
    ///     events += batch.items.len();
    ///     match batch.end {
    ///         neura::bindings::BatchEnd::Open => {}
    ///         neura::bindings::BatchEnd::Ended => break,
    ///         neura::bindings::BatchEnd::Failed(error) => return Err(error),
    ///     }
    /// }
    /// assert!(events > 0);
    /// # Ok::<(), neura::Error>(())
    /// ```
    #[doc(hidden)]
    pub fn next_batch(&mut self, most_items: usize, most_bytes: usize) -> Batch<Event> {
        let length = |event: &Event| event.data.len();
        Batch::of(
            self,
            Self::next,
            (most_items, most_bytes),
            Self::ready,
            length,
        )
    }
}

impl ChatStream {
    /// As [`EventStream::next_batch`], of chunks.
    #[doc(hidden)]
    pub fn next_batch(&mut self, most_items: usize, most_bytes: usize) -> Batch<ChunkText> {
        let length = |chunk: &ChunkText| chunk.data.len();
        Batch::of(
            self,
            Self::next_text,
            (most_items, most_bytes),
            Self::ready,
            length,
        )
    }
}
