//! The bytes of an event stream that were read last, and events that lie in them.

use std::ops::Range;

use neura_transport::memory::{self, Buffer, NoMemory};

use super::Body;
use crate::error::Error;
use crate::sse::{Event, InPlace, Parser, Unfit};

/// The name of an event that the server gave none.
pub(super) const MESSAGE: &str = "message";

/// An event, and where its texts are.
pub(super) enum Found {
    /// In the bytes that were read.
    InPlace(InPlace),
    Owned(Event),
    /// Its data ends with a NUL that is not part of it.
    Terminated(Event),
}

impl Found {
    pub fn is_owned(&mut self) -> bool {
        matches!(self, Found::Owned(_))
    }
}

/// An event that is read where it lies, for bindings.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventView<'s> {
    /// The event's name; `message` if the server gave none.
    pub event: &'s str,
    /// The last id that the server gave; empty if none.
    pub id: &'s str,
    /// The data, and a NUL after it. Without the NUL it is UTF-8.
    pub data_and_nul: &'s [u8],
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
        let rest = self
            .bytes
            .get(self.parsed..)
            .filter(|rest| !rest.is_empty())?;
        if let Some(mut found) = parser.in_place(rest) {
            let start = self.parsed;
            self.parsed += found.length;
            found.name = start + found.name.start..start + found.name.end;
            found.data = start + found.data.start..start + found.data.end;
            // The line end after the data becomes the NUL of `EventView::data_and_nul`.
            if let Some(end) = self.bytes.get_mut(found.data.end) {
                *end = 0;
            }
            return Some(Ok(Found::InPlace(found)));
        }
        let mut unread = rest;
        let found = parser.next_event(&mut unread);
        self.parsed = self.bytes.len() - unread.len();
        found.map(|event| event.map(Found::Owned)).transpose()
    }

    pub fn bytes(&self, range: &Range<usize>) -> &[u8] {
        self.bytes.get(range.clone()).unwrap_or_default()
    }

    pub fn text(&self, range: &Range<usize>) -> &str {
        std::str::from_utf8(self.bytes(range)).unwrap_or_default()
    }

    /// The event at this place.
    pub fn view<'s>(&'s self, place: &InPlace, id: &'s str) -> EventView<'s> {
        let name = self.text(&place.name);
        let data_and_nul = place.data.start..place.data.end + 1;
        EventView {
            event: if name.is_empty() { MESSAGE } else { name },
            id,
            data_and_nul: self.bytes.get(data_and_nul).unwrap_or(b"\0"),
        }
    }

    /// Returns the connection to the pool if the end of the body is near.
    pub fn finish_if_ended(self) {
        self.body.finish_if_ended();
    }
}
