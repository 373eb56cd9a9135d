//! Passes the numbers of a list many at a time: the vector of an embedding has thousands.

use super::pass::{pass_byte, pass_number, pass_space};

/// The number of bytes that are checked at once.
const BLOCK: usize = 64;
/// The number of bytes before each byte that decide whether it is allowed.
const BEFORE: usize = 2;
/// The most numbers that are passed one by one before many at once are tried again.
const MOST_OTHERS: usize = 64;

/// Passes numbers at the start of a list, each with its comma, and stops where a value must follow.
/// Most lists do not begin with one.
#[inline(always)]
pub(super) fn pass_numbers(text: &[u8], at: usize) -> usize {
    let at = pass_space(text, at);
    match begins_number(text, at) {
        true => pass_many_numbers(text, at),
        false => at,
    }
}

#[inline(never)]
fn pass_many_numbers(text: &[u8], mut at: usize) -> usize {
    // Numbers of another form than `end_of_plain` knows: the more of them there are, the less often
    // it is asked.
    let mut others = 1;
    loop {
        for _ in 0..others {
            match pass_number_and_comma(text, at) {
                Some(end) => at = end,
                None => return at,
            }
        }
        at = pass_space(text, at);
        let end = end_of_plain(text, at);
        others = match end == at {
            true => (others * 2).min(MOST_OTHERS),
            false => 1,
        };
        at = end;
    }
}

#[inline]
fn pass_number_and_comma(text: &[u8], at: usize) -> Option<usize> {
    let at = pass_space(text, at);
    if !begins_number(text, at) {
        return None;
    }
    pass_byte(text, pass_number(text, at)?, b',')
}

fn begins_number(text: &[u8], at: usize) -> bool {
    matches!(text.get(at), Some(b'-' | b'0'..=b'9'))
}

/// Where a number begins in a list of numbers, as far on as can be told at little cost: they are in
/// JSON's form from `start` to there, each with its comma. A number begins at `start` too.
///
/// No number here has an exponent, or more than one digit before a point. Then whether a byte may
/// stand at its place depends on the two bytes before it alone, so that all bytes of a block are
/// checked at the same time, on vectors. The rest is for another to pass.
fn end_of_plain(bytes: &[u8], start: usize) -> usize {
    let comes_after = start.checked_sub(1).and_then(|at| bytes.get(at));
    if !comes_after.is_some_and(|byte| is_apart(*byte)) {
        return start;
    }
    let mut checked = start;
    while let Some(block) = checked
        .checked_sub(BEFORE)
        .and_then(|from| bytes.get(from..)?.first_chunk())
        && is_plain(block)
    {
        checked += BLOCK;
    }
    // The last number may go on behind the last block.
    let passed = bytes.get(start..checked).unwrap_or_default();
    let comma = passed.iter().rposition(|byte| *byte == b',');
    comma.map_or(start, |comma| start + comma + 1)
}

/// Whether each byte but the first two may follow the two before it. Both may be part of what comes
/// before the list's number.
fn is_plain(block: &[u8; BEFORE + BLOCK]) -> bool {
    let digit = |byte: u8| byte.wrapping_sub(b'0') < 10;
    let begins = |byte: u8| is_apart(byte) | (byte == b'-');
    let mut wrong = 0_u8;
    for at in 0..BLOCK {
        let (before, last, byte) = (block[at], block[at + 1], block[at + 2]);
        // A digit may follow anything but a zero that is the whole number so far.
        let right = (digit(byte) & !((last == b'0') & begins(before)))
            | ((byte == b'.') & digit(last) & begins(before))
            | ((byte == b'-') & is_apart(last))
            | ((byte == b',') & digit(last))
            | (((byte == b' ') | (byte == b'\n')) & is_apart(last));
        wrong |= u8::from(!right);
    }
    wrong == 0
}

/// What may stand before a number and before another of these.
fn is_apart(byte: u8) -> bool {
    (byte == b',') | (byte == b' ') | (byte == b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether `text` is JSON if it stands in a list with enough around it for whole blocks.
    fn agrees(text: &str) {
        let around = "0.125,-7,0,-0.5, 12,".repeat(16);
        for shift in 0..4 {
            let list = format!("[{}{around}{text},{around}1]", "8,".repeat(shift));
            let found = crate::json::check(&list).is_ok();
            let wanted = serde_json::from_str::<Vec<serde::de::IgnoredAny>>(&list).is_ok();
            assert_eq!(found, wanted, "{text}");
        }
    }

    #[test]
    fn a_list_of_numbers_is_json_if_it_is_for_serde_json() {
        let pieces = [
            "0", "1", "92", "-", ".", ",", " ", "\n", "\t", "e", "]", "\"", "é",
        ];
        for a in pieces {
            for b in pieces {
                for c in pieces {
                    for d in pieces {
                        agrees(&[a, b, c, d].concat());
                    }
                }
            }
        }
    }

    #[test]
    fn whole_blocks_are_passed_up_to_the_beginning_of_a_number() {
        let numbers = "-0.01234567,0.5, -3,\n  0,";
        let text = format!("[1,{}2e5,3]", numbers.repeat(40));
        let end = end_of_plain(text.as_bytes(), 3);
        assert!(end + 2 * BLOCK > text.len() && end < text.len(), "{end}");
        assert_eq!(text.as_bytes()[end - 1], b',');
        // Not behind the beginning of the list, nor where too little is left.
        assert_eq!(end_of_plain(text.as_bytes(), 1), 1);
        assert_eq!(end_of_plain(b"1,2,3", 2), 2);
        assert_eq!(end_of_plain(b"", 0), 0);
    }
}
