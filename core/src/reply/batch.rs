//! Takes all items of a stream that have arrived, at once.

use crate::error::Error;
use crate::reply::{ChatStream, ChunkText, EventStream};
use crate::sse::Event;

/// The result of one step of a stream: items, then perhaps the stream's end. Items before an error
/// are not lost.
#[derive(Clone, Debug)]
pub struct Batch<T> {
    /// In their order; at least one if the stream goes on.
    pub items: Vec<T>,
    /// What follows the items.
    pub end: BatchEnd,
}

/// What follows the items of a [`Batch`].
#[derive(Clone, Debug)]
pub enum BatchEnd {
    /// More items may follow.
    More,
    /// Nothing: the stream is complete.
    Ended,
    /// Nothing: the stream failed with this error.
    Failed(Error),
}

impl<T> Batch<T> {
    /// Waits for one item of `stream`, then takes those that are `ready`, up to the limits of items
    /// and bytes.
    fn of<S>(
        stream: &mut S,
        next: impl Fn(&mut S) -> Option<Result<T, Error>>,
        (most_items, most_bytes): (usize, usize),
        ready: impl Fn(&mut S) -> bool,
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
                break BatchEnd::More;
            }
        };
        Batch { items, end }
    }

    /// Whether this is the last batch.
    pub fn is_last(&self) -> bool {
        !matches!(self.end, BatchEnd::More)
    }
}

impl EventStream {
    /// Waits for the next event, then takes those that have arrived: at most `most_items`, and no
    /// more once their data has `most_bytes`. At least one is taken.
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
    ///         neura::bindings::BatchEnd::More => {}
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
