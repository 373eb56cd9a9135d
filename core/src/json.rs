//! Walks over JSON text and finds the few members that a call needs, without building values.
//!
//! The program that made the call reads its reply's JSON anyway. What the client needs of it is only
//! found here, in one pass, which checks all the rest. A text is JSON here if it is for `serde_json`,
//! however deep it nests; `fuzzing::json` compares the two.

mod digits;
mod nesting;
mod number_list;
mod plain;

use std::borrow::Cow;

use serde::de::{Error as _, IgnoredAny};

use digits::length_of_digits;
use nesting::Nesting;
use plain::{end_of_short, length_of_plain};

/// The text at this place is not JSON.
#[derive(Debug)]
pub(crate) struct NotJson;

/// A place in a JSON text.
pub(crate) struct Walk<'a> {
    text: &'a str,
    at: usize,
}

/// Reads a whole text, which has one value.
///
/// # Errors
/// If the text is not JSON, the error has the place.
pub(crate) fn read<'a, T>(
    text: &'a str,
    value: impl FnOnce(&mut Walk<'a>) -> Result<T, NotJson>,
) -> Result<T, serde_json::Error> {
    let mut walk = Walk { text, at: 0 };
    match value(&mut walk) {
        Ok(found) if walk.peek().is_none() => Ok(found),
        _ => Err(reason(text)),
    }
}

/// Checks that a whole text is JSON.
///
/// # Errors
/// As [`read`].
pub(crate) fn check(text: &str) -> Result<(), serde_json::Error> {
    read(text, |walk| walk.value().map(drop))
}

/// The text of a string as it is written; `None` for another value, and for a half of a surrogate
/// pair.
pub(crate) fn string(written: &str) -> Option<Cow<'_, str>> {
    let inner = written.strip_prefix('"')?.strip_suffix('"')?;
    match inner.contains('\\') {
        true => serde_json::from_str(written).ok().map(Cow::Owned),
        false => Some(Cow::Borrowed(inner)),
    }
}

/// Why a text is not JSON, or not of the expected shape.
#[cold]
fn reason(text: &str) -> serde_json::Error {
    match serde_json::from_str(text) {
        Err(error) => error,
        Ok(IgnoredAny) => serde_json::Error::custom("another shape was expected"),
    }
}

impl<'a> Walk<'a> {
    /// The next byte that is not white space: the first of a value, if one stands here.
    #[inline]
    pub fn peek(&mut self) -> Option<u8> {
        match self.byte() {
            Some(byte) if byte > b' ' => Some(byte),
            _ => self.peek_after_space(),
        }
    }

    #[inline(never)]
    fn peek_after_space(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.byte() {
            self.at += 1;
        }
        self.byte()
    }

    /// Passes a value of any type and returns its text.
    pub fn value(&mut self) -> Result<&'a str, NotJson> {
        let first = self.peek();
        let start = self.at;
        match first {
            Some(b'{' | b'[') => self.pass_nested()?,
            _ => self.pass_scalar()?,
        }
        self.text.get(start..self.at).ok_or(NotJson)
    }

    /// Calls `member` with the name of each member. It must pass the value. A name with half of a
    /// surrogate pair is given as it is written.
    pub fn object(
        &mut self,
        mut member: impl FnMut(&str, &mut Self) -> Result<(), NotJson>,
    ) -> Result<(), NotJson> {
        self.expect(b'{')?;
        if self.take(b'}') {
            return Ok(());
        }
        loop {
            self.expect(b'"')?;
            let start = self.at;
            let has_escape = self.pass_string()?;
            let name = start..self.at - 1;
            self.expect(b':')?;
            match has_escape {
                false => member(self.text.get(name).ok_or(NotJson)?, self)?,
                true => {
                    let written = self.text.get(name.start - 1..name.end + 1).ok_or(NotJson)?;
                    member(string(written).as_deref().unwrap_or(written), self)?;
                }
            }
            if !self.take(b',') {
                return self.expect(b'}');
            }
        }
    }

    /// Calls `element` at each element. It must pass the value.
    pub fn list(
        &mut self,
        mut element: impl FnMut(&mut Self) -> Result<(), NotJson>,
    ) -> Result<(), NotJson> {
        self.expect(b'[')?;
        if self.take(b']') {
            return Ok(());
        }
        loop {
            element(self)?;
            if !self.take(b',') {
                return self.expect(b']');
            }
        }
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Passes this byte, if it comes next.
    #[inline]
    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    #[inline]
    fn expect(&mut self, byte: u8) -> Result<(), NotJson> {
        self.take(byte).then_some(()).ok_or(NotJson)
    }

    /// Passes the name of a member and its colon.
    fn pass_name(&mut self) -> Result<(), NotJson> {
        self.expect(b'"')?;
        self.pass_string()?;
        self.expect(b':')
    }

    /// Passes a string, a number or a word, which begins here.
    #[inline]
    fn pass_scalar(&mut self) -> Result<(), NotJson> {
        match self.byte().ok_or(NotJson)? {
            b'"' => {
                self.at += 1;
                self.pass_string().map(drop)
            }
            b'-' | b'0'..=b'9' => self.pass_number(),
            b't' => self.pass_word("true"),
            b'f' => self.pass_word("false"),
            b'n' => self.pass_word("null"),
            _ => Err(NotJson),
        }
    }

    /// Passes an object or a list. Nesting takes no stack.
    #[inline(never)]
    fn pass_nested(&mut self) -> Result<(), NotJson> {
        let mut open = Nesting::default();
        loop {
            match self.peek().ok_or(NotJson)? {
                b'{' => {
                    self.at += 1;
                    if !self.take(b'}') {
                        open.push(true);
                        self.pass_name()?;
                        continue;
                    }
                }
                b'[' => {
                    self.at += 1;
                    if !self.take(b']') {
                        open.push(false);
                        self.pass_numbers();
                        continue;
                    }
                }
                _ => self.pass_scalar()?,
            }
            // A value has ended here, and with it perhaps those around it.
            loop {
                let Some(in_object) = open.last() else {
                    return Ok(());
                };
                if self.take(b',') {
                    if in_object {
                        self.pass_name()?;
                    }
                    break;
                }
                self.expect(if in_object { b'}' } else { b']' })?;
                open.pop();
            }
        }
    }

    /// Passes the rest of a string after its first quotation mark; returns whether it has an escape.
    #[inline]
    fn pass_string(&mut self) -> Result<bool, NotJson> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        match end_of_short(rest) {
            Some(end) => {
                self.at += end + 1;
                Ok(false)
            }
            None => self.pass_long_string(),
        }
    }

    #[inline(never)]
    fn pass_long_string(&mut self) -> Result<bool, NotJson> {
        let mut has_escape = false;
        loop {
            let rest = self.text.as_bytes().get(self.at..).ok_or(NotJson)?;
            self.at += length_of_plain(rest);
            let special = self.byte();
            self.at += 1;
            match special {
                Some(b'"') => return Ok(has_escape),
                Some(b'\\') => {
                    has_escape = true;
                    self.pass_escape()?;
                }
                _ => return Err(NotJson),
            }
        }
    }

    /// Passes the rest of an escape after its backslash.
    #[cold]
    fn pass_escape(&mut self) -> Result<(), NotJson> {
        let kind = self.byte();
        self.at += 1;
        match kind {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(()),
            Some(b'u') => {
                let rest = self.text.as_bytes().get(self.at..).ok_or(NotJson)?;
                let digits = rest.first_chunk::<4>().ok_or(NotJson)?;
                self.at += digits.len();
                let is_hex = digits.iter().all(u8::is_ascii_hexdigit);
                is_hex.then_some(()).ok_or(NotJson)
            }
            _ => Err(NotJson),
        }
    }

    fn pass_number(&mut self) -> Result<(), NotJson> {
        self.at += usize::from(self.byte() == Some(b'-'));
        match self.byte() {
            Some(b'0') => self.at += 1,
            _ => self.pass_digits()?,
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.pass_digits()?;
        }
        if matches!(self.byte(), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.byte(), Some(b'+' | b'-')));
            self.pass_digits()?;
        }
        Ok(())
    }

    /// Passes one digit or more.
    fn pass_digits(&mut self) -> Result<(), NotJson> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let digits = length_of_digits(rest);
        self.at += digits;
        (digits > 0).then_some(()).ok_or(NotJson)
    }

    fn pass_word(&mut self, word: &str) -> Result<(), NotJson> {
        let rest = self.text.as_bytes().get(self.at..).ok_or(NotJson)?;
        self.at += word.len();
        rest.starts_with(word.as_bytes())
            .then_some(())
            .ok_or(NotJson)
    }
}

#[cfg(test)]
mod tests;
