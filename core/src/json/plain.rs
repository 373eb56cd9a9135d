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

/// Where a string ends that has no escape and ends within two words: most names and many values. `None`
/// says nothing about any other string.
#[inline(always)]
pub(super) fn end_of_short(bytes: &[u8]) -> Option<usize> {
    for start in [0, 8] {
        let word: &[u8; 8] = bytes.get(start..).and_then(<[u8]>::first_chunk)?;
        let special = special_bytes(u64::from_le_bytes(*word));
        if special != 0 {
            let place = (special.trailing_zeros() / u8::BITS) as usize;
            return (word.get(place) == Some(&b'"')).then_some(start + place);
        }
    }
    None
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
/// a byte less than n", in Sean Anderson's "Bit Twiddling Hacks". All three bytes are ASCII, so the
/// high bit of a byte is the same with and without the exclusive or.
fn special_bytes(word: u64) -> u64 {
    let less = |word: u64, limit: u8| word.wrapping_sub(ONES * u64::from(limit));
    let equal = |byte: u8| less(word ^ (ONES * u64::from(byte)), 1);
    (less(word, b' ') | equal(b'"') | equal(b'\\')) & !word & HIGH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_short_string_is_found_or_left_open() {
        for length in 0..20 {
            for (special, ends) in [(b'"', true), (b'\\', false), (b'\n', false)] {
                let mut text = vec![b'!'; length];
                text.extend([special; 9]);
                let found = (ends && length < 16).then_some(length);
                assert_eq!(end_of_short(&text), found, "{special} after {length}");
                text.truncate(length);
                assert_eq!(end_of_short(&text), None);
            }
        }
    }

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
