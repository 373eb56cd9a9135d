//! A body as its frame holds it: by its length, in chunks, or to the end of the connection.

use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::time::Instant;

use super::call::Call;
use super::connection::Connection;
use super::http1::{Framing, Piece};
use super::pool::Resting;
use crate::error::{Error, ErrorKind};

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

    pub fn call(&self) -> &Arc<Call> {
        &self.call
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
                        self.reusable &= !chunked.is_loose();
                        connection.consume(skip);
                        self.end();
                        return Ok(0);
                    }
                },
                _ => {}
            }
            let came = connection.fill(&self.call);
            if self.may_end(&came) {
                self.connection = None;
                continue;
            }
            if came.map_err(|error| self.truncated(error))? == 0 {
                let error = Error::new(ErrorKind::Connection, "");
                return Err(self.truncated(error));
            }
        }
    }

    /// Whether the end of the connection, if it came, is one of the body too. Behind the last
    /// chunk any end is.
    fn may_end(&self, came: &Result<usize, Error>) -> bool {
        match (&self.framing, came) {
            (Framing::UntilClose, Ok(0)) => true,
            (Framing::Chunked(chunked), Ok(0)) => chunked.may_end(),
            (Framing::Chunked(chunked), Err(error)) => {
                let ended = error.kind() == ErrorKind::Connection && !self.call.is_anothers();
                ended && chunked.may_end()
            }
            _ => false,
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
        let length = self.ready().map_err(|error| {
            // By this kind an unpacker knows that it may go on later.
            match self.call.is_end_of_look(&error) {
                true => io::Error::new(io::ErrorKind::WouldBlock, error),
                false => io::Error::other(error),
            }
        })?;
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
