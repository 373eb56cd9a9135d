//! Sends a request while its body is read from a source.

use std::io::{self, Write};
use std::mem;

use zeroize::Zeroizing;

use crate::call_control::CallControl;
use crate::failure::{Failure, SourceFailure, from_io};
use crate::http1::RequestHead;
use crate::memory::{self, Buffer};
use crate::outlet;
use crate::progress::Phase;
use crate::request_body::{BodyReader, RequestBody, SourceCall};
use crate::socket::Socket;
use crate::tls::Channel;

/// The most bytes that are read from a source of known length at a time.
const PIECE: usize = 1 << 20;
/// The same for a source of unknown length, which seldom gives more at once.
const CHUNK: usize = 256 << 10;
/// A first piece of up to this size is sent together with the head.
const TOGETHER: usize = 16 << 10;
/// The longest line before a chunk: 16 digits and a line break.
const LINE: usize = 18;

/// Sends the head, then the source piece by piece. A failed write to the socket and an early
/// refusal are not errors; the source is then not read further.
pub(super) fn send(
    channel: &mut Channel,
    output: &mut Zeroizing<Vec<u8>>,
    head: &RequestHead<'_>,
    body: &RequestBody,
    call: &CallControl,
) -> Result<(), Failure> {
    // The connect limit does not apply to the wait for the source.
    call.enter(Phase::Start);
    let source_call = SourceCall(call);
    let mut pieces = Pieces::new(body, channel)?;
    // Before the head, so that a source that fails at once leaves no half request.
    let first = pieces.next(&source_call)?;
    source_call.check()?;
    call.begin_send();
    let together = first.len() <= TOGETHER;
    let length = head.max_length() + if together { first.len() } else { 0 };
    if output.capacity() < length {
        // A growing buffer would leave a copy of the key behind.
        *output = Zeroizing::new(Vec::with_capacity(length));
    }
    output.clear();
    head.write(output);
    if together {
        output.extend_from_slice(first);
    }
    channel.write_all(output).map_err(from_io)?;
    if !together {
        channel.write_all(first).map_err(from_io)?;
    }
    pieces.report(call);
    // A send that waits looks for a refusal itself.
    while !pieces.ended && (pieces.full || !channel.is_refused().map_err(from_io)?) {
        match channel {
            Channel::Plain(socket) if pieces.sends => pieces.send(socket, &source_call)?,
            _ => {
                let piece = pieces.next(&source_call)?;
                // The time of the source counts for the call's limits.
                source_call.check()?;
                channel.write_all(piece).map_err(from_io)?;
            }
        }
        pieces.report(call);
    }
    channel.flush().map_err(from_io)
}

/// The pieces of a body, framed.
struct Pieces<'b> {
    source: BodyReader<'b>,
    /// `None` if it is sent in chunks.
    length: Option<u64>,
    given: u64,
    /// After the first piece the source sends them itself.
    sends: bool,
    /// The connection took less of the last one than it could have.
    full: bool,
    buffer: Vec<u8>,
    ended: bool,
}

impl<'b> Pieces<'b> {
    fn new(body: &'b RequestBody, channel: &Channel) -> Result<Self, Failure> {
        let length = body.length();
        let source = body.begin()?;
        let lends = outlet::IS_OFFERED && matches!(channel, Channel::Plain(_));
        let sends = lends && length.is_some() && source.sends();
        let size = match length {
            Some(_) if sends => TOGETHER,
            Some(length) => usize::try_from(length).map_or(PIECE, |length| length.min(PIECE)),
            None => CHUNK,
        };
        let size = size.max(1) + LINE + 2;
        let mut buffer = Vec::new();
        memory::reserve(&mut buffer, size, size).map_err(|what| what.of(Buffer::Request))?;
        buffer.resize(size, 0);
        Ok(Pieces {
            source,
            length,
            given: 0,
            sends,
            full: false,
            buffer,
            ended: false,
        })
    }

    /// The next bytes to send.
    fn next(&mut self, call: &SourceCall<'_>) -> Result<&[u8], Failure> {
        let space = LINE..self.buffer.len() - 2;
        let read = self.source.read(&mut self.buffer[space], call)?;
        self.given += read as u64;
        let Some(length) = self.length else {
            return Ok(self.chunk(read));
        };
        if self.given > length || self.given == length && self.is_more(call)? {
            return Err(wrong_length(length, true));
        }
        if read == 0 && self.given < length {
            return Err(wrong_length(length, false));
        }
        self.ended = self.given == length;
        Ok(&self.buffer[LINE..LINE + read])
    }

    /// Has the source send the next bytes itself.
    fn send(&mut self, socket: &mut Socket, call: &SourceCall<'_>) -> Result<(), Failure> {
        let promised = self.length.unwrap_or_default();
        let left = usize::try_from(promised - self.given).unwrap_or(usize::MAX);
        let mut waits = mem::take(&mut self.full);
        let mut failed = None;
        let sent = socket.write_by(left, |through| {
            if mem::take(&mut waits) {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            match self.source.send(through, call) {
                Ok(sent) => sent,
                Err(failure) => {
                    failed = Some(failure);
                    Err(io::ErrorKind::Other.into())
                }
            }
        });
        if let Some(failure) = failed {
            return Err(failure);
        }
        let sent = sent.map_err(from_io)?;
        match sent {
            Some(0) => return Err(wrong_length(promised, false)),
            Some(sent) => self.given = promised.min(self.given + sent as u64),
            None => {} // The channel is refused.
        }
        self.ended = self.given == promised;
        self.full = sent.is_some() && !self.ended;
        Ok(())
    }

    fn report(&self, call: &CallControl) {
        call.body_sent(self.given, self.length, self.ended);
    }

    /// Whether the source gives more than its length. Asked before the last piece is sent, so that
    /// the server never has a whole request that lacks bytes.
    fn is_more(&mut self, call: &SourceCall<'_>) -> Result<bool, Failure> {
        Ok(self.source.read(&mut [0], call)? > 0)
    }

    /// The first `length` bytes of the buffer as a chunk; for 0 the last chunk. Source: RFC 9112,
    /// section 7.1.
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

fn wrong_length(promised: u64, more: bool) -> Failure {
    SourceFailure::WrongLength { promised, more }.into()
}
