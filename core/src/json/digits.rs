//! Finds the end of a run of digits, eight bytes at a time.

const ONES: u64 = u64::MAX / 255;

/// The first byte from `at` that is no digit, else the end of the text.
#[inline(always)]
pub(super) fn end_of_digits(text: &[u8], at: usize) -> usize {
    // Most numbers are short.
    let Some(word) = text.get(at..).and_then(<[u8]>::first_chunk) else {
        return end_of_few_digits(text, at);
    };
    match other_bytes(u64::from_le_bytes(*word)) {
        0 => end_of_many_digits(text, at + word.len()),
        others => at + (others.trailing_zeros() / u8::BITS) as usize,
    }
}

#[inline(never)]
fn end_of_many_digits(text: &[u8], mut at: usize) -> usize {
    while let Some(word) = text.get(at..).and_then(<[u8]>::first_chunk) {
        match other_bytes(u64::from_le_bytes(*word)) {
            0 => at += word.len(),
            others => return at + (others.trailing_zeros() / u8::BITS) as usize,
        }
    }
    end_of_few_digits(text, at)
}

#[inline(never)]
fn end_of_few_digits(text: &[u8], mut at: usize) -> usize {
    while text.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    at
}

/// The high bit of each byte that is no digit.
fn other_bytes(word: u64) -> u64 {
    let values = word ^ (ONES * u64::from(b'0'));
    // Ten or more reaches the high bit; no sum reaches the next byte.
    let large = (values & (ONES * 0x7f)) + ONES * (0x80 - 10);
    (large | values) & (ONES << 7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_byte_that_is_no_digit_is_found_at_any_place() {
        for other in 0..=u8::MAX {
            for length in 0..40 {
                let mut text: Vec<u8> =
                    b"0918273645".iter().cycle().take(length).copied().collect();
                text.extend([other, b'x', 0xff, b'7']);
                let found = length + usize::from(other.is_ascii_digit());
                assert_eq!(end_of_digits(&text, 0), found, "{other} after {length}");
                let from = length / 2;
                assert_eq!(end_of_digits(&text, from), found, "{other} after {length}");
                text.truncate(length + 1);
                assert_eq!(end_of_digits(&text, 0), found, "{other} after {length}");
                let from = length / 2;
                assert_eq!(end_of_digits(&text, from), found, "{other} after {length}");
            }
        }
    }
}
