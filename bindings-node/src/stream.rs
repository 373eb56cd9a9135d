//! Event streams, read on worker threads a batch at a time.

use std::sync::Arc;

use napi_derive::napi;
use neura::bindings::{
    BatchEnd, Buffer, ClosableStream, Deadline, Dispatcher, StreamItem, afford_for,
};
use neura::{CancelToken, ChatStream, Error, EventStream};

use crate::failure::Failure;
use crate::port::{Port, Value};
use crate::reply::{RateLimit, flat_headers};

/// One batch is at most so many items or so many bytes: its strings are made in
/// one go on the JavaScript thread, which has other work too.
const STEP: (usize, usize) = (1024, 1 << 20);

/// What one step of a stream brought.
#[napi(object, object_from_js = false)]
pub struct Batch {
    /// Plain stream: event, data, id, event, data, id, ...
    pub events: Option<Vec<String>>,
    /// Chat stream: the chunks as one JSON array.
    pub chunks: Option<String>,
    /// Nothing comes after this batch.
    pub last: bool,
    /// Why nothing comes after it, unless the stream ended well.
    pub failure: Option<Failure>,
}

/// Whether there is memory for the strings of a batch: JavaScript's, of two bytes for each
/// character, and the text that they are made of.
fn affordable(bytes: usize) -> Result<(), Error> {
    afford_for(bytes.saturating_mul(3), bytes, Buffer::Event)
}

impl Batch {
    fn of(is_chat: bool, batch: neura::bindings::Batch<StreamItem>) -> Self {
        let neura::bindings::Batch { items, mut end } = batch;
        let length = |item: &StreamItem| match item {
            StreamItem::Event(event) => event.data.len(),
            StreamItem::Chunk(chunk) => chunk.data.len(),
        };
        let (mut events, mut chunks) = (Vec::new(), Vec::new());
        match affordable(items.iter().map(length).sum()) {
            Ok(()) => {
                for item in items {
                    match item {
                        StreamItem::Event(event) => {
                            events.extend([event.event, event.data, event.id]);
                        }
                        StreamItem::Chunk(chunk) => chunks.push(chunk.data),
                    }
                }
            }
            Err(error) => end = BatchEnd::Failed(error),
        }
        let (last, failure) = match end {
            BatchEnd::More => (false, None),
            BatchEnd::Ended => (true, None),
            BatchEnd::Failed(error) => (true, Some(error.into())),
        };
        Batch {
            events: (!is_chat).then_some(events),
            chunks: is_chat.then(|| format!("[{}]", chunks.join(","))),
            last,
            failure,
        }
    }
}

/// An open event stream. Dropping or closing it closes the socket.
#[napi]
pub struct Stream {
    status: u16,
    url: String,
    headers: Vec<(String, String)>,
    request_id: Option<String>,
    attempts: u32,
    rate_limit: neura::RateLimit,
    token: CancelToken,
    is_chat: bool,
    core: Arc<ClosableStream>,
    port: Arc<Port>,
    dispatcher: Dispatcher,
}

/// Either sort has the same calls, by no common trait.
macro_rules! stream {
    ($stream:ident, $is_chat:literal, $closable:path, $port:ident, $dispatcher:ident) => {
        Stream {
            status: $stream.status(),
            url: $stream.url().to_owned(),
            headers: $stream.headers().to_vec(),
            request_id: $stream.request_id().map(str::to_owned),
            attempts: $stream.attempts(),
            rate_limit: $stream.rate_limit().clone(),
            token: $stream.cancel_token(),
            is_chat: $is_chat,
            core: Arc::new($closable($stream, STEP)),
            port: $port,
            dispatcher: $dispatcher,
        }
    };
}

impl Stream {
    pub(crate) fn events(stream: EventStream, port: Arc<Port>, dispatcher: Dispatcher) -> Self {
        stream!(stream, false, ClosableStream::events, port, dispatcher)
    }

    pub(crate) fn chat(stream: ChatStream, port: Arc<Port>, dispatcher: Dispatcher) -> Self {
        stream!(stream, true, ClosableStream::chat, port, dispatcher)
    }
}

#[napi]
impl Stream {
    #[napi(getter)]
    pub fn status(&self) -> u32 {
        self.status.into()
    }

    #[napi(getter)]
    pub fn url(&self) -> &str {
        &self.url
    }

    #[napi]
    pub fn headers(&self) -> Vec<&str> {
        flat_headers(&self.headers)
    }

    #[napi(getter)]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    #[napi(getter)]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    #[napi(getter)]
    pub fn rate_limit(&self) -> RateLimit {
        (&self.rate_limit).into()
    }

    /// Begins to read; a [`Batch`] arrives under the number returned. One at a time.
    #[napi]
    pub fn next(&self) -> f64 {
        let (core, token, is_chat) = (Arc::clone(&self.core), self.token.clone(), self.is_chat);
        let job = move |turn: Result<(), _>| {
            turn?;
            let batch = core.next_batch(&token)?;
            let batch = Batch::of(is_chat, batch);
            if batch.last {
                core.close(); // What was too large for JavaScript ends it too.
            }
            Ok(Value::Batch(batch))
        };
        // The call's own deadline ended with the headers.
        let none = Deadline::of_step(self.attempts);
        self.port
            .start(&self.dispatcher, none, self.token.clone(), job)
    }

    /// Closes the socket, also while a call reads from it.
    #[napi]
    pub fn close(&self) {
        self.token.cancel();
        self.core.close();
    }
}
