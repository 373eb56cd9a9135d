//! The bytes of an event stream that were read last, and events that lie in them.

use std::borrow::Cow;
use std::ops::Range;

use neura_transport::memory::{self, Buffer, NoMemory};

use super::{Body, chunk_text};
use crate::error::Error;
use crate::sse::{
    Event, InPlace, NotAscii, OBJECT_START, Parser, Unfit, ascii_object_in_place, object_in_place,
    plain_length,
};

/// The most bytes that are parsed at a time. They stay in the fastest cache of a processor, and a
/// stream needs no more memory than this beside the connection's buffer.
const MOST: usize = 16 * 1024;
/// The most bytes of an event's beginning that wait for its end to be read in place.
const MOST_BEGUN: usize = 8 * 1024;

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
            let words = std::str::from_utf8(self.data_and_nul.get(answer.clone())?).ok()?;
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
    /// Whether the body has more that came with them.
    rest_is_there: bool,
    /// How many of them are parsed.
    parsed: usize,
    /// How many of them, from the first, are [plain](plain_length). `None` until an event is not
    /// ASCII.
    plain: Option<usize>,
    /// Whether the next one begins an event: the parser holds no beginning of one.
    between: bool,
}

impl EventWindow {
    pub fn new(body: Body) -> Self {
        EventWindow {
            body,
            bytes: Vec::new(),
            rest_is_there: false,
            parsed: 0,
            plain: None,
            between: false,
        }
    }

    /// Reads more, in place of the bytes that were parsed; returns whether any arrived.
    pub fn read(&mut self, parser: &Parser) -> Result<bool, Error> {
        self.bytes.drain(..self.parsed);
        (self.parsed, self.plain) = (0, None);
        let most = self.bytes.len() + MOST;
        let there = self.body.fill()?;
        let (read, rest) = there.split_at(there.len().min(MOST));
        self.rest_is_there = !rest.is_empty();
        let length = read.len();
        let copied = memory::append(&mut self.bytes, read, most);
        copied.map_err(|what| Error::from(what.of(Buffer::Event)))?;
        self.body.consume(length);
        // The chunks behind it, so that their events make one batch.
        while !self.rest_is_there && self.bytes.len() < most {
            let more = self.body.arrived();
            let length = more.len().min(most - self.bytes.len());
            if length == 0 || memory::reserve(&mut self.bytes, length, most).is_err() {
                break;
            }
            self.bytes.extend_from_slice(&more[..length]);
            self.body.consume(length);
        }
        self.between = parser.is_between_events();
        Ok(length > 0)
    }

    /// Whether [`read`](Self::read) would not wait: bytes have arrived that did not fit.
    pub fn has_arrived(&mut self) -> bool {
        self.rest_is_there || !self.body.arrived().is_empty()
    }

    /// The next event that is complete in the bytes that were read. If this is `None`, the next
    /// [`read`](Self::read) goes on; bytes that were not parsed stay, because more have arrived.
    pub fn parse(&mut self, parser: &mut Parser) -> Option<Result<Found, Unfit>> {
        if let Some((start, data_and_nul)) = self.next_object(parser) {
            return Some(Ok(Found::InPlace(InPlace::object(start, data_and_nul))));
        }
        if let Some(found) = parser.in_place(self.bytes.get(self.parsed..)?) {
            self.between = parser.is_between_events();
            return Some(Ok(Found::InPlace(self.place(found))));
        }
        let left = self.bytes.len() - self.parsed;
        if left == 0 || left <= MOST_BEGUN && self.between && self.has_arrived() {
            return None;
        }
        let rest = self.bytes.get(self.parsed..)?;
        let mut unread = rest;
        let found = parser.next_event(&mut unread);
        self.parsed = self.bytes.len() - unread.len();
        self.between = parser.is_between_events();
        found
            .map(|event| event.map(|event| Found::Owned(Box::new(event))))
            .transpose()
    }

    /// The data of the next event with a NUL after it, and where it begins, if the event lies in the
    /// bytes that were read and is the most frequent one: an object in one line, without a name.
    #[inline]
    pub fn next_object(&mut self, parser: &Parser) -> Option<(usize, &[u8])> {
        if !self.between {
            return None;
        }
        let start = self.parsed;
        let rest = self.bytes.get(start..)?;
        let end = match self.plain {
            None => ascii_object_in_place(rest),
            Some(_) => Err(NotAscii),
        };
        let end = end.unwrap_or_else(|NotAscii| self.object_of_text())?;
        if !parser.allows(end + 2) {
            return None;
        }
        self.parsed = start + end + 2;
        let start = start + OBJECT_START;
        let data_and_nul = self
            .bytes
            .get_mut(start..)?
            .get_mut(..=end - OBJECT_START)?;
        *data_and_nul.last_mut()? = 0;
        Some((start, data_and_nul))
    }

    /// As [`object_in_place`].
    #[inline(never)]
    fn object_of_text(&mut self) -> Option<usize> {
        let start = self.parsed;
        let rest = self.bytes.get(start..)?;
        let plain = *self.plain.get_or_insert_with(|| start + plain_length(rest));
        object_in_place(self.bytes.get(start..plain)?)
    }

    /// The line end after the data becomes the NUL of `EventView::data_and_nul`.
    fn terminate(&mut self, end: usize) {
        if let Some(end) = self.bytes.get_mut(end) {
            *end = 0;
        }
    }

    /// Goes on after an event of the unread bytes. Its place becomes that in all bytes.
    fn place(&mut self, found: InPlace) -> InPlace {
        let start = self.parsed;
        let moved = |range: Range<usize>| start + range.start..start + range.end;
        let place = InPlace {
            name: moved(found.name),
            data: moved(found.data),
            length: found.length,
        };
        self.parsed += found.length;
        self.terminate(place.data.end);
        place
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
        EventView {
            event: name,
            id,
            data_and_nul: self.terminated(&place.data),
            answer: None,
        }
    }

    /// Data that lies here, and the NUL after it.
    #[inline]
    pub fn terminated(&self, data: &Range<usize>) -> &[u8] {
        self.bytes.get(data.start..data.end + 1).unwrap_or(b"\0")
    }

    /// Returns the connection to the pool if the end of the body is near.
    pub fn finish_if_ended(self) {
        self.body.finish_if_ended();
    }
}
