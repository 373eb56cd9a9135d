//! A reply's body on its way, unframed and unpacked.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use super::call::Call;
use super::decode::{Coding, Decoder};
use super::fault;
use super::framed::Framed;
use crate::error::{Error, ErrorKind};
use crate::memory::{self, Buffer};
use crate::shared_bytes::SharedBytes;

/// So much may still come behind what was wanted, for its connection to be kept.
const MOST_BEHIND: usize = 16 * 1024;

/// A filter is fed no more at a time.
const MOST_AT_ONCE: usize = 64 * 1024;

/// Changes a body on its way: it is fed pieces, and gives what may go on.
pub(crate) trait Filter: Send {
    /// The next bytes, after unpacking; what may go on is appended to `out`.
    fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>);

    /// No more bytes come.
    fn finish(&mut self, out: &mut Vec<u8>);
}

/// A body on its way. Dropping it before its end closes the connection.
pub(crate) struct Body {
    source: Source,
    call: Arc<Call>,
    filtered: Option<Box<Filtered>>,
}

/// The unpacked bytes of a body.
struct Source {
    decoder: Decoder<Framed>,
    /// What was read before it was asked for.
    ahead: Option<Box<Ahead>>,
}

/// The beginning of a body.
struct Ahead {
    bytes: Vec<u8>,
    /// So many of the bytes were used.
    used: usize,
    /// Whether the body ends with them, or why no more of it can be read.
    ended: Result<bool, Error>,
}

impl Source {
    fn new(decoder: Decoder<Framed>) -> Self {
        Source {
            decoder,
            ahead: None,
        }
    }

    fn fill(&mut self) -> Result<&[u8], Error> {
        if let Some(ahead) = &self.ahead {
            if ahead.used < ahead.bytes.len() {
                // Once more by name: a borrow that is returned lasts for all of the function.
                return Ok(self.ahead());
            }
            if ahead.ended.clone()? {
                return Ok(&[]);
            }
            self.ahead = None;
        }
        self.decoder.fill_buf().map_err(fault::from_io)
    }

    fn consume(&mut self, amount: usize) {
        match &mut self.ahead {
            Some(ahead) => ahead.used += amount,
            None => self.decoder.consume(amount),
        }
    }

    fn read_ahead(&mut self, most: usize, call: &Call) -> Result<(), Error> {
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
            Err(error) if call.is_end_of_look(&error) => Ok(false),
            ended => ended,
        };
        let cancelled = match &ended {
            Err(error) if error.kind() == ErrorKind::Cancelled => Err(error.clone()),
            _ => Ok(()),
        };
        let used = 0;
        self.ahead = Some(Box::new(Ahead { bytes, used, ended }));
        cancelled
    }

    /// Reads on to the end, `limit` bytes in all; says whether it ended within them.
    fn read_on(&mut self, limit: usize, into: &mut Vec<u8>) -> Result<bool, Error> {
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

/// What a filter made of a body.
struct Filtered {
    filter: Box<dyn Filter>,
    /// Bytes that may go on, and how many of them were used.
    ready: Vec<u8>,
    used: usize,
    /// How the body ended, once it did.
    end: Option<Result<(), Error>>,
}

impl Filtered {
    /// Reads on until some bytes may go on.
    fn fill(&mut self, source: &mut Source) -> Result<&[u8], Error> {
        while self.used == self.ready.len() {
            match &self.end {
                None => {}
                Some(Ok(())) => return Ok(&[]),
                Some(Err(error)) => return Err(error.clone()),
            }
            self.ready.clear();
            self.used = 0;
            let end = match source.fill() {
                Ok([]) => Ok(()),
                Ok(piece) => {
                    // A body in memory comes as one piece.
                    let length = piece.len().min(MOST_AT_ONCE);
                    self.filter.push(&piece[..length], &mut self.ready);
                    source.consume(length);
                    continue;
                }
                Err(error) => Err(error),
            };
            // What came goes before the error that ended it.
            self.filter.finish(&mut self.ready);
            self.end = Some(end);
        }
        Ok(&self.ready[self.used..])
    }
}

impl Body {
    pub fn new(framed: Framed, coding: Coding) -> Self {
        Body {
            call: Arc::clone(framed.call()),
            source: Source::new(Decoder::new(framed, coding)),
            filtered: None,
        }
    }

    /// A body of `call` that is in memory.
    pub fn known(bytes: impl Into<SharedBytes>, call: &Arc<Call>) -> Self {
        Body {
            call: Arc::clone(call),
            source: Source::new(Decoder::Known(io::Cursor::new(bytes.into()))),
            filtered: None,
        }
    }

    /// The same with what is still to come passed through a filter.
    pub fn filtered(mut self, filter: Box<dyn Filter>) -> Self {
        self.filtered = Some(Box::new(Filtered {
            filter,
            ready: Vec::new(),
            used: 0,
            end: None,
        }));
        self
    }

    /// The next bytes, unpacked; none at the end. They stay until they are consumed.
    pub fn fill(&mut self) -> Result<&[u8], Error> {
        match &mut self.filtered {
            None => self.source.fill(),
            Some(filtered) => filtered.fill(&mut self.source),
        }
    }

    /// So many of the bytes were used.
    pub fn consume(&mut self, amount: usize) {
        match &mut self.filtered {
            None => self.source.consume(amount),
            Some(filtered) => filtered.used += amount,
        }
    }

    /// Reads up to `most` bytes before they are asked for, to judge the reply by; waits for them
    /// no longer than `within`, and goes on where an earlier look ended. What ends the reading is
    /// told when the bytes before it were used.
    ///
    /// # Errors
    /// `cancelled`: nobody waits for the rest either.
    pub fn read_ahead(&mut self, most: usize, within: Duration) -> Result<(), Error> {
        self.call.looks_ahead(Some(within));
        let read = self.source.read_ahead(most, &self.call);
        self.call.looks_ahead(None);
        read
    }

    /// What was read ahead and not used yet.
    pub fn ahead(&self) -> &[u8] {
        self.source.ahead()
    }

    /// What was read ahead, without a copy; the rest is dropped.
    pub fn into_ahead(self) -> Vec<u8> {
        self.source
            .ahead
            .map(|ahead| ahead.bytes)
            .unwrap_or_default()
    }

    /// Whether another look would read no more: `most` bytes were read ahead, or all.
    pub fn is_read_ahead(&self, most: usize) -> bool {
        let ahead = self.source.ahead.as_deref();
        ahead.is_some_and(|it| !matches!(it.ended, Ok(false)) || self.ahead().len() >= most)
    }

    /// Whether what was read ahead is all that is left.
    pub fn is_ahead(&self) -> bool {
        let ahead = self.source.ahead.as_deref();
        ahead.is_some_and(|ahead| matches!(ahead.ended, Ok(true)))
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
            match append(self.fill()?, buffer, limit, into)? {
                Appended::Ended(whole) => return Ok(whole),
                Appended::Piece(used) => self.consume(used),
            }
        }
    }

    /// Gives the connection back to the pool if the body ends here, without waiting for
    /// more of it.
    pub fn finish_if_ended(mut self) {
        match &self.source.ahead {
            Some(ahead) if !matches!(ahead.ended, Ok(false)) => return,
            _ => self.source.ahead = None,
        }
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

/// What became of the next bytes of a body.
enum Appended {
    /// So many of them are in memory.
    Piece(usize),
    /// There were none; or there was no room for them.
    Ended(bool),
}

fn append(
    piece: &[u8],
    buffer: Buffer,
    limit: usize,
    into: &mut Vec<u8>,
) -> Result<Appended, Error> {
    let (length, room) = (piece.len(), limit - into.len());
    if length == 0 || room == 0 {
        return Ok(Appended::Ended(length == 0));
    }
    let used = length.min(room);
    if let Err(no_memory) = memory::append(into, &piece[..used], limit) {
        *into = Vec::new(); // The error needs some too.
        return Err(no_memory.of(buffer));
    }
    Ok(Appended::Piece(used))
}
