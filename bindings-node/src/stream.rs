//! Event streams, read on worker threads a batch at a time.

use std::sync::{Arc, Mutex};

use napi_derive::napi;
use neura::{
    BatchEnd, Buffer, CancelToken, ChatStream, Deadline, Dispatcher, Error, Event, EventStream,
    afford_for,
};

use crate::failure::{Failure, cancelled};
use crate::port::{Port, Value, locked};
use crate::reply::{RateLimit, flat_headers};

/// One batch is at most so many items or so many bytes: its strings are made in
/// one go on the JavaScript thread, which has other work too.
const ITEMS: usize = 1024;
const BYTES: usize = 1 << 20;

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

enum Source {
    Events(EventStream),
    Chat(ChatStream),
}

macro_rules! of_either {
    ($source:expr, $stream:ident => $value:expr) => {
        match $source {
            Source::Events($stream) => $value,
            Source::Chat($stream) => $value,
        }
    };
}

impl Source {
    fn read(&mut self) -> Batch {
        match self {
            Source::Events(stream) => {
                let neura::Batch { items, end } = stream.next_batch(ITEMS, BYTES);
                let bytes = items.iter().map(|event| event.data.len()).sum();
                if let Err(error) = affordable(bytes) {
                    return Batch::new(Some(Vec::new()), None, BatchEnd::Failed(error));
                }
                let parts = |event: Event| [event.event, event.data, event.id];
                let events = items.into_iter().flat_map(parts).collect();
                Batch::new(Some(events), None, end)
            }
            Source::Chat(stream) => {
                let neura::Batch { items, end } = stream.next_batch(ITEMS, BYTES);
                let bytes = items.iter().map(|chunk| chunk.data.len()).sum();
                if let Err(error) = affordable(bytes) {
                    return Batch::new(None, Some("[]".to_owned()), BatchEnd::Failed(error));
                }
                let chunks: Vec<_> = items.into_iter().map(|chunk| chunk.data).collect();
                Batch::new(None, Some(format!("[{}]", chunks.join(","))), end)
            }
        }
    }
}

/// Whether there is memory for the strings of a batch: JavaScript's, of two bytes for each
/// character, and the text that they are made of.
fn affordable(bytes: usize) -> Result<(), Error> {
    afford_for(bytes.saturating_mul(3), bytes, Buffer::Event)
}

impl Batch {
    fn new(events: Option<Vec<String>>, chunks: Option<String>, end: BatchEnd) -> Self {
        let (last, failure) = match end {
            BatchEnd::Open => (false, None),
            BatchEnd::Ended => (true, None),
            BatchEnd::Failed(error) => (true, Some(error.into())),
        };
        Batch {
            events,
            chunks,
            last,
            failure,
        }
    }
}

/// Where the core's stream is.
enum Place {
    Here(Box<Source>),
    /// On a worker thread.
    Reading,
    Closed,
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
    place: Arc<Mutex<Place>>,
    port: Arc<Port>,
    dispatcher: Dispatcher,
}

impl Stream {
    pub(crate) fn events(stream: EventStream, port: Arc<Port>, dispatcher: Dispatcher) -> Self {
        Stream::new(Source::Events(stream), port, dispatcher)
    }

    pub(crate) fn chat(stream: ChatStream, port: Arc<Port>, dispatcher: Dispatcher) -> Self {
        Stream::new(Source::Chat(stream), port, dispatcher)
    }

    fn new(source: Source, port: Arc<Port>, dispatcher: Dispatcher) -> Self {
        of_either!(&source, stream => Stream {
            status: stream.status(),
            url: stream.url().to_owned(),
            headers: stream.headers().to_vec(),
            request_id: stream.request_id().map(str::to_owned),
            attempts: stream.attempts(),
            rate_limit: stream.rate_limit().clone(),
            token: stream.cancel_token(),
            place: Arc::new(Mutex::new(Place::Here(Box::new(source)))),
            port,
            dispatcher,
        })
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
        let mut place = locked(&self.place);
        let Place::Here(mut source) = std::mem::replace(&mut *place, Place::Closed) else {
            return self.port.refuse(cancelled());
        };
        *place = Place::Reading;
        drop(place);
        let home = Arc::clone(&self.place);
        let job = move |turn: Result<(), _>| {
            turn?;
            let batch = source.read();
            let mut place = locked(&home);
            // Closed meanwhile, the source is dropped here, and its socket with it.
            *place = match &*place {
                Place::Reading if !batch.last => Place::Here(source),
                _ => Place::Closed,
            };
            Ok(Value::Batch(batch))
        };
        // The call's own deadline ended with the headers.
        let none = Deadline::default();
        self.port
            .start(&self.dispatcher, none, self.token.clone(), job)
    }

    /// Closes the socket, at once unless a call reads from it: cancel that one too.
    #[napi]
    pub fn close(&self) {
        *locked(&self.place) = Place::Closed;
    }
}
