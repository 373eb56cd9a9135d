//! Buffers whose size a body or a peer decides. Growing them can fail; a plain `Vec` would abort
//! the process without memory. Source: faults.md, 86.

use std::hint::black_box;

/// A buffer of this size or more must leave 4 MiB of memory beside it.
pub const LARGE: usize = 1 << 20;

/// What must be left after a large buffer grew, for the error and for all that is allocated
/// without a check.
const HEADROOM: usize = 4 << 20;

/// There was not enough memory for this many bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoMemory(pub usize);

/// What a buffer holds.
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
    /// A piece of a body that is read as it arrives.
    Piece,
    /// The body of a request.
    Request,
}

impl NoMemory {
    /// The failure to fill a buffer with this content.
    pub fn of(self, buffer: Buffer) -> OutOfMemory {
        OutOfMemory {
            bytes: self.0,
            buffer,
        }
    }
}

/// There was not enough memory for a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfMemory {
    /// The size that the buffer should have had.
    pub bytes: usize,
    /// What it was for.
    pub buffer: Buffer,
}

/// Whether `bytes` bytes can be allocated now with room to spare, for code that allocates without
/// a check: a JavaScript engine, which would end its process, or a parser.
pub fn can_afford(bytes: usize) -> bool {
    bytes < LARGE || is_there(bytes.saturating_add(HEADROOM))
}

/// Reserves room in `into` for `more` bytes. The capacity stays within `most`, if that suffices.
///
/// # Errors
/// There is no memory.
pub fn reserve(into: &mut Vec<u8>, more: usize, most: usize) -> Result<(), NoMemory> {
    let length = into.len();
    let needed = length.checked_add(more).ok_or(NoMemory(usize::MAX))?;
    if needed <= into.capacity() {
        return Ok(());
    }
    // Twice as much, so that a body is seldom moved; less if there is not that much memory.
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

/// Gives back the unused capacity of a large buffer.
pub fn give_back_slack(buffer: &mut Vec<u8>) {
    if buffer.capacity() >= LARGE {
        buffer.shrink_to_fit();
    }
}

/// Appends bytes. The capacity stays within `most`, if that suffices.
///
/// # Errors
/// There is no memory.
pub fn append(into: &mut Vec<u8>, bytes: &[u8], most: usize) -> Result<(), NoMemory> {
    reserve(into, bytes.len(), most)?;
    into.extend_from_slice(bytes);
    Ok(())
}

/// Appends a text.
///
/// # Errors
/// There is no memory.
pub fn append_str(into: &mut String, text: &str) -> Result<(), NoMemory> {
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
///
/// # Errors
/// There is no memory.
pub fn append_lossy(into: &mut String, bytes: &[u8]) -> Result<(), NoMemory> {
    // Checked first: the lossy conversion is several times slower, and seldom needed.
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

/// The bytes as text, without a copy if they are UTF-8.
///
/// # Errors
/// There is no memory for the copy.
pub fn text_of(bytes: Vec<u8>) -> Result<String, NoMemory> {
    String::from_utf8(bytes).or_else(|error| {
        let mut text = String::new();
        append_lossy(&mut text, error.as_bytes())?;
        Ok(text)
    })
}

fn is_there(bytes: usize) -> bool {
    let mut probe = Vec::<u8>::new();
    let had = probe.try_reserve_exact(bytes).is_ok();
    // Without this the compiler may remove the allocation.
    black_box(&mut probe);
    had
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Larger than any address space.
    const TOO_MUCH: usize = isize::MAX as usize - 64;

    #[test]
    fn a_refused_buffer_keeps_its_bytes_and_the_error_says_how_much_was_wanted() {
        let mut bytes = vec![1; 10];
        let no_memory = reserve(&mut bytes, TOO_MUCH - 10, usize::MAX).unwrap_err();
        assert_eq!((no_memory, bytes.len()), (NoMemory(TOO_MUCH), 10));
        let out_of_memory = no_memory.of(Buffer::Body);
        assert_eq!(out_of_memory.bytes, TOO_MUCH);
        assert_eq!(out_of_memory.buffer, Buffer::Body);
        assert!(reserve(&mut bytes, usize::MAX, usize::MAX).is_err());
        assert!(!can_afford(TOO_MUCH) && can_afford(LARGE));
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
