//! Finds the end of a run of digits, eight bytes at a time.

const ONES: u64 = u64::MAX / 255;

/// How many digits come first.
#[inline]
pub(super) fn length_of_digits(bytes: &[u8]) -> usize {
    let mut length = 0;
    while let Some(word) = bytes.get(length..).and_then(<[u8]>::first_chunk) {
        match other_bytes(u64::from_le_bytes(*word)) {
            0 => length += word.len(),
            others => return length + (others.trailing_zeros() / u8::BITS) as usize,
        }
    }
    let rest = bytes.get(length..).unwrap_or_default();
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit());
    length + digits.count()
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
                assert_eq!(length_of_digits(&text), found, "{other} after {length}");
                text.truncate(length + 1);
                assert_eq!(length_of_digits(&text), found, "{other} after {length}");
            }
        }
    }
}
