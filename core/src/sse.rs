//! Event streams: bytes in, events out. Pure; every split of the bytes gives the same events.
//!
//! The rules are those of WHATWG HTML, "interpreting an event stream".

use memchr::{memchr, memchr2};
use serde::de::DeserializeOwned;

use crate::error::{Error, ErrorKind};
use neura_transport::memory::{self, NoMemory};

/// The data that ends a stream.
pub(crate) const DONE: &str = "[DONE]";

/// One event of a stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// The event's name; `message` where the server named none.
    pub event: String,
    /// The data; lines are joined with line feeds.
    pub data: String,
    /// The last id that the server gave, also with an earlier event; empty if none.
    pub id: String,
}

impl Event {
    /// The data read as JSON; `decode` when it is not.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_str(&self.data).map_err(|error| {
            // The parser's own words quote the data, in which a server may echo the key.
            let (line, column) = (error.line(), error.column());
            Error::new(
                ErrorKind::Decode,
                format!(
                    "the data of an event is not the JSON that was asked for (line {line}, \
                     column {column})"
                ),
            )
        })
    }
}

/// Why an event cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// It grew over the parser's limit, or its id over 64 KiB.
    TooLarge,
    NoMemory(NoMemory),
}

impl From<NoMemory> for Unfit {
    fn from(no_memory: NoMemory) -> Self {
        Unfit::NoMemory(no_memory)
    }
}

/// Every event carries the stream's last id, so each one costs what that is long.
const LONGEST_ID: usize = 64 * 1024;
/// So much of a split line's buffer serves the next split line; a larger one is given
/// back or away, so that one huge event does not cost its memory to the stream's end.
const KEPT: usize = 64 * 1024;

/// The parser: hand it bytes, take events one at a time. It keeps the event that is not
/// whole yet and nothing else, and looks at each byte once, however the stream is cut.
pub(crate) struct Parser {
    /// What earlier pieces brought of the line that is being read.
    line: Vec<u8>,
    /// The last byte was a carriage return: a line feed that follows belongs to it.
    after_cr: bool,
    at_start: bool,
    event: String,
    /// `None` until the event has a data line, which may be empty.
    data: Option<String>,
    id: String,
    retry_ms: Option<u64>,
    /// Lines of no field, from the first on that begins as JSON does.
    stray: Vec<u8>,
    limit: usize,
}

impl Parser {
    /// A parser whose events, with the line being read, may hold `limit` bytes.
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

    /// The lines of no field that were read, from the first on that begins as JSON does: a
    /// server may have sent its reply in place of events. The name of a field never begins so.
    pub fn take_stray(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.stray)
    }

    /// Reads to the end of the next event or of `bytes`, and moves `bytes` on to what was
    /// not read. `None`: all was read and no event is whole; go on with the next piece.
    ///
    /// After an error the parser is of no more use.
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

    /// The event that the end of the stream left without its blank line, or without the end of
    /// its last line. By the rules it is dropped; a chat stream counts it where it is whole.
    pub fn finish(&mut self) -> Result<Option<Event>, NoMemory> {
        match self.read_split_line(b"")? {
            Some(event) => Ok(Some(event)),
            None => self.dispatch(),
        }
    }

    /// The reconnection time that the server asked for last.
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

    /// Reads a line of which earlier pieces brought the beginning.
    fn read_split_line(&mut self, tail: &[u8]) -> Result<Option<Event>, NoMemory> {
        let mut line = std::mem::take(&mut self.line);
        memory::append(&mut line, tail, self.limit)?;
        if line.len() > KEPT && self.data.is_none() && line.starts_with(b"data:") {
            // Its memory becomes the event's: two of the largest event would not fit.
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
}

/// A field's value: what stands from `start` on, without one space before it.
fn value_from(line: &[u8], start: usize) -> &[u8] {
    let value = line.get(start..).unwrap_or_default();
    value.strip_prefix(b" ").unwrap_or(value)
}

/// What is not UTF-8 becomes U+FFFD.
fn text(bytes: &[u8]) -> Result<String, NoMemory> {
    let mut text = String::new();
    memory::append_lossy(&mut text, bytes)?;
    Ok(text)
}

#[cfg(test)]
mod tests;
