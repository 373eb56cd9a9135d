//! The messages of failed allocations. The buffers themselves are the transport's:
//! [`neura_transport::memory`].

use neura_transport::memory::{Buffer, NoMemory, OutOfMemory, can_afford};

use crate::error::{Error, ErrorKind};
use crate::option_table;

/// How many bytes of a body are moved at a time.
const MOVED: usize = 8 << 20;

impl From<OutOfMemory> for Error {
    fn from(OutOfMemory { bytes, buffer }: OutOfMemory) -> Self {
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
                "Keep fewer pieces at once".to_owned(),
            ),
            Buffer::Request => (
                "the body of the request",
                "Send it in pieces, for example from a file".to_owned(),
            ),
        };
        let message = format!(
            "there is not enough memory for the {bytes} bytes of {what}. {advice}, or give the \
             process more memory"
        );
        Error::new(ErrorKind::OutOfMemory, message)
    }
}

/// The error of a binding that could not copy `bytes` bytes.
#[doc(hidden)]
pub fn out_of_memory(bytes: usize, buffer: Buffer) -> Error {
    NoMemory(bytes).of(buffer).into()
}

/// Checks that there is memory for `bytes` bytes, for code that allocates without a check: a
/// JavaScript engine, which would abort the process, or a parser.
///
/// # Errors
/// `out_of_memory`.
#[doc(hidden)]
pub fn afford(bytes: usize, buffer: Buffer) -> Result<(), Error> {
    afford_for(bytes, bytes, buffer)
}

/// As [`afford`], for code that needs `wanted` bytes for a buffer of `bytes`: copies of it, or the
/// values that a parser makes from it. The error names the size of the buffer.
///
/// # Errors
/// `out_of_memory`.
#[doc(hidden)]
pub fn afford_for(wanted: usize, bytes: usize, buffer: Buffer) -> Result<(), Error> {
    match can_afford(wanted) {
        true => Ok(()),
        false => Err(out_of_memory(bytes, buffer)),
    }
}

/// Moves the bytes of a buffer in pieces, from its end to its start, and frees the memory of each
/// piece before the next. For a copy into memory that is not touched yet: the two together need
/// little more memory than one.
#[doc(hidden)]
pub fn move_out(mut from: Vec<u8>, mut put: impl FnMut(usize, &[u8])) {
    while !from.is_empty() {
        let start = from.len().saturating_sub(MOVED);
        put(start, &from[start..]);
        from.truncate(start);
        from.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use neura_transport::memory::LARGE;

    use super::*;

    /// Larger than any address space.
    const TOO_MUCH: usize = isize::MAX as usize - 64;

    #[test]
    fn the_error_says_how_much_was_wanted_and_what_to_lower() {
        let error = out_of_memory(TOO_MUCH, Buffer::Body);
        assert_eq!(error.kind(), ErrorKind::OutOfMemory);
        assert!(error.message().contains(&TOO_MUCH.to_string()));
        assert!(error.message().contains("max_body_bytes"));
        assert!(afford(TOO_MUCH, Buffer::Event).is_err());
        assert!(afford(LARGE, Buffer::Event).is_ok());
        let error = afford_for(TOO_MUCH, 4_321, Buffer::Line).unwrap_err();
        assert!(error.message().contains("4321 bytes of one line"));
    }
}
