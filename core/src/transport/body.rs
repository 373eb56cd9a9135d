//! A reply's body on its way, unframed and unpacked.

use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::time::Instant;

use super::call::Call;
use super::connection::Connection;
use super::decode::{Coding, Decoder};
use super::fault;
use super::http1::{Framing, Piece};
use super::pool::Resting;
use crate::error::{Error, ErrorKind};
use crate::memory::{self, Buffer};
use crate::shared_bytes::SharedBytes;

/// So much may still come behind what was wanted, for its connection to be kept.
const MOST_BEHIND: usize = 16 * 1024;

/// A body on its way. Dropping it before its end closes the connection.
pub(crate) struct Body {
    decoder: Decoder<Framed>,
    call: Arc<Call>,
}

impl Body {
    pub fn new(framed: Framed, coding: Coding) -> Self {
        Body {
            call: Arc::clone(&framed.call),
            decoder: Decoder::new(framed, coding),
        }
    }

    /// A body of `call` that is in memory.
    pub fn known(bytes: impl Into<SharedBytes>, call: &Arc<Call>) -> Self {
        Body {
            call: Arc::clone(call),
            decoder: Decoder::Known(io::Cursor::new(bytes.into())),
        }
    }

    /// The next bytes, unpacked; none at the end. They stay until they are consumed.
    pub fn fill(&mut self) -> Result<&[u8], Error> {
        self.decoder.fill_buf().map_err(fault::from_io)
    }

    /// So many of the bytes were used.
    pub fn consume(&mut self, amount: usize) {
        self.decoder.consume(amount);
    }

    /// Reads on to the end. More than `limit` bytes are not read; says whether they ended
    /// within it.
    pub fn read_to_end(&mut self, limit: usize, into: &mut Vec<u8>) -> Result<bool, Error> {
        self.read_all(Buffer::Body, limit, into)
    }

    /// The same for what is no body to its reader, and has another limit.
    pub fn read_all(
        &mut self,
        buffer: Buffer,
        limit: usize,
        into: &mut Vec<u8>,
    ) -> Result<bool, Error> {
        loop {
            let piece = self.fill()?;
            let (length, room) = (piece.len(), limit - into.len());
            if length == 0 || room == 0 {
                return Ok(length == 0);
            }
            let used = length.min(room);
            if let Err(no_memory) = memory::append(into, &piece[..used], limit) {
                *into = Vec::new(); // The error needs some too.
                return Err(no_memory.of(buffer));
            }
            self.consume(used);
        }
    }

    /// Gives the connection back to the pool if the body ends here, without waiting for
    /// more of it.
    pub fn finish_if_ended(mut self) {
        self.call.finishes();
        let mut behind = 0;
        while let Ok(piece) = self.fill() {
            let length = piece.len();
            behind += length;
            if length == 0 || behind > MOST_BEHIND {
                return;
            }
            self.consume(length);
        }
    }
}

/// The bytes of a body as its frame holds them. At their end the connection goes back to the
/// pool, if it can serve again.
pub(crate) struct Framed {
    connection: Option<Box<Connection>>,
    framing: Framing,
    reusable: bool,
    resting: Arc<Resting>,
    call: Arc<Call>,
    /// The length that the server promised.
    promised: Option<u64>,
    read: u64,
}

impl Framed {
    pub fn new(
        connection: Box<Connection>,
        (framing, reusable): (Framing, bool),
        resting: &Arc<Resting>,
        call: &Arc<Call>,
    ) -> Self {
        let promised = match framing {
            Framing::Length(length) => Some(length),
            _ => None,
        };
        let mut framed = Framed {
            connection: Some(connection),
            framing,
            reusable,
            resting: Arc::clone(resting),
            call: Arc::clone(call),
            promised,
            read: 0,
        };
        framed.end_if_whole();
        framed
    }

    /// How many bytes of the body are there; waits for some unless it has ended.
    fn ready(&mut self) -> Result<usize, Error> {
        loop {
            let Some(connection) = &mut self.connection else {
                return Ok(0);
            };
            let there = connection.unread().len();
            match &mut self.framing {
                Framing::Length(left) if there > 0 => {
                    return Ok(usize::try_from(*left).map_or(there, |left| left.min(there)));
                }
                Framing::UntilClose if there > 0 => return Ok(there),
                Framing::Chunked(chunked) => match chunked.next(connection.unread())? {
                    Piece::Data { skip, length } => {
                        connection.consume(skip);
                        return Ok(length);
                    }
                    Piece::More { skip } => connection.consume(skip),
                    Piece::End { skip } => {
                        connection.consume(skip);
                        self.end();
                        return Ok(0);
                    }
                },
                _ => {}
            }
            let came = connection
                .fill(&self.call)
                .map_err(|error| self.truncated(error))?;
            if came == 0 {
                if !matches!(self.framing, Framing::UntilClose) {
                    let error = Error::new(ErrorKind::Connection, "");
                    return Err(self.truncated(error));
                }
                self.connection = None;
            }
        }
    }

    fn end_if_whole(&mut self) {
        if matches!(self.framing, Framing::Length(0)) {
            self.end();
        }
    }

    fn end(&mut self) {
        let Some(mut connection) = self.connection.take() else {
            return;
        };
        if !self.reusable || !connection.is_clean() {
            return;
        }
        // Of a parent, whose the pool's lock is too.
        if self.call.is_anothers() {
            return;
        }
        self.resting.put(connection, Instant::now());
    }

    fn truncated(&self, error: Error) -> Error {
        if error.kind() != ErrorKind::Connection || self.call.is_anothers() {
            return error;
        }
        let of = match self.promised {
            Some(promised) => format!(" of {promised}"),
            None => String::new(),
        };
        let message = format!(
            "the connection ended in the midst of the answer, after {}{of} bytes of its body",
            self.read
        );
        Error::new(ErrorKind::Connection, message)
    }
}

impl BufRead for Framed {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let length = self.ready().map_err(io::Error::other)?;
        match &self.connection {
            Some(connection) => Ok(&connection.unread()[..length]),
            None => Ok(&[]),
        }
    }

    fn consume(&mut self, amount: usize) {
        let Some(connection) = &mut self.connection else {
            return;
        };
        connection.consume(amount);
        self.read += amount as u64;
        match &mut self.framing {
            Framing::Length(left) => *left -= amount as u64,
            Framing::Chunked(chunked) => chunked.took(amount),
            Framing::UntilClose => {}
        }
        self.end_if_whole();
    }
}

impl Read for Framed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let piece = self.fill_buf()?;
        let length = piece.len().min(buffer.len());
        buffer[..length].copy_from_slice(&piece[..length]);
        self.consume(length);
        Ok(length)
    }
}
