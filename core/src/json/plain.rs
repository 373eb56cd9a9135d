//! Finds the end of a JSON string, many bytes at a time.

use memchr::memchr2;

const ONES: u64 = u64::MAX / 255;
const HIGH: u64 = ONES << 7;
/// From here on a search on vectors is faster, which takes some time to begin.
const LONG: usize = 16;

/// The first quotation mark, backslash or control character from `at`, else the end of the text.
#[inline(never)]
pub(super) fn end_of_plain(text: &[u8], at: usize) -> usize {
    // Most strings end within a few words.
    let mut end = at;
    while end < at + LONG
        && let Some(word) = text.get(end..).and_then(<[u8]>::first_chunk)
    {
        match special_bytes(u64::from_le_bytes(*word)) {
            0 => end += word.len(),
            special => return end + (special.trailing_zeros() / u8::BITS) as usize,
        }
    }
    end + length_of_long(text.get(end..).unwrap_or_default())
}

/// As [`end_of_plain`], but at most two words from `at`, where most names and many values end: what it
/// passes is plain, and what comes then may be plain as well.
#[inline(always)]
pub(super) fn end_of_plain_start(text: &[u8], mut at: usize) -> usize {
    for _ in 0..2 {
        let Some(word) = text.get(at..).and_then(<[u8]>::first_chunk) else {
            return at;
        };
        let special = special_bytes(u64::from_le_bytes(*word));
        if special != 0 {
            return at + (special.trailing_zeros() / u8::BITS) as usize;
        }
        at += word.len();
    }
    at
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
    let less = |flipped: u8, limit: u8| {
        (word ^ (ONES * u64::from(flipped))).wrapping_sub(ONES * u64::from(limit))
    };
    (less(b'"' ^ b' ', b' ' + 1) | less(b'\\', 1)) & !word & HIGH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_short_string_is_found_or_left_open() {
        for length in 0..20 {
            for special in [b'"', b'\\', b'\n'] {
                let mut text = vec![b'!'; length];
                text.extend([special; 9]);
                assert_eq!(end_of_plain_start(&text, 0), length.min(16), "{special}");
                text.truncate(length);
                assert_eq!(end_of_plain_start(&text, 0), length.min(16) / 8 * 8);
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
                assert_eq!(end_of_plain(&text, 0), found, "{special} after {length}");
                assert_eq!(
                    end_of_plain(&text, length / 2),
                    found,
                    "{special} after {length}"
                );
                text.truncate(length + 1);
                let found = if is_special { length } else { length + 1 };
                assert_eq!(end_of_plain(&text, 0), found, "{special} after {length}");
                assert_eq!(
                    end_of_plain(&text, length / 2),
                    found,
                    "{special} after {length}"
                );
            }
        }
    }
}
