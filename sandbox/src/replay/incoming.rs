//! Reading requests from a connection.

use std::io::{self, Read};
use std::net::TcpStream;

use super::body::BodyRecord;
use super::head::{Framing, Head};

/// A longer head is a fault of the client.
const LONGEST_HEAD: usize = 1024 * 1024;

pub(super) struct Incoming<'a> {
    stream: &'a TcpStream,
    /// Bytes that were read but not used yet.
    buffer: Vec<u8>,
}

/// Why reading ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// The client closed or reset the connection between two requests.
    BetweenRequests,
    /// The client closed or reset the connection within a request.
    InRequest,
    /// The client sent bytes that cannot be parsed.
    Malformed(String),
}

impl<'a> Incoming<'a> {
    pub(super) fn new(stream: &'a TcpStream) -> Self {
        Self {
            stream,
            buffer: Vec::new(),
        }
    }

    pub(super) fn read_head(&mut self) -> Result<Head, Ended> {
        let mut searched = 0;
        loop {
            if let Some(at) = find(&self.buffer[searched..], b"\r\n\r\n") {
                let head: Vec<u8> = self.buffer.drain(..searched + at + 4).collect();
                return Head::parse(&head).map_err(Ended::Malformed);
            }
            searched = self.buffer.len().saturating_sub(3);
            if self.buffer.len() > LONGEST_HEAD {
                return Err(Ended::Malformed("the head is longer than 1 MiB".into()));
            }
            if !self.fill() {
                return Err(if self.buffer.is_empty() {
                    Ended::BetweenRequests
                } else {
                    Ended::InRequest
                });
            }
        }
    }

    /// Whether the body has begun to arrive.
    pub(super) fn has_more(&self) -> bool {
        !self.buffer.is_empty()
    }

    pub(super) fn read_body(
        &mut self,
        framing: Framing,
        record: &mut BodyRecord,
    ) -> Result<(), Ended> {
        match framing {
            Framing::None => {}
            Framing::Length(length) => self.take(length, record)?,
            Framing::Chunked => self.read_chunks(record)?,
        }
        record.complete = true;
        Ok(())
    }

    /// Reads until the client closes, and drops the bytes.
    pub(super) fn drain(&mut self) {
        while self.fill() {
            self.buffer.clear();
        }
    }

    fn read_chunks(&mut self, record: &mut BodyRecord) -> Result<(), Ended> {
        loop {
            let line = self.line()?;
            let digits = line.split(';').next().unwrap_or_default().trim();
            let size = u64::from_str_radix(digits, 16)
                .map_err(|_| Ended::Malformed(format!("{line:?} is not a chunk size")))?;
            if size == 0 {
                break;
            }
            self.take(size, record)?;
            let end = self.line()?;
            if !end.is_empty() {
                return Err(Ended::Malformed("a chunk does not end with CRLF".into()));
            }
        }
        // Trailers are read and ignored.
        while !self.line()?.is_empty() {}
        Ok(())
    }

    fn take(&mut self, mut length: u64, record: &mut BodyRecord) -> Result<(), Ended> {
        while length > 0 {
            if self.buffer.is_empty() && !self.fill() {
                return Err(Ended::InRequest);
            }
            let here = usize::try_from(length)
                .unwrap_or(usize::MAX)
                .min(self.buffer.len());
            record.push(&self.buffer[..here]);
            self.buffer.drain(..here);
            length -= here as u64;
        }
        Ok(())
    }

    fn line(&mut self) -> Result<String, Ended> {
        loop {
            if let Some(at) = find(&self.buffer, b"\r\n") {
                let line: Vec<u8> = self.buffer.drain(..at + 2).collect();
                return Ok(String::from_utf8_lossy(&line[..at]).into_owned());
            }
            if self.buffer.len() > LONGEST_HEAD {
                return Err(Ended::Malformed("a chunk's line has no end".into()));
            }
            if !self.fill() {
                return Err(Ended::InRequest);
            }
        }
    }

    /// Reads the available bytes; false if the client has closed.
    fn fill(&mut self) -> bool {
        let mut piece = [0; 16 * 1024];
        loop {
            match self.stream.read(&mut piece) {
                Ok(0) => return false,
                Ok(count) => {
                    self.buffer.extend_from_slice(&piece[..count]);
                    return true;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return false,
            }
        }
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}
