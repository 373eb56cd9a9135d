//! Event streams: bytes in, events out. Pure; every split of the bytes gives the same events.
//!
//! The rules are those of WHATWG HTML, "interpreting an event stream".

use std::collections::VecDeque;

use serde::de::DeserializeOwned;

use crate::error::{Error, ErrorKind};

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

/// An event grew over the parser's limit.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLarge;

/// The parser: feed it bytes, take events.
pub(crate) struct Parser {
    line: Vec<u8>,
    /// The last byte was a carriage return: a line feed that follows belongs to it.
    after_cr: bool,
    at_start: bool,
    event: String,
    data: String,
    has_data: bool,
    id: String,
    retry_ms: Option<u64>,
    ready: VecDeque<Event>,
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
            data: String::new(),
            has_data: false,
            id: String::new(),
            retry_ms: None,
            ready: VecDeque::new(),
            limit,
        }
    }

    /// Takes the next bytes of the stream.
    pub fn feed(&mut self, mut bytes: &[u8]) -> Result<(), TooLarge> {
        if self.after_cr && !bytes.is_empty() {
            self.after_cr = false;
            bytes = bytes.strip_prefix(b"\n").unwrap_or(bytes);
        }
        while let Some(end) = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            self.finish_line(&bytes[..end])?;
            let rest = &bytes[end + 1..];
            bytes = match (bytes[end], rest.first()) {
                (b'\r', Some(b'\n')) => &rest[1..],
                (b'\r', None) => {
                    self.after_cr = true;
                    rest
                }
                _ => rest,
            };
        }
        self.check_size(bytes.len())?;
        self.line.extend_from_slice(bytes);
        Ok(())
    }

    /// Adds an event that did not come as a stream.
    pub fn push(&mut self, event: Event) {
        self.ready.push_back(event);
    }

    /// The next event that is whole, if any.
    pub fn next_event(&mut self) -> Option<Event> {
        self.ready.pop_front()
    }

    /// Whether an event is whole already.
    pub fn is_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    /// The reconnection time that the server asked for last.
    #[cfg(test)]
    pub fn retry_ms(&self) -> Option<u64> {
        self.retry_ms
    }

    fn check_size(&self, more: usize) -> Result<(), TooLarge> {
        let size = self.line.len() + self.data.len() + self.event.len() + more;
        if size > self.limit {
            Err(TooLarge)
        } else {
            Ok(())
        }
    }

    fn finish_line(&mut self, tail: &[u8]) -> Result<(), TooLarge> {
        self.check_size(tail.len())?;
        if self.line.is_empty() {
            self.read_line(tail);
        } else {
            let mut line = std::mem::take(&mut self.line);
            line.extend_from_slice(tail);
            self.read_line(&line);
            line.clear();
            self.line = line; // Its memory serves the next split line.
        }
        Ok(())
    }

    fn read_line(&mut self, line: &[u8]) {
        let mut line = line;
        if std::mem::take(&mut self.at_start) {
            line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
        }
        if line.is_empty() {
            return self.dispatch();
        }
        let (field, value) = match line.iter().position(|byte| *byte == b':') {
            Some(0) => return,
            Some(colon) => {
                let value = &line[colon + 1..];
                (&line[..colon], value.strip_prefix(b" ").unwrap_or(value))
            }
            None => (line, &b""[..]),
        };
        match field {
            b"data" => {
                if self.has_data {
                    self.data.push('\n');
                }
                self.has_data = true;
                self.data.push_str(&String::from_utf8_lossy(value));
            }
            b"event" => self.event = String::from_utf8_lossy(value).into_owned(),
            b"id" if !value.contains(&0) => self.id = String::from_utf8_lossy(value).into_owned(),
            b"retry" if !value.is_empty() && value.iter().all(u8::is_ascii_digit) => {
                let digits = std::str::from_utf8(value).ok();
                self.retry_ms = digits.and_then(|digits| digits.parse().ok());
            }
            _ => {}
        }
    }

    fn dispatch(&mut self) {
        let event = std::mem::take(&mut self.event);
        if std::mem::take(&mut self.has_data) {
            self.ready.push_back(Event {
                event: if event.is_empty() {
                    "message".to_owned()
                } else {
                    event
                },
                data: std::mem::take(&mut self.data),
                id: self.id.clone(),
            });
        }
    }
}

#[cfg(test)]
mod tests;
