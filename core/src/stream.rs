//! An event stream that is read as it comes.

use std::fmt;

use crate::cancel::CancelToken;
use crate::config::{Sizes, in_words};
use crate::error::{Error, ErrorKind};
use crate::rate_limit::RateLimit;
use crate::response::Head;
use crate::sse::{Event, Parser};
use crate::transport::Body;

/// The data that ends a stream.
pub(crate) const DONE: &str = "[DONE]";

/// The events of a stream, as they came. An iterator: it ends before an event whose data
/// is `[DONE]`, and at a clean end; an error is its last item.
///
/// One thread at a time reads it. Dropping or closing it closes the connection at once.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
/// # fn main() -> Result<(), neura::Error> {
/// # let sandbox = sandbox();
/// # let client = neura::Client::builder().api_key(&sandbox.api_key).base_url(&sandbox.base_url).build()?;
/// let request = serde_json::json!({
///     "model": "gpt-5",
///     "messages": [{"role": "user", "content": "Hello!"}],
///     "stream": true,
/// });
/// let stream = client.stream(neura::Method::Post, "/chat/completions", &request)?;
/// for event in stream {
///     let chunk: serde_json::Value = event?.json()?;
///     assert_eq!(chunk["object"], "chat.completion.chunk");
/// }
/// # Ok(())
/// # }
/// ```
pub struct EventStream {
    head: Head,
    source: Option<Body>,
    parser: Parser,
    cancel: CancelToken,
    /// The stream ended at `[DONE]`.
    done: bool,
    /// It said that it is an event stream, or an event came.
    known: bool,
    /// The most bytes of one event.
    largest: usize,
    /// One was larger, and is to be told behind those that came before it.
    overflowed: bool,
}

impl EventStream {
    /// Takes a reply whose status is 2xx. A body that is no event stream is delivered as
    /// one event where it is JSON, and is `decode` where it is not.
    pub(crate) fn new(
        head: Head,
        mut body: Body,
        cancel: CancelToken,
        sizes: Sizes,
    ) -> Result<Self, Error> {
        let content_type = head.content_type().to_ascii_lowercase();
        let mut parser = Parser::new(sizes.event);
        let mut source = None;
        if content_type.contains("json") {
            let mut whole = Vec::new();
            let ended = body
                .read_to_end(sizes.event, &mut whole)
                .map_err(|error| head.body_error(error))?;
            if !ended {
                return Err(too_large(&head, sizes.event));
            }
            parser.push(Event {
                event: "message".to_owned(),
                data: String::from_utf8_lossy(&whole).into_owned(),
                id: String::new(),
            });
        } else if content_type.contains("html") {
            return Err(head.decode_error("a page came instead of an event stream"));
        } else {
            source = Some(body);
        }
        Ok(EventStream {
            head,
            source,
            parser,
            cancel,
            done: false,
            known: content_type.contains("event-stream"),
            largest: sizes.event,
            overflowed: false,
        })
    }

    /// The HTTP status, 200 to 299.
    pub fn status(&self) -> u16 {
        self.head.status
    }

    /// All headers, their names in lower case, repeated ones in order.
    pub fn headers(&self) -> &[(String, String)] {
        self.head.headers.pairs()
    }

    /// The first value of a header; the name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.header(name)
    }

    /// The URL that was asked.
    pub fn url(&self) -> &str {
        &self.head.url
    }

    /// The service's id of the request.
    pub fn request_id(&self) -> Option<&str> {
        self.head.request_id()
    }

    /// How many times the request was sent.
    pub fn attempts(&self) -> u32 {
        self.head.attempts
    }

    /// What the reply told about rate limits.
    pub fn rate_limit(&self) -> &RateLimit {
        &self.head.rate_limit
    }

    /// Whether the next event is here already, so that `next` will not wait.
    pub fn ready(&self) -> bool {
        self.parser.is_ready()
    }

    /// Ends the stream from any thread, also while another one waits in it.
    pub fn cancel_token(&self) -> CancelToken {
        self.cancel.clone()
    }

    /// Closes the connection. Events that came are dropped too.
    pub fn close(&mut self) {
        self.source = None;
        self.overflowed = false;
        self.parser = Parser::new(self.largest);
    }

    /// Whether `[DONE]` ended the stream.
    pub(crate) fn is_done(&self) -> bool {
        self.done
    }

    pub(crate) fn head(&self) -> &Head {
        &self.head
    }

    fn advance(&mut self) -> Result<Option<Event>, Error> {
        loop {
            if let Some(event) = self.parser.next_event() {
                self.known = true;
                if event.data.trim() == DONE {
                    self.done = true;
                    // What follows is ignored. A body that ends right here leaves its
                    // connection for the next request.
                    self.finish();
                    return Ok(None);
                }
                return Ok(Some(event));
            }
            let Some(source) = &mut self.source else {
                return match std::mem::take(&mut self.overflowed) {
                    true => Err(too_large(&self.head, self.largest)),
                    false => Ok(None),
                };
            };
            let piece = match source.fill() {
                Ok(piece) => piece,
                Err(error) => {
                    self.close();
                    return Err(self.head.body_error(error));
                }
            };
            if piece.is_empty() {
                self.source = None;
                return match self.known {
                    true => Ok(None),
                    // Some servers forget to say what they send, so it was read until here.
                    false => Err(self.head.decode_error("no event stream came")),
                };
            }
            let length = piece.len();
            let fits = self.parser.feed(piece).is_ok();
            source.consume(length);
            if !fits {
                // The events that came before it are delivered first.
                self.source = None;
                self.overflowed = true;
            }
        }
    }

    fn finish(&mut self) {
        self.overflowed = false;
        self.parser = Parser::new(self.largest);
        if let Some(source) = self.source.take() {
            source.finish_if_ended();
        }
    }
}

impl Iterator for EventStream {
    type Item = Result<Event, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.advance().transpose()
    }
}

impl fmt::Debug for EventStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream")
            .field("status", &self.head.status)
            .field("open", &self.source.is_some())
            .finish_non_exhaustive()
    }
}

fn too_large(head: &Head, limit: usize) -> Error {
    head.body_error(Error::new(
        ErrorKind::BodyTooLarge,
        format!(
            "one event is larger than {}. Raise max_event_bytes if it may be",
            in_words(limit)
        ),
    ))
}
