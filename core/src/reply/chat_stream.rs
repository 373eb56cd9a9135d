//! Chat over an event stream: chunks, the errors between them, and a whole end.

use std::fmt;

use neura_transport::{CancelToken, Method};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::{Error, ErrorKind};
use crate::keys::Tokens;
use crate::rate_limit::RateLimit;
use crate::reply::{EventStream, Member, Outline};
use crate::sse::Event;

/// One chunk of a chat completion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatChunk {
    /// The chunk as the service sent it, checked to be JSON.
    pub data: String,
}

impl ChatChunk {
    /// The chunk read as JSON.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_str(&self.data).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            Error::new(
                ErrorKind::Decode,
                format!("a chunk is JSON of another shape (line {line}, column {column})"),
            )
        })
    }

    /// The text that this chunk adds to the first choice; empty where it adds none.
    pub fn text(&self) -> String {
        let chunk: Value = self.json().unwrap_or_default();
        let content = &chunk["choices"][0]["delta"]["content"];
        content.as_str().unwrap_or_default().to_owned()
    }
}

/// The chunks of a streamed chat completion; an iterator.
///
/// An error that the service sends inside the stream is an item of its kind, and so is
/// `incomplete_stream` when the stream ends without `[DONE]` or a `finish_reason`.
/// Nothing follows an error.
pub struct ChatStream {
    events: EventStream,
    /// A chunk came.
    began: bool,
    finished: bool,
    ended: bool,
    /// The tokens that a chunk told last.
    told: Option<Tokens>,
}

impl ChatStream {
    pub(crate) fn new(mut events: EventStream) -> Self {
        events.keep_unfinished();
        ChatStream {
            events,
            began: false,
            finished: false,
            ended: false,
            told: None,
        }
    }

    /// The HTTP status, 200 to 299.
    pub fn status(&self) -> u16 {
        self.events.status()
    }

    /// All headers, their names in lower case, repeated ones in order.
    pub fn headers(&self) -> &[(String, String)] {
        self.events.headers()
    }

    /// The first value of a header; the name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.events.header(name)
    }

    /// The method that was asked by.
    pub fn method(&self) -> Method {
        self.events.method()
    }

    /// The URL that was asked.
    pub fn url(&self) -> &str {
        self.events.url()
    }

    /// The service's id of the request.
    pub fn request_id(&self) -> Option<&str> {
        self.events.request_id()
    }

    /// How many times the request was sent.
    pub fn attempts(&self) -> u32 {
        self.events.attempts()
    }

    /// What the reply told about rate limits.
    pub fn rate_limit(&self) -> &RateLimit {
        self.events.rate_limit()
    }

    /// Whether the next chunk is here already, so that `next` will not wait.
    pub fn ready(&self) -> bool {
        !self.ended && self.events.ready()
    }

    /// Ends the stream from any thread, also while another one waits in it.
    pub fn cancel_token(&self) -> CancelToken {
        self.events.cancel_token()
    }

    /// Closes the connection.
    pub fn close(&mut self) {
        self.ended = true;
        self.events.close();
    }

    fn advance(&mut self) -> Result<Option<ChatChunk>, Error> {
        let event = match self.events.next().transpose() {
            // However the connection ended, what counts is whether the answer was whole.
            Err(error) if error.kind() == ErrorKind::Connection => None,
            event => event?,
        };
        match event {
            Some(event) => match self.read(event)? {
                Some(chunk) => Ok(Some(chunk)),
                None => self.at_the_end(),
            },
            None => self.at_the_end(),
        }
    }

    fn at_the_end(&mut self) -> Result<Option<ChatChunk>, Error> {
        match self.events.take_stray() {
            Some(reply) if !self.began => return self.read_whole(reply).map(Some),
            Some(text) if !self.finished && says_error(&text) => {
                return Err(self.events.head().event_error(&text));
            }
            _ => {}
        }
        match self.finished || self.events.is_done() {
            true => Ok(None),
            false => Err(self.incomplete()),
        }
    }

    /// The chunk that an event is; `None` for one that the end of the stream cut.
    fn read(&mut self, event: Event) -> Result<Option<ChatChunk>, Error> {
        let head = self.events.head();
        if event.event == "error" {
            return Err(head.event_error(&event.data));
        }
        if self.events.is_whole() {
            return self.read_whole(event.data).map(Some);
        }
        let outline = match Outline::of(&event.data) {
            Ok(outline) => outline,
            Err(_) if self.events.is_unfinished() => return Ok(None),
            Err(_) => return Err(head.not_a_chunk(&event.data)),
        };
        if outline.is_error(Member::Choices) {
            return Err(head.event_error(&event.data));
        }
        self.began = true;
        self.finished |= outline.is_finished();
        // Some services tell a running total with every chunk.
        if let Some(tokens) = outline.tokens() {
            let before = self.told.replace(tokens).unwrap_or_default();
            self.events.head().spent(tokens.beyond(before));
        }
        Ok(Some(ChatChunk { data: event.data }))
    }

    /// The one chunk of a reply that is no stream.
    fn read_whole(&mut self, reply: String) -> Result<ChatChunk, Error> {
        let head = self.events.head();
        let outline = head.answer(&reply, Member::Choices)?;
        if let Some(tokens) = outline.tokens() {
            head.spent(tokens);
        }
        self.began = true;
        self.finished |= outline.is_finished();
        Ok(ChatChunk { data: reply })
    }

    fn incomplete(&self) -> Error {
        self.events.head().body_error(Error::new(
            ErrorKind::IncompleteStream,
            "the stream ended before the service said that the answer was complete: neither \
             [DONE] nor a finish_reason came. The chunks so far may lack their end",
        ))
    }
}

impl Iterator for ChatStream {
    type Item = Result<ChatChunk, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let item = self.advance().transpose();
        if !matches!(item, Some(Ok(_))) {
            self.close();
        }
        item
    }
}

impl fmt::Debug for ChatStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChatStream")
            .field("events", &self.events)
            .finish_non_exhaustive()
    }
}

/// Whether a JSON text beside the events is an error.
fn says_error(text: &str) -> bool {
    Outline::of(text).is_ok_and(|outline| outline.is_error(Member::Choices))
}
