//! A body without its frame: by its length, in chunks, or to the end of the connection.

use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::time::Instant;

use crate::call_control::CallControl;
use crate::connection::Connection;
use crate::failure::{ConnectionEnd, Failure};
use crate::http1::{ChunkPart, Framing};
use crate::idle_pool::IdlePool;
use crate::read_buffer::USUAL;

/// The bytes of a body, still packed. At its end the connection goes back to the pool, if it can be
/// reused.
pub(crate) struct FramedBody {
    connection: Option<Box<Connection>>,
    framing: Framing,
    reusable: bool,
    idle: Arc<IdlePool>,
    call: Arc<CallControl>,
    /// The length that the server promised.
    promised: Option<u64>,
    read: u64,
}

impl FramedBody {
    pub fn new(
        connection: Box<Connection>,
        (framing, reusable): (Framing, bool),
        idle: &Arc<IdlePool>,
        call: &Arc<CallControl>,
    ) -> Self {
        let promised = match framing {
            Framing::Length(length) => Some(length),
            _ => None,
        };
        let mut framed = FramedBody {
            connection: Some(connection),
            framing,
            reusable,
            idle: Arc::clone(idle),
            call: Arc::clone(call),
            promised,
            read: 0,
        };
        framed.end_if_whole();
        framed
    }

    pub fn call(&self) -> &Arc<CallControl> {
        &self.call
    }

    /// The length of the rest, if the server promised it.
    pub fn rest(&self) -> Option<u64> {
        match self.framing {
            Framing::Length(left) => Some(left),
            _ => None,
        }
    }

    /// More bytes of a chunked body that have arrived, after those that were consumed; it does not
    /// wait. Empty if there are none, and at the end.
    pub fn arrived(&mut self) -> &[u8] {
        let (Some(connection), Framing::Chunked(chunked)) =
            (&mut self.connection, &mut self.framing)
        else {
            return &[];
        };
        let mut next = chunked.clone();
        match next.next(connection.unread()) {
            Ok(ChunkPart::Data { skip, length }) => {
                *chunked = next;
                connection.consume(skip);
                &connection.unread()[..length]
            }
            // The next read finds the same.
            _ => &[],
        }
    }

    /// Reads into a large buffer of the caller without a copy, if the length is known and nothing
    /// was read before it.
    fn read_straight(&mut self, buffer: &mut [u8]) -> Option<Result<usize, Failure>> {
        let Framing::Length(left) = self.framing else {
            return None;
        };
        let connection = self.connection.as_mut()?;
        if buffer.len() < USUAL || !connection.unread().is_empty() {
            return None;
        }
        let most = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
        Some(match connection.read(&mut buffer[..most], &self.call) {
            Ok(0) => Err(self.ended()),
            Ok(bytes) => {
                self.advance(bytes);
                Ok(bytes)
            }
            Err(failure) => Err(self.truncated(failure)),
        })
    }

    /// `amount` more bytes were handed over.
    fn advance(&mut self, amount: usize) {
        self.read += amount as u64;
        match &mut self.framing {
            Framing::Length(left) => *left -= amount as u64,
            Framing::Chunked(chunked) => chunked.consumed(amount),
            Framing::UntilClose => {}
        }
        match self.framing {
            Framing::Length(0) => self.end(),
            _ => self.report(false),
        }
    }

    /// A failure as an error of `io`.
    fn as_io(&self, failure: Failure) -> io::Error {
        // This kind lets the unpacker continue later.
        match self.call.ends_read_ahead(&failure) {
            true => io::Error::new(io::ErrorKind::WouldBlock, failure),
            false => io::Error::other(failure),
        }
    }

    /// The number of bytes of the body that are there; waits for some unless it has ended.
    fn ready(&mut self) -> Result<usize, Failure> {
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
                    ChunkPart::Data { skip, length } => {
                        connection.consume(skip);
                        return Ok(length);
                    }
                    ChunkPart::More { skip } => connection.consume(skip),
                    ChunkPart::End { skip } => {
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
                self.report(true);
                continue;
            }
            if came.map_err(|failure| self.truncated(failure))? == 0 {
                return Err(self.ended());
            }
        }
    }

    /// Whether the connection ended, and the body with it. After the last chunk any end counts.
    fn may_end(&self, came: &Result<usize, Failure>) -> bool {
        match (&self.framing, came) {
            (Framing::UntilClose, Ok(0)) => true,
            (Framing::Chunked(chunked), Ok(0)) => chunked.may_end(),
            (Framing::Chunked(chunked), Err(failure)) => {
                failure.is_connection_ended() && !self.call.is_forked() && chunked.may_end()
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
        self.report(true);
        if !self.reusable || !connection.is_clean() {
            return;
        }
        // The lock of the pool belongs to the parent process too.
        if self.call.is_forked() {
            return;
        }
        self.idle.put(connection, Instant::now());
    }

    fn report(&self, ended: bool) {
        self.call.body_came(self.read, self.promised, ended);
    }

    /// The same failure, but the end of a connection says how much of the body came.
    fn truncated(&self, failure: Failure) -> Failure {
        match failure.is_connection_ended() && !self.call.is_forked() {
            true => self.ended(),
            false => failure,
        }
    }

    /// The connection ended before the body.
    pub fn ended(&self) -> Failure {
        Failure::ended(ConnectionEnd::Body {
            bytes: self.read,
            promised: self.promised,
        })
    }
}

impl BufRead for FramedBody {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let length = self.ready().map_err(|failure| self.as_io(failure))?;
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
        self.advance(amount);
    }
}

impl Read for FramedBody {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(read) = self.read_straight(buffer) {
            return read.map_err(|failure| self.as_io(failure));
        }
        let piece = self.fill_buf()?;
        let length = piece.len().min(buffer.len());
        buffer[..length].copy_from_slice(&piece[..length]);
        self.consume(length);
        Ok(length)
    }
}
