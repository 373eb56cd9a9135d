//! A request whose body is read from a source while it goes out.

use std::io::Write;
use std::time::Instant;

use zeroize::Zeroizing;

use super::call::{Call, Step};
use super::channel::Channel;
use super::fault;
use super::http1::RequestHead;
use crate::error::{Error, ErrorKind};
use crate::memory::{self, Buffer};
use crate::request_body::{Begun, RequestBody, SourceCall};

/// So much of a source of known length is read and sent at a time.
const PIECE: usize = 1 << 20;
/// The same of one whose length is not known: what it gives at once is seldom more.
const CHUNK: usize = 256 << 10;
/// A first piece of up to this size goes out with the head in one send.
const TOGETHER: usize = 16 << 10;
/// The line before a chunk: at most 16 digits and a line break.
const LINE: usize = 18;

/// Sends a head, then the source piece by piece. A write to the socket that fails is no error,
/// and nor is an answer that refuses the request: the source is not read any further then.
pub(super) fn send(
    channel: &mut Channel,
    output: &mut Zeroizing<Vec<u8>>,
    head: &RequestHead<'_>,
    body: &RequestBody,
    call: &Call,
) -> Result<(), Error> {
    // While the source is waited for, the limits of the way here are over.
    call.steps(Step::Beginning);
    let check = || check(call);
    let mut pieces = Pieces::new(body)?;
    // Before a byte of the head: a source that fails at once leaves nothing half sent.
    let first = pieces.next(&SourceCall(&check))?;
    check()?;
    call.sends();
    let together = first.len() <= TOGETHER;
    let length = head.length() + if together { first.len() } else { 0 };
    if output.capacity() < length {
        // A buffer that grows would leave the key behind in the one that it was.
        *output = Zeroizing::new(Vec::with_capacity(length));
    }
    output.clear();
    head.write(output);
    if together {
        output.extend_from_slice(first);
    }
    channel.write_all(output).map_err(fault::from_io)?;
    if !together {
        channel.write_all(first).map_err(fault::from_io)?;
    }
    while !pieces.ended && !channel.is_refused().map_err(fault::from_io)? {
        let piece = pieces.next(&SourceCall(&check))?;
        // What the source took its time for is the call's time too.
        check()?;
        channel.write_all(piece).map_err(fault::from_io)?;
    }
    channel.flush().map_err(fault::from_io)
}

fn check(call: &Call) -> Result<(), Error> {
    let now = Instant::now();
    call.next_wait(now, now).map(drop)
}

/// The pieces of a body, framed.
struct Pieces<'b> {
    source: Begun<'b>,
    /// `None` where it goes out in chunks.
    length: Option<u64>,
    given: u64,
    buffer: Vec<u8>,
    ended: bool,
}

impl<'b> Pieces<'b> {
    fn new(body: &'b RequestBody) -> Result<Self, Error> {
        let length = body.length();
        let size = match length {
            Some(length) => usize::try_from(length).map_or(PIECE, |length| length.min(PIECE)),
            None => CHUNK,
        };
        let size = size.max(1) + LINE + 2;
        let mut buffer = Vec::new();
        memory::reserve(&mut buffer, size, size).map_err(|what| what.of(Buffer::Request))?;
        buffer.resize(size, 0);
        Ok(Pieces {
            source: body.begin()?,
            length,
            given: 0,
            buffer,
            ended: false,
        })
    }

    /// The next bytes to send.
    fn next(&mut self, call: &SourceCall<'_>) -> Result<&[u8], Error> {
        let space = LINE..self.buffer.len() - 2;
        let read = self.source.read(&mut self.buffer[space], call)?;
        self.given += read as u64;
        let Some(length) = self.length else {
            return Ok(self.chunk(read));
        };
        if self.given > length || self.given == length && self.is_more(call)? {
            return Err(wrong_length(length, "more"));
        }
        if read == 0 && self.given < length {
            return Err(wrong_length(length, "fewer"));
        }
        self.ended = self.given == length;
        Ok(&self.buffer[LINE..LINE + read])
    }

    /// Whether more comes than there should. Asked before the last piece goes out, so that no
    /// server takes a part for the whole.
    fn is_more(&mut self, call: &SourceCall<'_>) -> Result<bool, Error> {
        Ok(self.source.read(&mut [0], call)? > 0)
    }

    /// So many bytes of the buffer as a chunk; the last one where there are none. Source: RFC
    /// 9112, section 7.1.
    fn chunk(&mut self, length: usize) -> &[u8] {
        if length == 0 {
            self.ended = true;
            return b"0\r\n\r\n";
        }
        let line = format!("{length:x}\r\n");
        let start = LINE - line.len();
        self.buffer[start..LINE].copy_from_slice(line.as_bytes());
        let end = LINE + length;
        self.buffer[end..end + 2].copy_from_slice(b"\r\n");
        &self.buffer[start..end + 2]
    }
}

fn wrong_length(length: u64, what: &str) -> Error {
    let message = format!(
        "the source of the body gave {what} than the {length} bytes that it said, so the request \
         was not completed"
    );
    Error::new(ErrorKind::InvalidArgument, message)
}
