//! Memory for what a body or a peer sets the size of. It can be refused: a plain `Vec` that
//! grows ends the process where there is no more. Source: faults.md, 86.

use std::hint::black_box;

use crate::error::{Error, ErrorKind};
use crate::option_table;

/// A buffer from this size on must leave [`HEADROOM`] beside it.
pub(crate) const LARGE: usize = 1 << 20;

/// What must be left when a large buffer grew: the error, and whatever else is allocated
/// without asking, comes out of it.
const HEADROOM: usize = 4 << 20;

/// So much of a body is moved at a time.
const MOVED: usize = 8 << 20;

/// So many bytes could not be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoMemory(pub usize);

/// What a buffer holds, which has a limit of its own.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Buffer {
    /// The body of a reply, or a copy of it.
    Body,
    /// One event of a stream.
    Event,
    /// The head of a reply.
    Head,
    /// One line of a body that is read in lines.
    Line,
    /// A piece of a body that is read as it comes.
    Piece,
    /// The body of a request.
    Request,
}

impl NoMemory {
    /// The error of kind `out_of_memory` for a buffer that holds this.
    pub fn of(self, buffer: Buffer) -> Error {
        let bytes = self.0;
        let lower = |limit: &option_table::Row| format!("Lower {limit}");
        let (what, advice) = match buffer {
            Buffer::Body => (
                "the body of the reply",
                lower(&option_table::MAX_BODY_BYTES),
            ),
            Buffer::Event => (
                "one event of the stream",
                lower(&option_table::MAX_EVENT_BYTES),
            ),
            Buffer::Head => (
                "the head of the reply",
                lower(&option_table::MAX_HEADER_BYTES),
            ),
            Buffer::Line => ("one line of the body", "Read it in pieces".to_owned()),
            Buffer::Piece => (
                "the next piece of the body",
                "Keep less of it at once".to_owned(),
            ),
            Buffer::Request => (
                "the body of the request",
                "Send it in pieces, from a file say".to_owned(),
            ),
        };
        let message = format!(
            "there is no memory for the {bytes} bytes of {what}. {advice}, or let the process \
             have more memory"
        );
        Error::new(ErrorKind::OutOfMemory, message)
    }
}

/// The error of a copy of so many bytes that a binding could not make.
#[doc(hidden)]
pub fn out_of_memory(bytes: usize, buffer: Buffer) -> Error {
    NoMemory(bytes).of(buffer)
}

/// Whether so many bytes could be had now, for what is about to take them without asking: a
/// JavaScript engine, which ends its process otherwise, or a parser.
///
/// # Errors
/// `out_of_memory`.
#[doc(hidden)]
pub fn afford(bytes: usize, buffer: Buffer) -> Result<(), Error> {
    afford_for(bytes, bytes, buffer)
}

/// As [`afford`], of what takes `wanted` bytes for a buffer of `bytes`: copies of it, or the
/// values that a parser makes of it. The error says the size of the buffer.
///
/// # Errors
/// `out_of_memory`.
#[doc(hidden)]
pub fn afford_for(wanted: usize, bytes: usize, buffer: Buffer) -> Result<(), Error> {
    match wanted < LARGE || is_there(wanted.saturating_add(HEADROOM)) {
        true => Ok(()),
        false => Err(NoMemory(bytes).of(buffer)),
    }
}

/// Room in `into` for `more` bytes; no more than `most` in all, where that is enough.
pub(crate) fn reserve(into: &mut Vec<u8>, more: usize, most: usize) -> Result<(), NoMemory> {
    let length = into.len();
    let needed = length.checked_add(more).ok_or(NoMemory(usize::MAX))?;
    if needed <= into.capacity() {
        return Ok(());
    }
    // Twice as much, so that a body is seldom moved; but where that is not there, what is.
    let twice = into.capacity().saturating_mul(2).min(most);
    let tight = needed.saturating_add(needed / 8).min(most);
    for size in [twice, tight, needed].map(|size| size.max(needed)) {
        if into.try_reserve_exact(size - length).is_ok() {
            if size < LARGE || is_there(HEADROOM) {
                return Ok(());
            }
            into.shrink_to(length);
        }
    }
    Err(NoMemory(needed))
}

/// Takes the bytes of a buffer from its end to its start, a piece at a time, and gives back the
/// memory of each piece before the next: for a copy into memory that is not touched yet, so that
/// there is never much more than one of the two.
#[doc(hidden)]
pub fn move_out(mut from: Vec<u8>, mut put: impl FnMut(usize, &[u8])) {
    while !from.is_empty() {
        let start = from.len().saturating_sub(MOVED);
        put(start, &from[start..]);
        from.truncate(start);
        from.shrink_to_fit();
    }
}

/// Leaves a large buffer no more room than it needs.
pub(crate) fn give_back_slack(buffer: &mut Vec<u8>) {
    if buffer.capacity() >= LARGE {
        buffer.shrink_to_fit();
    }
}

/// Appends bytes; the buffer is left with no more room than for `most`.
pub(crate) fn append(into: &mut Vec<u8>, bytes: &[u8], most: usize) -> Result<(), NoMemory> {
    reserve(into, bytes.len(), most)?;
    into.extend_from_slice(bytes);
    Ok(())
}

/// Appends a text.
pub(crate) fn append_str(into: &mut String, text: &str) -> Result<(), NoMemory> {
    reserve_text(into, text.len())?;
    into.push_str(text);
    Ok(())
}

fn reserve_text(into: &mut String, more: usize) -> Result<(), NoMemory> {
    let needed = into.len().saturating_add(more);
    if needed <= into.capacity() {
        return Ok(());
    }
    let had = into
        .try_reserve(more)
        .or_else(|_| into.try_reserve_exact(more));
    match had.is_ok() && (needed < LARGE || is_there(HEADROOM)) {
        true => Ok(()),
        false => Err(NoMemory(needed)),
    }
}

/// Appends bytes as text; what is not UTF-8 becomes U+FFFD.
pub(crate) fn append_lossy(into: &mut String, bytes: &[u8]) -> Result<(), NoMemory> {
    // Checked first: the lossy reading is several times slower, and hardly ever needed.
    if let Ok(text) = std::str::from_utf8(bytes) {
        return append_str(into, text);
    }
    let parts = || {
        bytes.utf8_chunks().map(|chunk| match chunk.invalid() {
            [] => (chunk.valid(), ""),
            _ => (chunk.valid(), "\u{fffd}"),
        })
    };
    let length = parts().map(|(text, mark)| text.len() + mark.len()).sum();
    reserve_text(into, length)?;
    for (text, mark) in parts() {
        into.push_str(text);
        into.push_str(mark);
    }
    Ok(())
}

/// The bytes as text, without a copy where they are UTF-8.
pub(crate) fn text_of(bytes: Vec<u8>) -> Result<String, NoMemory> {
    String::from_utf8(bytes).or_else(|error| {
        let mut text = String::new();
        append_lossy(&mut text, error.as_bytes())?;
        Ok(text)
    })
}

fn is_there(bytes: usize) -> bool {
    let mut probe = Vec::<u8>::new();
    let had = probe.try_reserve_exact(bytes).is_ok();
    // Or the compiler would leave the allocation out.
    black_box(&mut probe);
    had
}

#[cfg(test)]
mod tests {
    use super::*;

    /// More than any address space has.
    const TOO_MUCH: usize = isize::MAX as usize - 64;

    #[test]
    fn what_cannot_be_had_is_an_error_that_says_how_much_and_what_to_lower() {
        let mut bytes = vec![1; 10];
        let no_memory = reserve(&mut bytes, TOO_MUCH - 10, usize::MAX).unwrap_err();
        assert_eq!((no_memory, bytes.len()), (NoMemory(TOO_MUCH), 10));
        let error = no_memory.of(Buffer::Body);
        assert_eq!(error.kind(), ErrorKind::OutOfMemory);
        assert!(error.message().contains(&TOO_MUCH.to_string()));
        assert!(error.message().contains("max_body_bytes"));
        assert!(reserve(&mut bytes, usize::MAX, usize::MAX).is_err());
        assert!(afford(TOO_MUCH, Buffer::Event).is_err());
        assert!(afford(LARGE, Buffer::Event).is_ok());
        let error = afford_for(TOO_MUCH, 4_321, Buffer::Line).unwrap_err();
        assert!(error.message().contains("4321 bytes of one line"));
    }

    #[test]
    fn a_buffer_grows_to_its_limit_and_not_beyond() {
        let mut bytes = Vec::new();
        for _ in 0..100 {
            append(&mut bytes, &[7; 100], 8_192).unwrap_or_default();
            assert!(bytes.capacity() <= 10_000);
        }
        assert_eq!(bytes.len(), 10_000);
    }

    #[test]
    fn text_is_read_as_the_standard_library_reads_it() {
        for bytes in [
            &b""[..],
            b"plain",
            b"\xff\xfe",
            b"a\xf0\x9f\x98b\xc3",
            "\u{1f600}\u{fffd}".as_bytes(),
            b"\xe2\x82",
        ] {
            let text = text_of(bytes.to_vec()).unwrap();
            assert_eq!(text, String::from_utf8_lossy(bytes));
        }
    }
}
