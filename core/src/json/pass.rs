//! Passes the values of a JSON text: from the place where one begins to the place where it ends.
//!
//! Places are arguments and results instead of members of a struct, so that they stay in registers.
//! `None` means that the text is not JSON there.

use super::digits::end_of_digits;
use super::nesting::Nesting;
use super::number_list::pass_numbers;
use super::plain::{end_of_plain, end_of_plain_start};

/// Where the next byte that is not white space stands.
#[inline(always)]
pub(super) fn pass_space(text: &[u8], at: usize) -> usize {
    match text.get(at) {
        Some(byte) if *byte <= b' ' => pass_long_space(text, at),
        _ => at,
    }
}

#[inline(never)]
fn pass_long_space(text: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\n' | b'\r' | b'\t') = text.get(at) {
        at += 1;
    }
    at
}

/// Passes this byte, which must come next.
#[inline(always)]
pub(super) fn pass_byte(text: &[u8], at: usize, byte: u8) -> Option<usize> {
    match text.get(at) {
        Some(found) if *found == byte => Some(at + 1),
        Some(found) if *found <= b' ' => pass_space_and_byte(text, at, byte),
        _ => None,
    }
}

#[inline(never)]
fn pass_space_and_byte(text: &[u8], at: usize, byte: u8) -> Option<usize> {
    let at = pass_long_space(text, at);
    (text.get(at) == Some(&byte)).then_some(at + 1)
}

/// What stands behind a member or an element.
pub(super) enum Next {
    /// Another one, behind this place.
    Comma(usize),
    /// Nothing: the object or list ends here.
    End(usize),
}

/// Passes a comma, or the byte that ends the object or list.
#[inline(always)]
pub(super) fn pass_next(text: &[u8], at: usize, end: u8) -> Option<Next> {
    match text.get(at) {
        Some(b',') => Some(Next::Comma(at + 1)),
        Some(found) if *found == end => Some(Next::End(at + 1)),
        Some(found) if *found <= b' ' => pass_space_and_next(text, at, end),
        _ => None,
    }
}

#[inline(never)]
fn pass_space_and_next(text: &[u8], at: usize, end: u8) -> Option<Next> {
    let at = pass_long_space(text, at);
    match text.get(at)? {
        b',' => Some(Next::Comma(at + 1)),
        found if *found == end => Some(Next::End(at + 1)),
        _ => None,
    }
}

/// Passes a value of any type.
#[inline(never)]
pub(super) fn pass_value(text: &[u8], at: usize) -> Option<usize> {
    match text.get(at)? {
        b'{' | b'[' => pass_nested(text, at),
        first => pass_scalar(text, at, *first),
    }
}

/// Passes a string, a number or a word.
#[inline(always)]
fn pass_scalar(text: &[u8], at: usize, first: u8) -> Option<usize> {
    match first {
        b'"' => pass_string(text, at + 1),
        b'-' | b'0'..=b'9' => pass_number(text, at),
        b't' => pass_word(text, at, b"true"),
        b'f' => pass_word(text, at, b"false"),
        b'n' => pass_word(text, at, b"null"),
        _ => None,
    }
}

/// Passes an object or a list. Nesting takes no stack.
#[inline(never)]
fn pass_nested(text: &[u8], mut at: usize) -> Option<usize> {
    let mut open = Nesting::default();
    loop {
        at = pass_space(text, at);
        at = match *text.get(at)? {
            b'{' => match pass_byte(text, at + 1, b'}') {
                Some(end) => end,
                None => {
                    open.push(true);
                    at = pass_name(text, at + 1)?;
                    continue;
                }
            },
            b'[' => match pass_byte(text, at + 1, b']') {
                Some(end) => end,
                None => {
                    open.push(false);
                    at = pass_numbers(text, at + 1);
                    continue;
                }
            },
            first => pass_scalar(text, at, first)?,
        };
        // A value has ended here, and with it perhaps those around it.
        loop {
            let Some(in_object) = open.last() else {
                return Some(at);
            };
            match pass_next(text, at, if in_object { b'}' } else { b']' })? {
                Next::Comma(next) if in_object => {
                    at = pass_name(text, next)?;
                    break;
                }
                Next::Comma(next) => {
                    at = next;
                    break;
                }
                Next::End(end) => {
                    at = end;
                    open.pop();
                }
            }
        }
    }
}

/// Passes the name of a member and its colon.
#[inline(always)]
fn pass_name(text: &[u8], at: usize) -> Option<usize> {
    let at = pass_byte(text, at, b'"')?;
    pass_byte(text, pass_string(text, at)?, b':')
}

/// Passes the rest of a string after its first quotation mark.
#[inline(always)]
fn pass_string(text: &[u8], at: usize) -> Option<usize> {
    let at = end_of_plain_start(text, at);
    match text.get(at) {
        Some(b'"') => Some(at + 1),
        _ => pass_long_string(text, at),
    }
}

#[inline(never)]
fn pass_long_string(text: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at = end_of_plain(text, at);
        match text.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at = pass_escape(text, at + 1)?,
            _ => return None,
        }
    }
}

/// Where a name begins and ends, with its quotation marks if it has an escape, and the place behind it.
#[inline(never)]
pub(super) fn pass_long_name(
    text: &[u8],
    start: usize,
    at: usize,
) -> Option<(usize, usize, usize)> {
    let plain = end_of_plain(text, at);
    let end = pass_long_string(text, plain)?;
    match end == plain + 1 {
        true => Some((start, plain, end)),
        false => Some((start - 1, end, end)),
    }
}

/// Passes the rest of an escape after its backslash.
#[cold]
fn pass_escape(text: &[u8], at: usize) -> Option<usize> {
    match text.get(at)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(at + 1),
        b'u' => {
            let digits = text.get(at + 1..at + 5)?;
            let is_hex = digits.iter().all(u8::is_ascii_hexdigit);
            is_hex.then_some(at + 5)
        }
        _ => None,
    }
}

#[inline(never)]
pub(super) fn pass_number(text: &[u8], mut at: usize) -> Option<usize> {
    at += usize::from(text.get(at) == Some(&b'-'));
    at = match text.get(at)? {
        b'0' => at + 1,
        _ => pass_digits(text, at)?,
    };
    if text.get(at) == Some(&b'.') {
        at = pass_digits(text, at + 1)?;
    }
    if let Some(b'e' | b'E') = text.get(at) {
        at += 1;
        at += usize::from(matches!(text.get(at), Some(b'+' | b'-')));
        at = pass_digits(text, at)?;
    }
    Some(at)
}

/// Passes one digit or more.
#[inline(always)]
fn pass_digits(text: &[u8], at: usize) -> Option<usize> {
    let end = end_of_digits(text, at);
    (end > at).then_some(end)
}

#[inline(always)]
fn pass_word<const LENGTH: usize>(text: &[u8], at: usize, word: &[u8; LENGTH]) -> Option<usize> {
    let found = text.get(at..)?.first_chunk::<LENGTH>()?;
    (found == word).then_some(at + LENGTH)
}
