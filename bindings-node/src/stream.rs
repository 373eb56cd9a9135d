//! Event streams, read on worker threads a batch at a time.

use std::sync::Arc;

use napi::bindgen_prelude::Either;
use napi_derive::napi;
use neura::bindings::{BatchEnd, Buffer, Dispatcher, ReadAhead, StreamItem, afford_for};
use neura::{CancelToken, ChatStream, Error, EventStream};

use crate::failure::Failure;
use crate::port::{Port, Value};
use crate::reply::{RateLimit, either, flat_headers};

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
        let (mut events, mut chunks) = (Vec::new(), Vec::new());
        match affordable(items.iter().map(StreamItem::length).sum()) {
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
    core: ReadAhead,
    port: Arc<Port>,
    /// For the reads that JavaScript waits for.
    waited: Dispatcher,
}

/// Either sort has the same calls, by no common trait.
macro_rules! stream {
    ($stream:ident, $is_chat:literal, $read_ahead:path, $port:ident, $waited:ident) => {
        Stream {
            status: $stream.status(),
            url: $stream.url().to_owned(),
            headers: $stream.headers().to_vec(),
            request_id: $stream.request_id().map(str::to_owned),
            attempts: $stream.attempts(),
            rate_limit: $stream.rate_limit().clone(),
            token: $stream.cancel_token(),
            is_chat: $is_chat,
            core: $read_ahead($stream, $port.readers()),
            port: $port,
            waited: $waited,
        }
    };
}

impl Stream {
    pub(crate) fn events(stream: EventStream, port: Arc<Port>, waited: Dispatcher) -> Self {
        stream!(stream, false, ReadAhead::events, port, waited)
    }

    pub(crate) fn chat(stream: ChatStream, port: Arc<Port>, waited: Dispatcher) -> Self {
        stream!(stream, true, ReadAhead::chat, port, waited)
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

    /// What was read meanwhile, or what comes next: a [`Batch`] arrives under the number returned.
    /// One at a time. What follows is read ahead.
    #[napi]
    pub fn next(&self) -> f64 {
        let is_chat = self.is_chat;
        let (id, call) = self.port.pending(self.token.clone(), self.attempts);
        self.core.next(&self.waited, move |batch| {
            call.settle(Ok(Value::Batch(Batch::of(is_chat, batch))));
        });
        id
    }

    /// The answer that the chunks of a chat read so far make, as JSON text.
    #[napi]
    pub fn answer(&self) -> Either<String, Failure> {
        either(self.core.answer())
    }

    /// Closes the socket, also while a call reads from it.
    #[napi]
    pub fn close(&self) {
        self.core.close();
    }
}
