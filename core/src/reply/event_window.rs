//! The bytes of an event stream that were read last, and events that lie in them.

use std::borrow::Cow;
use std::ops::Range;

use neura_transport::memory::{self, Buffer, NoMemory};

use super::{Body, chunk_text};
use crate::error::Error;
use crate::sse::{Event, InPlace, Parser, Unfit};

/// The name of an event that the server gave none.
pub(super) const MESSAGE: &str = "message";

/// An event of the default name without an id.
pub(super) fn message(data: String) -> Event {
    Event::new(MESSAGE, data, "")
}

/// An event, and where its texts are.
pub(super) enum Found {
    /// In the bytes that were read.
    InPlace(InPlace),
    Owned(Box<Event>),
    /// Its data ends with a NUL that is not part of it.
    Terminated(Box<Event>),
}

/// An event that is read where it lies, for bindings.
#[doc(hidden)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventView<'s> {
    /// The event's name; `message` if the server gave none.
    pub event: &'s str,
    /// The last id that the server gave; empty if none.
    pub id: &'s str,
    /// The data, and a NUL after it. Without the NUL it is UTF-8.
    pub data_and_nul: &'s [u8],
    /// Where the words of the answer are in the data, as JSON without the quotation marks, if that
    /// is known.
    pub answer: Option<Range<usize>>,
}

impl<'s> EventView<'s> {
    /// The data.
    pub fn data(&self) -> &'s str {
        let data = self
            .data_and_nul
            .split_last()
            .map_or(&[][..], |(_, data)| data);
        std::str::from_utf8(data).unwrap_or_default()
    }

    /// The words that a chunk of a chat adds to the answer; see [`chunk_text`].
    pub fn text(&self) -> Option<Cow<'s, str>> {
        let known = self.answer.as_ref().and_then(|answer| {
            let words = self.data().get(answer.clone())?;
            match words.contains('\\') {
                false => Some(words.into()),
                true => serde_json::from_str(&format!("\"{words}\""))
                    .ok()
                    .map(Cow::Owned),
            }
        });
        known.or_else(|| chunk_text(self.data()).map(Cow::Owned))
    }

    /// A copy of the event.
    pub fn copied(&self) -> Result<Event, NoMemory> {
        let copy = |text: &str| {
            let mut copy = String::new();
            memory::append_str(&mut copy, text)?;
            Ok(copy)
        };
        Ok(Event {
            event: copy(self.event)?,
            data: copy(self.data())?,
            id: copy(self.id)?,
        })
    }
}

/// The bytes of a body that were read last, and the events in them.
pub(super) struct EventWindow {
    body: Body,
    /// The bytes that were read last.
    bytes: Vec<u8>,
    /// How many of them are parsed.
    parsed: usize,
}

impl EventWindow {
    pub fn new(body: Body) -> Self {
        EventWindow {
            body,
            bytes: Vec::new(),
            parsed: 0,
        }
    }

    /// Reads more, in place of the bytes that were read before; returns whether any arrived.
    pub fn read(&mut self) -> Result<bool, Error> {
        self.bytes.clear();
        self.parsed = 0;
        let read = self.body.fill()?;
        let length = read.len();
        let copied = memory::append(&mut self.bytes, read, length);
        copied.map_err(|what| Error::from(what.of(Buffer::Event)))?;
        self.body.consume(length);
        Ok(length > 0)
    }

    /// The next event that is complete in the bytes that were read.
    pub fn parse(&mut self, parser: &mut Parser) -> Option<Result<Found, Unfit>> {
        if let Some(found) = self.in_place(parser, b"") {
            return Some(Ok(Found::InPlace(found)));
        }
        let rest = self.bytes.get(self.parsed..)?;
        if rest.is_empty() {
            return None;
        }
        let mut unread = rest;
        let found = parser.next_event(&mut unread);
        self.parsed = self.bytes.len() - unread.len();
        found
            .map(|event| event.map(|event| Found::Owned(Box::new(event))))
            .transpose()
    }

    /// The next event if its data is an object and lies in the bytes that were read.
    #[inline]
    pub fn next_object(&mut self, parser: &mut Parser) -> Option<InPlace> {
        self.in_place(parser, b"data: {")
    }

    #[inline]
    fn in_place(&mut self, parser: &mut Parser, begins: &[u8]) -> Option<InPlace> {
        let rest = self.bytes.get(self.parsed..)?;
        if !rest.starts_with(begins) {
            return None;
        }
        let mut found = parser.in_place(rest)?;
        let start = self.parsed;
        self.parsed += found.length;
        let moved = |range: Range<usize>| start + range.start..start + range.end;
        (found.name, found.data) = (moved(found.name), moved(found.data));
        // The line end after the data becomes the NUL of `EventView::data_and_nul`.
        if let Some(end) = self.bytes.get_mut(found.data.end) {
            *end = 0;
        }
        Some(found)
    }

    pub fn bytes(&self, range: &Range<usize>) -> &[u8] {
        self.bytes.get(range.clone()).unwrap_or_default()
    }

    pub fn text(&self, range: &Range<usize>) -> &str {
        std::str::from_utf8(self.bytes(range)).unwrap_or_default()
    }

    /// The event at this place.
    #[inline]
    pub fn view<'s>(&'s self, place: &InPlace, id: &'s str) -> EventView<'s> {
        let name = match place.name.is_empty() {
            true => MESSAGE,
            false => self.text(&place.name),
        };
        let data_and_nul = place.data.start..place.data.end + 1;
        EventView {
            event: name,
            id,
            data_and_nul: self.bytes.get(data_and_nul).unwrap_or(b"\0"),
            answer: None,
        }
    }

    /// Returns the connection to the pool if the end of the body is near.
    pub fn finish_if_ended(self) {
        self.body.finish_if_ended();
    }
}
