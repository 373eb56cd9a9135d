//! Event streams: bytes in, events out. Pure; every split of the bytes gives the same events.
//!
//! The rules are those of WHATWG HTML, "interpreting an event stream".

mod in_place;

use memchr::{memchr, memchr2};
use neura_transport::memory::{self, NoMemory};
use serde::de::DeserializeOwned;

use crate::error::{Error, ErrorKind};

/// One event of a stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// The event's name; `message` if the server gave none.
    pub event: String,
    /// The data; lines are joined with line feeds.
    pub data: String,
    /// The last id that the server gave, in this event or an earlier one; empty if none.
    pub id: String,
}

impl Event {
    /// An event, for tests of code that reads events.
    pub fn new(event: impl Into<String>, data: impl Into<String>, id: impl Into<String>) -> Self {
        Event {
            event: event.into(),
            data: data.into(),
            id: id.into(),
        }
    }

    /// The data as JSON; `decode` if it is not JSON.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_str(&self.data).map_err(|error| {
            // The parser's message quotes the data, in which a server may echo the key.
            let (line, column) = (error.line(), error.column());
            Error::new(
                ErrorKind::Decode,
                format!(
                    "the data of an event is not JSON of the requested type (line {line}, \
                     column {column})"
                ),
            )
        })
    }
}

pub(crate) use in_place::{
    InPlace, NotAscii, OBJECT_START, ascii_object_in_place, object_in_place, plain_length,
};

/// Why an event cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// It is larger than the parser's limit, or its id than 64 KiB.
    TooLarge,
    NoMemory(NoMemory),
}

impl From<NoMemory> for Unfit {
    fn from(no_memory: NoMemory) -> Self {
        Unfit::NoMemory(no_memory)
    }
}

/// The limit of an id: every event holds a copy of the stream's last id.
const LONGEST_ID: usize = 64 * 1024;
/// A buffer up to this size is kept for the next split line. A larger one is freed or becomes the
/// event's, so that one huge event does not take memory until the stream ends.
const KEPT: usize = 64 * 1024;

/// The parser: bytes in, one event at a time out. It keeps only the incomplete event, and reads
/// each byte once, however the stream is split.
pub(crate) struct Parser {
    /// The beginning of the current line, from earlier pieces.
    line: Vec<u8>,
    /// Whether the last byte was a carriage return: a line feed after it belongs to it.
    after_cr: bool,
    at_start: bool,
    event: String,
    /// `None` until the event has a data line, which may be empty.
    data: Option<String>,
    id: String,
    retry_ms: Option<u64>,
    /// Lines that are no field, from the first one that begins like JSON.
    stray: Vec<u8>,
    limit: usize,
}

impl Parser {
    /// A parser whose events, including the current line, may have `limit` bytes.
    pub fn new(limit: usize) -> Self {
        Parser {
            line: Vec::new(),
            after_cr: false,
            at_start: true,
            event: String::new(),
            data: None,
            id: String::new(),
            retry_ms: None,
            stray: Vec::new(),
            limit,
        }
    }

    /// The lines that are no field, from the first one that begins like JSON: the server may have
    /// sent its reply in place of events. No field's name begins like JSON.
    pub fn take_stray(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.stray)
    }

    /// Reads to the end of the next event or of `bytes`, and moves `bytes` on to the rest. `None`
    /// means that all was read and no event is complete: go on with the next piece.
    ///
    /// After an error the parser must not be used.
    pub fn next_event(&mut self, bytes: &mut &[u8]) -> Result<Option<Event>, Unfit> {
        loop {
            if self.after_cr && !bytes.is_empty() {
                self.after_cr = false;
                *bytes = bytes.strip_prefix(b"\n").unwrap_or(bytes);
            }
            let end = memchr2(b'\n', b'\r', bytes).unwrap_or(bytes.len());
            let (part, rest) = bytes.split_at(end);
            self.check_size(part.len())?;
            let Some((end, rest)) = rest.split_first() else {
                memory::append(&mut self.line, part, self.limit)?;
                *bytes = rest;
                return Ok(None);
            };
            self.after_cr = *end == b'\r';
            *bytes = rest;
            let event = match self.line.is_empty() {
                true => self.read_line(part),
                false => self.read_split_line(part),
            }?;
            if self.id.len() > LONGEST_ID {
                return Err(Unfit::TooLarge);
            }
            if event.is_some() {
                return Ok(event);
            }
        }
    }

    /// The last event if the stream ended without its blank line, or within its last line. By the
    /// rules it is dropped; a chat stream uses it if it is complete.
    pub fn finish(&mut self) -> Result<Option<Event>, NoMemory> {
        match self.read_split_line(b"")? {
            Some(event) => Ok(Some(event)),
            None => self.dispatch(),
        }
    }

    /// The last reconnection time that the server sent.
    #[cfg(test)]
    pub fn retry_ms(&self) -> Option<u64> {
        self.retry_ms
    }

    fn check_size(&self, more: usize) -> Result<(), Unfit> {
        let data = self.data.as_ref().map_or(0, String::len);
        if self.line.len() + data + self.event.len() + more > self.limit {
            return Err(Unfit::TooLarge);
        }
        Ok(())
    }

    /// Reads a line that began in an earlier piece.
    fn read_split_line(&mut self, tail: &[u8]) -> Result<Option<Event>, NoMemory> {
        let mut line = std::mem::take(&mut self.line);
        memory::append(&mut line, tail, self.limit)?;
        if line.len() > KEPT && self.data.is_none() && line.starts_with(b"data:") {
            // The buffer becomes the event's: there may not be memory for two.
            let before = line.len() - value_from(&line, b"data:".len()).len();
            line.drain(..before);
            let mut data = memory::text_of(line)?;
            data.shrink_to_fit();
            self.data = Some(data);
            self.at_start = false;
            return Ok(None);
        }
        let event = self.read_line(&line)?;
        if line.capacity() <= KEPT {
            line.clear();
            self.line = line;
        }
        Ok(event)
    }

    fn read_line(&mut self, line: &[u8]) -> Result<Option<Event>, NoMemory> {
        let mut line = line;
        if std::mem::take(&mut self.at_start) {
            line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
        }
        if line.is_empty() {
            return self.dispatch();
        }
        let colon = memchr(b':', line).unwrap_or(line.len());
        let (field, _) = line.split_at(colon);
        let value = value_from(line, colon + 1);
        match field {
            b"data" => match &mut self.data {
                Some(data) => {
                    memory::append_str(data, "\n")?;
                    memory::append_lossy(data, value)?;
                }
                None => self.data = Some(text(value)?),
            },
            b"event" => self.event = text(value)?,
            b"id" if !value.contains(&0) => self.id = text(value)?,
            b"retry" if !value.is_empty() && value.iter().all(u8::is_ascii_digit) => {
                let digits = std::str::from_utf8(value).ok();
                self.retry_ms = digits.and_then(|digits| digits.parse().ok());
            }
            b"" | b"retry" | b"id" => {}
            _ => self.keep_stray(line)?,
        }
        Ok(None)
    }

    fn keep_stray(&mut self, line: &[u8]) -> Result<(), NoMemory> {
        let begins = matches!(line.trim_ascii_start().first(), Some(b'{' | b'[' | b'"'));
        let fits = self.stray.len() + line.len() < self.limit;
        if fits && (begins || !self.stray.is_empty()) {
            memory::append(&mut self.stray, line, self.limit)?;
            memory::append(&mut self.stray, b"\n", self.limit)?;
        }
        Ok(())
    }

    fn dispatch(&mut self) -> Result<Option<Event>, NoMemory> {
        let event = std::mem::take(&mut self.event);
        let Some(data) = self.data.take() else {
            return Ok(None);
        };
        Ok(Some(Event {
            event: match event.is_empty() {
                true => "message".to_owned(),
                false => event,
            },
            data,
            id: text(self.id.as_bytes())?,
        }))
    }

    /// The last id that the server gave; empty if none.
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// A field's value: the line from `start` on, without one leading space.
fn value_from(line: &[u8], start: usize) -> &[u8] {
    let value = line.get(start..).unwrap_or_default();
    value.strip_prefix(b" ").unwrap_or(value)
}

/// Replaces invalid UTF-8 by U+FFFD.
fn text(bytes: &[u8]) -> Result<String, NoMemory> {
    let mut text = String::new();
    memory::append_lossy(&mut text, bytes)?;
    Ok(text)
}

#[cfg(test)]
mod tests;
