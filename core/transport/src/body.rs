//! The body of a reply, read as it arrives, without its frame and unpacked.

use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

use crate::append::{Appended, append, read_straight};
use crate::call_control::CallControl;
use crate::decode::{Coding, Decoder};
use crate::failure::{Failure, from_io};
use crate::framed_body::FramedBody;
use crate::memory::{self, Buffer};
use crate::shared_bytes::SharedBytes;

/// The most bytes that are read to the end of a body so that its connection can be reused.
const MOST_BEHIND: usize = 16 * 1024;

/// The most bytes that a filter gets at a time.
const MOST_AT_ONCE: usize = 64 * 1024;

/// From this length on, a body whose length is known is read without a buffer between.
const STRAIGHT: usize = 64 * 1024;

/// The most memory that a promised length reserves before bytes of it came.
const MOST_RESERVED: usize = 64 << 20;

/// Changes the bytes of a body as they arrive.
pub trait Filter: Send {
    /// Takes the next unpacked bytes; appends to `out` what may be handed on.
    fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>);

    /// The body ended: appends the rest to `out`.
    fn finish(&mut self, out: &mut Vec<u8>);
}

/// The body of a reply. Dropping it before its end closes the connection.
pub struct Body {
    source: Source,
    call: Arc<CallControl>,
    filtered: Option<Box<Filtered>>,
}

/// The unpacked bytes of a body.
struct Source {
    decoder: Decoder<FramedBody>,
    /// What was read ahead.
    ahead: Option<Box<ReadAhead>>,
}

/// Bytes that were read before the caller asked for them.
struct ReadAhead {
    bytes: Vec<u8>,
    /// The number of bytes that were used.
    used: usize,
    /// Whether the body ends after them, or why no more can be read.
    ended: Result<bool, Failure>,
}

impl Source {
    fn new(decoder: Decoder<FramedBody>) -> Self {
        Source {
            decoder,
            ahead: None,
        }
    }

    fn fill(&mut self) -> Result<&[u8], Failure> {
        if let Some(ahead) = &self.ahead {
            if ahead.used < ahead.bytes.len() {
                // Borrowed again: to the borrow checker, a returned borrow lasts for the whole
                // function.
                return Ok(self.ahead());
            }
            if ahead.ended.clone()? {
                return Ok(&[]);
            }
            self.ahead = None;
        }
        self.decoder.fill_buf().map_err(from_io)
    }

    fn consume(&mut self, amount: usize) {
        match &mut self.ahead {
            Some(ahead) => ahead.used += amount,
            None => self.decoder.consume(amount),
        }
    }

    fn read_ahead(&mut self, most: usize, call: &CallControl) -> Result<(), Failure> {
        let mut bytes = match self.ahead.take() {
            Some(mut ahead) => {
                ahead.bytes.drain(..ahead.used);
                ahead.used = 0;
                if !matches!(ahead.ended, Ok(false)) || ahead.bytes.len() >= most {
                    self.ahead = Some(ahead);
                    return Ok(());
                }
                ahead.bytes
            }
            None => Vec::new(),
        };
        let ended = match self.read_on(most, &mut bytes) {
            Err(failure) if call.ends_read_ahead(&failure) => Ok(false),
            ended => ended,
        };
        let cancelled = match &ended {
            Err(failure) if failure.is_cancelled() => Err(failure.clone()),
            _ => Ok(()),
        };
        let used = 0;
        self.ahead = Some(Box::new(ReadAhead { bytes, used, ended }));
        cancelled
    }

    /// Reads until `into` has `limit` bytes; returns whether the body ended within them.
    fn read_on(&mut self, limit: usize, into: &mut Vec<u8>) -> Result<bool, Failure> {
        loop {
            match append(self.fill()?, Buffer::Body, limit, into)? {
                Appended::Ended(whole) => return Ok(whole),
                Appended::Piece(used) => self.consume(used),
            }
        }
    }

    fn ahead(&self) -> &[u8] {
        self.ahead
            .as_ref()
            .and_then(|ahead| ahead.bytes.get(ahead.used..))
            .unwrap_or_default()
    }
}

/// A filter and its output.
struct Filtered {
    filter: Box<dyn Filter>,
    /// The output, and how many bytes of it were used.
    ready: Vec<u8>,
    used: usize,
    /// How the body ended, once it did.
    end: Option<Result<(), Failure>>,
}

impl Filtered {
    /// Reads until there is output, or the body ends.
    fn fill(&mut self, source: &mut Source) -> Result<&[u8], Failure> {
        while self.used == self.ready.len() {
            match &self.end {
                None => {}
                Some(Ok(())) => return Ok(&[]),
                Some(Err(failure)) => return Err(failure.clone()),
            }
            self.ready.clear();
            self.used = 0;
            let end = match source.fill() {
                Ok([]) => Ok(()),
                Ok(piece) => {
                    // A body in memory is a single piece.
                    let length = piece.len().min(MOST_AT_ONCE);
                    self.filter.push(&piece[..length], &mut self.ready);
                    source.consume(length);
                    continue;
                }
                Err(failure) => Err(failure),
            };
            // The bytes that arrived are handed on before the failure.
            self.filter.finish(&mut self.ready);
            self.end = Some(end);
        }
        Ok(&self.ready[self.used..])
    }
}

impl Body {
    pub(crate) fn new(framed: FramedBody, coding: Coding) -> Self {
        Body {
            call: Arc::clone(framed.call()),
            source: Source::new(Decoder::new(framed, coding)),
            filtered: None,
        }
    }

    /// A body in memory.
    pub fn in_memory(bytes: impl Into<SharedBytes>, call: &Arc<CallControl>) -> Self {
        Body {
            call: Arc::clone(call),
            source: Source::new(Decoder::InMemory(io::Cursor::new(bytes.into()))),
            filtered: None,
        }
    }

    /// The same body; the bytes that are still to be read pass through a filter.
    pub fn filtered(mut self, filter: Box<dyn Filter>) -> Self {
        self.filtered = Some(Box::new(Filtered {
            filter,
            ready: Vec::new(),
            used: 0,
            end: None,
        }));
        self
    }

    /// Waits for the next bytes; empty at the end. They stay until they are consumed.
    ///
    /// # Errors
    /// Why no more can be read.
    pub fn fill(&mut self) -> Result<&[u8], Failure> {
        match &mut self.filtered {
            None => self.source.fill(),
            Some(filtered) => filtered.fill(&mut self.source),
        }
    }

    /// Removes `amount` of the bytes that [`fill`](Self::fill) returned.
    pub fn consume(&mut self, amount: usize) {
        match &mut self.filtered {
            None => self.source.consume(amount),
            Some(filtered) => filtered.used += amount,
        }
    }

    /// More bytes that have arrived, after those that were consumed; it does not wait. Empty if there
    /// are none, and at the end. Where a server sends many small chunks, [`fill`](Self::fill) returns
    /// them one by one.
    pub fn arrived(&mut self) -> &[u8] {
        if self.filtered.is_some() || self.source.ahead.is_some() {
            return &[];
        }
        let plain = self.source.decoder.plain();
        plain.map_or(&[], FramedBody::arrived)
    }

    /// Reads up to `most` bytes ahead, to judge the reply by them. Waits for at most `within`, and
    /// continues an earlier read-ahead. A failure is reported later, after the bytes that arrived
    /// before it.
    ///
    /// # Errors
    /// The call was cancelled.
    pub fn read_ahead(&mut self, most: usize, within: Duration) -> Result<(), Failure> {
        self.call.set_read_ahead(Some(within));
        let read = self.source.read_ahead(most, &self.call);
        self.call.set_read_ahead(None);
        read
    }

    /// The bytes that were read ahead and not used yet.
    pub fn ahead(&self) -> &[u8] {
        self.source.ahead()
    }

    /// The bytes that were read ahead, without a copy; the rest is dropped.
    pub fn into_ahead(self) -> Vec<u8> {
        self.source
            .ahead
            .map(|ahead| ahead.bytes)
            .unwrap_or_default()
    }

    /// Whether another read-ahead would read no more: `most` bytes are there, or the body ended.
    pub fn is_read_ahead(&self, most: usize) -> bool {
        let ahead = self.source.ahead.as_deref();
        ahead.is_some_and(|it| !matches!(it.ended, Ok(false)) || self.ahead().len() >= most)
    }

    /// Whether the whole rest of the body was read ahead.
    pub fn is_all_ahead(&self) -> bool {
        let ahead = self.source.ahead.as_deref();
        ahead.is_some_and(|ahead| matches!(ahead.ended, Ok(true)))
    }

    /// Reads to the end, but not more than `limit` bytes; returns whether the body ended within
    /// them.
    ///
    /// # Errors
    /// Why it cannot be read to its end.
    pub fn read_to_end(&mut self, limit: usize, into: &mut Vec<u8>) -> Result<bool, Failure> {
        self.read_all(Buffer::Body, limit, into)
    }

    /// As [`read_to_end`](Self::read_to_end), for a buffer that is not a body to the caller.
    ///
    /// # Errors
    /// Why it cannot be read to its end.
    pub fn read_all(
        &mut self,
        buffer: Buffer,
        limit: usize,
        into: &mut Vec<u8>,
    ) -> Result<bool, Failure> {
        if into.is_empty()
            && let Some((length, source)) = self.source_of_known_length(limit)
            && memory::reserve(into, length.min(MOST_RESERVED), length).is_ok()
        {
            return read_straight(source, length, into, buffer);
        }
        loop {
            match append(self.fill()?, buffer, limit, into)? {
                Appended::Ended(whole) => return Ok(whole),
                Appended::Piece(used) => self.consume(used),
            }
        }
    }

    /// Reads the whole body into the memory that the call's function makes for it; `None` if there
    /// is no such function or memory, or if the length is not known or beyond `limit`.
    ///
    /// # Errors
    /// Why it cannot be read to its end.
    pub fn read_placed(&mut self, limit: usize) -> Result<Option<SharedBytes>, Failure> {
        let make = self.call.body_room();
        let Some((make, (length, source))) = make.zip(self.source_of_known_length(limit)) else {
            return Ok(None);
        };
        let Some(mut room) = make(length) else {
            return Ok(None);
        };
        let bytes = room.bytes();
        let mut filled = 0;
        while filled < length {
            match source.read(&mut bytes[filled..]).map_err(from_io)? {
                0 => return Err(source.ended()),
                more => filled += more,
            }
        }
        Ok(Some(room.into_shared()))
    }

    /// The source of a large body of which nothing was read, and which can be read as it comes; with
    /// its length, which is at most `limit`.
    fn source_of_known_length(&mut self, limit: usize) -> Option<(usize, &mut FramedBody)> {
        if self.filtered.is_some() || self.source.ahead.is_some() {
            return None;
        }
        let source = self.source.decoder.plain()?;
        let length = usize::try_from(source.rest()?).ok()?;
        (STRAIGHT..=limit)
            .contains(&length)
            .then_some((length, source))
    }

    /// Gives the connection back to the pool if the end of the body is near. It waits at most 5 ms.
    pub fn finish_if_ended(mut self) {
        match &self.source.ahead {
            Some(ahead) if !matches!(ahead.ended, Ok(false)) => return,
            _ => self.source.ahead = None,
        }
        self.call.begin_finish();
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
