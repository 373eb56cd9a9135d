//! Puts the bytes of a body into a buffer, as far as there is memory.

use std::io::Read;

use crate::failure::{Failure, from_io};
use crate::framed_body::FramedBody;
use crate::memory::{self, Buffer};

/// The memory that is made ready for the next bytes of a body whose length is known.
const STEP: usize = 256 * 1024;

/// Reads a body of this length into an empty buffer.
pub(crate) fn read_straight(
    source: &mut FramedBody,
    length: usize,
    into: &mut Vec<u8>,
    buffer: Buffer,
) -> Result<bool, Failure> {
    let mut filled = 0;
    while filled < length {
        if filled == into.len() {
            let step = STEP.min(length - filled);
            if let Err(no_memory) = memory::reserve(into, step, length) {
                *into = Vec::new(); // The failure needs memory too.
                return Err(no_memory.of(buffer).into());
            }
            into.resize(filled + step, 0);
        }
        match source.read(&mut into[filled..]) {
            Ok(more) if more > 0 => filled += more,
            ended => {
                into.truncate(filled);
                return Err(ended.map_or_else(from_io, |_| source.ended()));
            }
        }
    }
    Ok(true)
}

/// What [`append`] did.
pub(crate) enum Appended {
    /// It appended this many bytes.
    Piece(usize),
    /// Nothing: the body has ended (`true`), or the limit is reached.
    Ended(bool),
}

/// Appends as much of `piece` as fits within `limit`.
pub(crate) fn append(
    piece: &[u8],
    buffer: Buffer,
    limit: usize,
    into: &mut Vec<u8>,
) -> Result<Appended, Failure> {
    let (length, room) = (piece.len(), limit - into.len());
    if length == 0 || room == 0 {
        return Ok(Appended::Ended(length == 0));
    }
    let used = length.min(room);
    if let Err(no_memory) = memory::append(into, &piece[..used], limit) {
        *into = Vec::new(); // The failure needs memory too.
        return Err(no_memory.of(buffer).into());
    }
    Ok(Appended::Piece(used))
}
