//! Finds the end of a JSON string, many bytes at a time.

use memchr::memchr2;

const ONES: u64 = u64::MAX / 255;
const HIGH: u64 = ONES << 7;
/// From here on a search on vectors is faster, which takes some time to begin.
const LONG: usize = 32;

/// How many bytes come before the first quotation mark, backslash or control character.
#[inline]
pub(super) fn length_of_plain(bytes: &[u8]) -> usize {
    // Most strings end within a few words.
    let mut length = 0;
    while length < LONG
        && let Some(word) = bytes.get(length..).and_then(<[u8]>::first_chunk)
    {
        match special_bytes(u64::from_le_bytes(*word)) {
            0 => length += word.len(),
            special => return length + (special.trailing_zeros() / u8::BITS) as usize,
        }
    }
    length + length_of_long(bytes.get(length..).unwrap_or_default())
}

/// Both passes run on vectors.
#[inline(never)]
fn length_of_long(bytes: &[u8]) -> usize {
    let end = memchr2(b'"', b'\\', bytes).unwrap_or(bytes.len());
    let before = bytes.get(..end).unwrap_or_default();
    match before.iter().fold(u8::MAX, |least, byte| least.min(*byte)) {
        b' '.. => end,
        _ => before.iter().position(|byte| *byte < b' ').unwrap_or(end),
    }
}

/// The high bit of the first special byte is the lowest that is set. Source: "Determine if a word has
/// a byte less than n", in Sean Anderson's "Bit Twiddling Hacks".
fn special_bytes(word: u64) -> u64 {
    let less = |word: u64, limit: u8| word.wrapping_sub(ONES * u64::from(limit)) & !word & HIGH;
    let equal = |byte: u8| less(word ^ (ONES * u64::from(byte)), 1);
    less(word, b' ') | equal(b'"') | equal(b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_special_byte_is_found_at_any_place() {
        for special in 0..=u8::MAX {
            let is_special = special < 0x20 || special == b'"' || special == b'\\';
            for length in 0..150 {
                let mut text = vec![b'!'; length];
                text.extend([special, 0xff, b'"', 0]);
                let found = if is_special { length } else { length + 2 };
                assert_eq!(length_of_plain(&text), found, "{special} after {length}");
                text.truncate(length + 1);
                let found = if is_special { length } else { length + 1 };
                assert_eq!(length_of_plain(&text), found, "{special} after {length}");
            }
        }
    }
}
