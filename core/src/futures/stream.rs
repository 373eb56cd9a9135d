//! A streamed body as a `futures_core::Stream`.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;
use neura_transport::CancelToken;

use super::waker::WakerSlot;
use crate::bindings::{Calls, Dispatcher};
use crate::error::Error;
use crate::reply::{
    Batch, BatchEnd, ChatChunk, ChatStream, EventStream, Head, StreamingResponse, head_accessors,
};
use crate::sse::Event;

/// The limits of one step; the rest follows in later steps.
const STEP_ITEMS: usize = 1024;
const STEP_BYTES: usize = 256 * 1024;

/// The events, chunks or pieces of a reply as a [`futures_core::Stream`]: returned by
/// `stream_async` and `send_streaming_async`. `S` is the [reader](StreamSource) that runs on a worker
/// thread. Its rules hold for the items, the errors and the end.
///
/// Dropping it closes the connection at once. It reads only when it is polled. Each step takes all
/// items that have arrived, so that a fast stream does not need a step for each item.
///
/// ```
/// # let (_sandbox, client) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
/// # smol::block_on(async {
/// let request = serde_json::json!({
///     "model": "gpt-5",
///     "messages": [{"role": "user", "content": "Hello!"}],
/// });
/// let mut stream = client.chat(&request).stream_async().await?;
/// let mut answer = String::new();
/// while let Some(chunk) = stream.next().await {
///     answer += chunk?.text();
/// }
/// assert_eq!(answer, "You said: Hello!");
/// # Ok::<(), neura::Error>(())
/// # })?;
/// # Ok::<(), neura::Error>(())
/// ```
pub struct AsyncStream<S: StreamSource> {
    state: State<S>,
    /// Items that are not taken yet.
    here: VecDeque<S::Item>,
    head: Head,
    token: CancelToken,
    steps: Calls<(S, Batch<S::Item>)>,
    waker: Arc<WakerSlot>,
    dispatcher: Dispatcher,
}

enum State<S> {
    Idle(S),
    /// A worker is reading.
    Reading,
    /// No item follows, but there may be an error to return.
    Over(Option<Error>),
}

mod sealed {
    pub trait Sealed {}
}

/// A reader whose items an [`AsyncStream`] returns: a [`ChatStream`], an [`EventStream`] or a
/// [`StreamingResponse`]. Other types cannot implement it. Use it as a bound in generic code:
///
/// ```
/// use neura::{AsyncStream, Error, StreamSource};
///
/// async fn first<S: StreamSource>(mut stream: AsyncStream<S>) -> Result<Option<S::Item>, Error> {
///     stream.next().await.transpose()
/// }
/// ```
pub trait StreamSource: sealed::Sealed + Send + Sized + 'static {
    /// The type of its items.
    type Item: Send + 'static;

    /// Waits for one item, then takes those that have arrived.
    #[doc(hidden)]
    fn step(&mut self) -> Batch<Self::Item>;

    #[doc(hidden)]
    fn parts(&self) -> Parts;
}

/// The head of a reader's reply, and its token.
#[doc(hidden)]
pub struct Parts {
    head: Head,
    token: CancelToken,
}

impl sealed::Sealed for EventStream {}

impl StreamSource for EventStream {
    type Item = Event;

    fn step(&mut self) -> Batch<Event> {
        self.next_batch(STEP_ITEMS, STEP_BYTES)
    }

    fn parts(&self) -> Parts {
        Parts {
            head: self.head().clone(),
            token: self.cancel_token(),
        }
    }
}

impl sealed::Sealed for ChatStream {}

impl StreamSource for ChatStream {
    type Item = ChatChunk;

    fn step(&mut self) -> Batch<ChatChunk> {
        let batch = self.next_batch(STEP_ITEMS, STEP_BYTES);
        let mut items = Vec::with_capacity(batch.items.len());
        for chunk in batch.items {
            match self.read_as(&chunk) {
                Ok(item) => items.push(item),
                Err(error) => {
                    self.end();
                    let end = BatchEnd::Failed(error);
                    return Batch { items, end };
                }
            }
        }
        let end = batch.end;
        Batch { items, end }
    }

    fn parts(&self) -> Parts {
        Parts {
            head: self.head().clone(),
            token: self.cancel_token(),
        }
    }
}

impl sealed::Sealed for StreamingResponse {}

impl StreamSource for StreamingResponse {
    type Item = Vec<u8>;

    fn step(&mut self) -> Batch<Vec<u8>> {
        let (mut items, mut bytes) = (Vec::new(), 0);
        let end = match self.next_piece(STEP_BYTES) {
            Ok(Some(piece)) => {
                bytes += piece.len();
                items.push(piece);
                BatchEnd::More
            }
            Ok(None) => BatchEnd::Ended,
            Err(error) => BatchEnd::Failed(error),
        };
        while bytes < STEP_BYTES
            && let Some(piece) = self.ready_piece(STEP_BYTES - bytes)
        {
            bytes += piece.len();
            items.push(piece);
        }
        Batch { items, end }
    }

    fn parts(&self) -> Parts {
        Parts {
            head: self.head().clone(),
            token: self.cancel_token(),
        }
    }
}

impl<S: StreamSource> AsyncStream<S> {
    pub(super) fn new(source: S, dispatcher: Dispatcher) -> Self {
        let Parts { head, token } = source.parts();
        let waker = Arc::new(WakerSlot::default());
        let wakes = Arc::clone(&waker);
        AsyncStream {
            state: State::Idle(source),
            here: VecDeque::new(),
            head,
            token,
            steps: Calls::new(move || wakes.wake()),
            waker,
            dispatcher,
        }
    }

    /// The next item; `None` at the end. The same as `StreamExt::next` of the crate `futures`, for
    /// programs without that crate. Dropping this future loses no item.
    pub async fn next(&mut self) -> Option<Result<S::Item, Error>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    fn head(&self) -> &Head {
        &self.head
    }

    head_accessors!();

    /// A token that ends the stream from any thread, also while a task waits for it.
    pub fn cancel_token(&self) -> CancelToken {
        self.token.clone()
    }

    fn step(&mut self, mut source: S) {
        let job = move |_| {
            let batch = source.step();
            Ok((source, batch))
        };
        self.steps.start(&self.dispatcher, self.token.clone(), job);
        self.state = State::Reading;
    }

    fn stepped(&mut self, outcome: Result<(S, Batch<S::Item>), Error>) {
        self.state = match outcome {
            Ok((source, batch)) => {
                self.here = batch.items.into();
                match batch.end {
                    BatchEnd::More => State::Idle(source),
                    BatchEnd::Ended => State::Over(None),
                    BatchEnd::Failed(error) => State::Over(Some(error)),
                }
            }
            Err(error) => State::Over(Some(error)),
        };
    }
}

// Nothing is pinned: the futures inside run on other threads.
impl<S: StreamSource> Unpin for AsyncStream<S> {}

impl<S: StreamSource> Stream for AsyncStream<S> {
    type Item = Result<S::Item, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(item) = this.here.pop_front() {
                return Poll::Ready(Some(Ok(item)));
            }
            match std::mem::replace(&mut this.state, State::Over(None)) {
                State::Idle(source) => {
                    this.waker.set(context);
                    this.step(source);
                }
                State::Reading => {
                    this.waker.set(context);
                    match this.steps.take().pop() {
                        Some((_, outcome)) => this.stepped(outcome),
                        None => {
                            this.state = State::Reading;
                            return Poll::Pending;
                        }
                    }
                }
                State::Over(error) => return Poll::Ready(error.map(Err)),
            }
        }
    }
}

impl<S: StreamSource> fmt::Debug for AsyncStream<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncStream")
            .field("status", &self.head.status)
            .field("open", &!matches!(self.state, State::Over(_)))
            .finish_non_exhaustive()
    }
}
