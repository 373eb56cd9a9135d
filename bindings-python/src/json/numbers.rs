//! The numbers of a list, such as the vector of an embedding, in one pass over their text.

/// A number, by its form in the text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    Float(f64),
    Int(i64),
}

/// The digits of a whole number that fits into 64 bits whatever they are.
const FITTING: usize = 18;

/// What so many more digits multiply the digits before them by.
const SCALES: [u64; 9] = [
    1,
    10,
    100,
    1_000,
    10_000,
    100_000,
    1_000_000,
    10_000_000,
    100_000_000,
];

const ONES: u64 = u64::MAX / 255;

/// The powers of ten that a float holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// Reads the items of a list from `at`, where one begins, while they are numbers and `into` has
/// room. Returns where it stopped: behind the list (`true`), or at an item that it did not read.
/// What is not JSON stays unread.
pub fn read(text: &str, at: usize, into: &mut Vec<Number>) -> (usize, bool) {
    read_items(text.as_bytes(), at, into, |at| number(text, at))
}

/// The same while they are floats, as in most lists of numbers.
pub fn read_floats(text: &str, at: usize, into: &mut Vec<f64>) -> (usize, bool) {
    let bytes = text.as_bytes();
    read_items(bytes, at, into, |at| {
        plain(bytes, at).or_else(|| match number(text, at)? {
            (Number::Float(float), end) => Some((float, end)),
            (Number::Int(_), _) => None,
        })
    })
}

#[inline(always)]
fn read_items<T>(
    bytes: &[u8],
    mut at: usize,
    into: &mut Vec<T>,
    item: impl Fn(usize) -> Option<(T, usize)>,
) -> (usize, bool) {
    while into.len() < into.capacity() {
        let Some((item, end)) = item(at) else {
            break;
        };
        let end = past_blanks(bytes, end);
        match bytes.get(end) {
            Some(b',') => at = past_blanks(bytes, end + 1),
            Some(b']') => {
                into.push(item);
                return (end + 1, true);
            }
            _ => break,
        }
        into.push(item);
    }
    (at, false)
}

fn past_blanks(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(at) {
        at += 1;
    }
    at
}

/// The most common form of a float: a digit, a point and at most 15 digits, without an exponent. None
/// says nothing about any other number. Where a number ends decides where the next is read, so that
/// little is computed for it: most have eight digits, or a few more.
#[inline(always)]
fn plain(bytes: &[u8], start: usize) -> Option<(f64, usize)> {
    let seen: &[u8; 20] = bytes.get(start..)?.first_chunk()?;
    let sign = usize::from(seen[0] == b'-');
    let whole = seen[sign].wrapping_sub(b'0');
    if whole > 9 || seen[sign + 1] != b'.' {
        return None;
    }
    let (first, others) = values(*seen[sign + 2..].first_chunk()?);
    let mut places = (others.trailing_zeros() / u8::BITS) as usize;
    let value = match places {
        0 => return None,
        8 => {
            let eight = u64::from(whole) * SCALES[8] + eight_digits(first);
            if seen[sign + 10].is_ascii_digit() {
                let (more, others) = values(*seen[sign + 10..].first_chunk()?);
                let count = (others.trailing_zeros() / u8::BITS) as usize;
                if count == 8 {
                    return None;
                }
                places += count;
                eight * SCALES[count] + leading(more, count)
            } else {
                eight
            }
        }
        count => u64::from(whole) * SCALES[count] + leading(first, count),
    };
    if matches!(seen[sign + 2 + places], b'e' | b'E') {
        return None;
    }
    // One rounding of two numbers that are exact: the value has at most 16 digits, and it is looked
    // whether it is one of those that fit.
    let value = times_ten_to(value, -(places as i64))?;
    Some((
        if sign == 1 { -value } else { value },
        start + sign + 2 + places,
    ))
}

/// The number that begins at `start`, and its end; `None` if it is none, or too long for an `i64`.
#[inline]
fn number(text: &str, start: usize) -> Option<(Number, usize)> {
    let bytes = text.as_bytes();
    let is_negative = *bytes.get(start)? == b'-';
    let whole_at = start + usize::from(is_negative);
    let (mut value, mut at) = (0_u64, whole_at);
    // Most have one digit here.
    while let Some(digit @ b'0'..=b'9') = bytes.get(at) {
        value = value.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
        at += 1;
    }
    let whole = at - whole_at;
    if whole == 0 || (whole > 1 && bytes[whole_at] == b'0') {
        return None;
    }
    let (mut places, mut exponent) = (0, 0);
    let has_point = bytes.get(at) == Some(&b'.');
    if has_point {
        let from = at + 1;
        (value, at) = digits(bytes, from, value);
        places = at - from;
        if places == 0 {
            return None;
        }
    }
    let has_exponent = matches!(bytes.get(at), Some(b'e' | b'E'));
    if has_exponent {
        (exponent, at) = read_exponent(bytes, at + 1)?;
    }
    if !has_point && !has_exponent {
        let value = i64::try_from(value).ok()?;
        let signed = if is_negative { -value } else { value };
        return (whole <= FITTING).then_some((Number::Int(signed), at));
    }
    let exact = match whole + places <= FITTING + 1 {
        true => times_ten_to(value, exponent.saturating_sub(places as i64)),
        false => None,
    };
    let value = match exact {
        Some(value) if is_negative => -value,
        Some(value) => value,
        None => text[start..at].parse().ok()?,
    };
    Some((Number::Float(value), at))
}

/// Returns the exponent and its end; `None` without a digit.
#[cold]
fn read_exponent(bytes: &[u8], at: usize) -> Option<(i64, usize)> {
    let is_negative = bytes.get(at) == Some(&b'-');
    let start = at + usize::from(matches!(bytes.get(at), Some(b'-' | b'+')));
    let (value, end) = digits(bytes, start, 0);
    // Of a longer one the text is parsed.
    let value = match end - start {
        0 => return None,
        1..=FITTING => value as i64,
        _ => i64::MAX,
    };
    Some((if is_negative { -value } else { value }, end))
}

/// Adds the digits at `at` to those before; returns their value, if there are at most 19 in all, and
/// their end.
#[inline]
fn digits(bytes: &[u8], mut at: usize, mut value: u64) -> (u64, usize) {
    while let Some(word) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let (values, others) = values(*word);
        if others == 0 {
            value = value
                .wrapping_mul(SCALES[8])
                .wrapping_add(eight_digits(values));
            at += 8;
            continue;
        }
        let count = (others.trailing_zeros() / u8::BITS) as usize;
        if count > 0 {
            let few = leading(values, count);
            value = value.wrapping_mul(SCALES[count]).wrapping_add(few);
        }
        return (value, at + count);
    }
    while let Some(digit @ b'0'..=b'9') = bytes.get(at) {
        value = value.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
        at += 1;
    }
    (value, at)
}

/// The values of eight digits, and the high bit of each byte that is no digit.
#[inline(always)]
fn values(word: [u8; 8]) -> (u64, u64) {
    let values = u64::from_le_bytes(word) ^ (ONES * u64::from(b'0'));
    // No sum reaches the next byte.
    let others = (values & (ONES * 0x7f)) + ONES * (0x80 - 10);
    (values, (others | values) & (ONES << 7))
}

/// The number of the first 1 to 7 digits.
#[inline(always)]
fn leading(values: u64, count: usize) -> u64 {
    // They move to the end of the word, behind zeros.
    eight_digits(values << (u64::BITS - count as u32 * u8::BITS))
}

/// The value times a power of ten, if one rounding makes it: of two floats that are exact.
#[inline]
fn times_ten_to(value: u64, exponent: i64) -> Option<f64> {
    let power = *POWERS.get(exponent.unsigned_abs() as usize)?;
    if value > 1 << f64::MANTISSA_DIGITS {
        return None;
    }
    Some(match exponent < 0 {
        true => value as f64 / power,
        false => value as f64 * power,
    })
}

/// The number of eight digits, the first in the lowest byte. Three multiplications add neighbours:
/// bytes to pairs, pairs to fours, fours to eight.
fn eight_digits(values: u64) -> u64 {
    let pairs = values.wrapping_mul(10).wrapping_add(values >> 8);
    let high = (pairs & 0x0000_00ff_0000_00ff).wrapping_mul(100 + (1_000_000 << 32));
    let low = ((pairs >> 16) & 0x0000_00ff_0000_00ff).wrapping_mul(1 + (10_000 << 32));
    high.wrapping_add(low) >> 32
}
