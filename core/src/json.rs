//! Walks over JSON text and finds the few members that a call needs, without building values.
//!
//! The program that made the call reads its reply's JSON anyway. What the client needs of it is only
//! found here, in one pass, which checks all the rest. A text is JSON here if it is for `serde_json`,
//! however deep it nests; `fuzzing::json` compares the two.

mod digits;
mod nesting;
mod number_list;
mod pass;
mod plain;

use std::borrow::Cow;

use serde::de::{Error as _, IgnoredAny};

use pass::{Next, pass_byte, pass_long_name, pass_next, pass_space, pass_value};
use plain::end_of_plain_start;

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
    read(text, Walk::skip)
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
        self.at = pass_space(self.bytes(), self.at);
        self.bytes().get(self.at).copied()
    }

    /// Passes a value of any type and returns its text.
    #[inline(always)]
    pub fn value(&mut self) -> Result<&'a str, NotJson> {
        let start = pass_space(self.bytes(), self.at);
        self.at = pass_value(self.bytes(), start).ok_or(NotJson)?;
        self.text.get(start..self.at).ok_or(NotJson)
    }

    /// Passes a value of any type.
    #[inline(always)]
    pub fn skip(&mut self) -> Result<(), NotJson> {
        let start = pass_space(self.bytes(), self.at);
        self.at = pass_value(self.bytes(), start).ok_or(NotJson)?;
        Ok(())
    }

    /// Calls `member` with the name of each member. It must pass the value. A name with half of a
    /// surrogate pair is given as it is written. Names are bytes, so that it is not checked of each
    /// where its characters begin and end.
    #[inline]
    pub fn object(
        &mut self,
        mut member: impl FnMut(&[u8], &mut Self) -> Result<(), NotJson>,
    ) -> Result<(), NotJson> {
        let text = self.bytes();
        self.at = pass_byte(text, self.at, b'{').ok_or(NotJson)?;
        if let Some(end) = pass_byte(text, self.at, b'}') {
            self.at = end;
            return Ok(());
        }
        loop {
            let mut name = self.name()?;
            let unescaped;
            if name.first() == Some(&b'"') {
                unescaped = str::from_utf8(name).ok().and_then(string);
                name = unescaped.as_deref().map_or(name, str::as_bytes);
            }
            member(name, self)?;
            match pass_next(text, self.at, b'}').ok_or(NotJson)? {
                Next::Comma(next) => self.at = next,
                Next::End(end) => {
                    self.at = end;
                    return Ok(());
                }
            }
        }
    }

    /// Calls `element` at each element. It must pass the value.
    #[inline]
    pub fn list(
        &mut self,
        mut element: impl FnMut(&mut Self) -> Result<(), NotJson>,
    ) -> Result<(), NotJson> {
        let text = self.bytes();
        self.at = pass_byte(text, self.at, b'[').ok_or(NotJson)?;
        if let Some(end) = pass_byte(text, self.at, b']') {
            self.at = end;
            return Ok(());
        }
        loop {
            element(self)?;
            match pass_next(text, self.at, b']').ok_or(NotJson)? {
                Next::Comma(next) => self.at = next,
                Next::End(end) => {
                    self.at = end;
                    return Ok(());
                }
            }
        }
    }

    /// Passes the name of a member and its colon. A name with an escape is returned as it is written,
    /// with its quotation marks.
    #[inline(always)]
    fn name(&mut self) -> Result<&'a [u8], NotJson> {
        let text = self.bytes();
        let mut start = pass_byte(text, self.at, b'"').ok_or(NotJson)?;
        let mut end = end_of_plain_start(text, start);
        let mut colon = end + 1;
        if text.get(end) != Some(&b'"') {
            (start, end, colon) = pass_long_name(text, start, end).ok_or(NotJson)?;
        }
        self.at = pass_byte(text, colon, b':').ok_or(NotJson)?;
        text.get(start..end).ok_or(NotJson)
    }

    #[inline(always)]
    fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes()
    }
}

#[cfg(test)]
mod tests;
