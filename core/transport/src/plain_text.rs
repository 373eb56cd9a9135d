//! A search that passes every byte of an event stream. It is part of this crate because this crate
//! is optimised for speed also in builds that are optimised for size.

/// The number of bytes that are checked at once. The compiler turns such a pass into a few vector
/// instructions.
const BLOCK: usize = 64;
const WORD: usize = 8;

/// How many bytes come before the first one that is not ASCII or is a control character below U+0020.
// Inlined into a crate that is optimised for size, it would not run on vectors.
#[inline(never)]
pub fn length_of_plain_ascii(bytes: &[u8]) -> usize {
    let (blocks, rest) = bytes.as_chunks();
    for (number, block) in blocks.iter().enumerate() {
        if !all_plain(block) {
            return number * BLOCK + length_in_block(block);
        }
    }
    // With bytes before the rest that are known to be plain.
    match bytes.last_chunk() {
        Some(block) => bytes.len() - BLOCK + length_in_block(block),
        None => rest.iter().take_while(|byte| is_plain(**byte)).count(),
    }
}

fn is_plain(byte: u8) -> bool {
    byte.cast_signed() >= 0x20
}

#[inline(always)]
fn all_plain(block: &[u8; BLOCK]) -> bool {
    block.iter().fold(true, |all, byte| all & is_plain(*byte))
}

#[inline(always)]
fn length_in_block(block: &[u8; BLOCK]) -> usize {
    let marks = block.map(|byte| if is_plain(byte) { 0 } else { u8::MAX });
    let words = marks.as_chunks::<WORD>().0.iter();
    let marked = words.map(|word| u64::from_le_bytes(*word)).enumerate();
    let first = { marked }.find(|(_, word)| *word != 0);
    first.map_or(BLOCK, |(before, word)| {
        before * WORD + (word.trailing_zeros() / u8::BITS) as usize
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_other_byte_is_found_at_any_place() {
        for other in 0..=u8::MAX {
            let is_other = other < b' ' || !other.is_ascii();
            for length in 0..200 {
                let mut text = vec![b' '; length];
                text.extend([other, b'~', 0x7f, 0, 0xff]);
                let found = if is_other { length } else { length + 3 };
                assert_eq!(
                    length_of_plain_ascii(&text),
                    found,
                    "{other} after {length}"
                );
                text.truncate(length + 1);
                let found = if is_other { length } else { length + 1 };
                assert_eq!(
                    length_of_plain_ascii(&text),
                    found,
                    "{other} after {length}"
                );
            }
        }
    }
}
